/**
 * How the cost of a search grows with the number of mappings that it has to look through: the slope
 * of a straight line through the logarithms, and the plain word for it.
 */

import type { SearchRow } from "./sweep-searches.ts";
import { formatShare, formatWhole } from "./wording.ts";

/** cost ~ mappings ^ exponent, by least squares on the logarithms of medians, each value alike. */
export interface Slope {
  readonly word: "flat" | "scattered" | "linear" | "slower" | "faster" | "falling";
  readonly exponent: number;
  /** Between the two values with most mappings, where a fixed cost hides least of the growth. */
  readonly last: number | undefined;
  /** The highest median / the lowest - 1. */
  readonly within: number;
  /** The farthest median / the line - 1. */
  readonly offBy: number;
  readonly from: SlopeEnd;
  readonly to: SlopeEnd;
  readonly values: number;
}

export interface SlopeEnd {
  readonly mappings: number;
  readonly ns: number;
}

/** Of so many mappings to the fewest; with less, growth would be told from noise. */
const leastSpread = 2;
/** Exponents this near to 0 are no growth, and to 1 linear. */
const tolerance = 0.15;
/** Medians farther apart than this are not flat, though they do not grow. */
const mostFlat = 0.5;

/** undefined where the mappings hardly differ, or there are no two values. */
export function slopeOf(
  rows: readonly Pick<SearchRow, "mappings" | "figures">[],
): Slope | undefined {
  const points = rows
    .flatMap(({ mappings, figures }): SlopeEnd[] => {
      const [count, ns] = [mappings.median ?? 0, figures.searchP50Ns.median ?? 0];
      return count > 0 && ns > 0 ? [{ mappings: count, ns }] : [];
    })
    .sort((a, b) => a.mappings - b.mappings);
  const [from] = points;
  const to = points.at(-1);
  if (!from || !to || to.mappings < from.mappings * leastSpread) return undefined;
  const xs = points.map(({ mappings }) => Math.log(mappings));
  const ys = points.map(({ ns }) => Math.log(ns));
  const [meanX, meanY] = [meanOf(xs), meanOf(ys)];
  const spread = meanOf(xs.map((x) => (x - meanX) ** 2));
  const exponent = meanOf(xs.map((x, at) => (x - meanX) * ((ys[at] as number) - meanY))) / spread;
  const misses = xs.map((x, at) => (ys[at] as number) - meanY - exponent * (x - meanX));
  const within = Math.exp(Math.max(...ys) - Math.min(...ys)) - 1;
  return {
    ...{ word: wordOf(exponent, within), exponent, from, to, within, values: points.length },
    last: lastOf(points),
    offBy: Math.exp(Math.max(...misses.map(Math.abs))) - 1,
  };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function lastOf(points: readonly SlopeEnd[]): number | undefined {
  const [low, high] = points.slice(-2);
  if (points.length < 3 || !low || !high || high.mappings < low.mappings * 1.5) return undefined;
  return Math.log(high.ns / low.ns) / Math.log(high.mappings / low.mappings);
}

function wordOf(exponent: number, within: number): Slope["word"] {
  if (Math.abs(exponent) <= tolerance) return within <= mostFlat ? "flat" : "scattered";
  if (Math.abs(exponent - 1) <= tolerance) return "linear";
  if (exponent < 0) return "falling";
  return exponent < 1 ? "slower" : "faster";
}

const phrases: Readonly<Record<Exclude<Slope["word"], "flat">, string>> = {
  scattered: "does not follow the mappings, and scatters",
  linear: "grows linearly with the mappings",
  slower: "grows more slowly than the mappings",
  faster: "grows faster than the mappings",
  falling: "takes less time the more mappings there are",
};

/** "grows linearly with the mappings: ...", behind "a search". */
export function slopeWords(slope: Slope, format: (ns: number) => string): string {
  const { word, exponent, last, within, offBy, from, to, values } = slope;
  const ends = [from, to].map(
    ({ mappings, ns }) => `${format(ns)} with ${formatWhole(Math.round(mappings))}`,
  );
  const how = word === "flat" ? `is flat within ${formatShare(within)}` : phrases[word];
  const highest =
    last === undefined ? "" : `, ${exponentText(last)} between the two with most mappings`;
  return (
    `${how}: ${ends.join(", ")} mappings; exponent ${exponentText(exponent)}${highest}` +
    `${values > 2 ? ` (${values} values, off the line by ${formatShare(offBy)} at most)` : ""}`
  );
}

/** "0.95", "-0.04": never "-0.00". */
function exponentText(exponent: number): string {
  const text = exponent.toFixed(2);
  return text === "-0.00" ? "0.00" : text;
}
