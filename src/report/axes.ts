/**
 * Axes with ticks that people would choose: 1, 2 and 5 times powers of ten, written in the units
 * of the field, as many as there is room for.
 */

import { formatCount, formatNs } from "../units.ts";

/** How numbers of an axis are written. */
export type AxisUnit = "ns" | "count" | "ratio" | "percentile";

export interface Tick {
  readonly at: number;
  readonly text: string;
}

export type Axis =
  | {
      readonly kind: "log" | "linear";
      readonly unit: AxisUnit;
      readonly label: string;
      readonly domain: readonly [lowest: number, highest: number];
      readonly ticks: readonly Tick[];
    }
  | { readonly kind: "categories"; readonly label: string; readonly names: readonly string[] };

const mostTicks = 7;

/** Multiples of powers of ten, from the finest: the first that is not too many is taken. */
const tickFactors: readonly (readonly number[])[] = [
  [1, 1.2, 1.4, 1.6, 1.8, 2, 2.5, 3, 3.5, 4, 5, 6, 7, 8, 9],
  [1, 1.5, 2, 3, 5, 7],
  [1, 2, 5],
  [1, 3],
  [1],
];

/**
 * From a tick at or below the lowest value to one at or above the highest, so that every value can
 * be read off; all are above 0.
 */
export function logAxis(values: readonly number[], unit: AxisUnit, label: string): Axis {
  const [low, high] = extentOf(values);
  // At least a factor of two: a flat line should not look like a cliff.
  const stretch = Math.max(1, Math.sqrt(2 / (high / low)));
  const extent = [low / stretch, high * stretch] as const;
  const choices = tickFactors.map((factors) => logTicks(extent, factors));
  const fitting = choices.find((ticks) => ticks.length <= mostTicks) ?? thinned(choices.at(-1));
  const domain = [fitting[0] as number, fitting.at(-1) as number] as const;
  return { kind: "log", unit, label, domain, ticks: fitting.map((at) => tickAt(at, unit)) };
}

/** From 0 to the highest value or a little above. */
export function linearAxis(values: readonly number[], unit: AxisUnit, label: string): Axis {
  const top = Math.max(...values, 0) || 1;
  const step = niceStep(top / (mostTicks - 1));
  const domain = [0, top * 1.04] as const;
  const ticks = Array.from({ length: Math.floor(domain[1] / step) + 1 }, (_, i) => i * step);
  return { kind: "linear", unit, label, domain, ticks: ticks.map((at) => tickAt(at, unit)) };
}

/** Whole numbers from 1. */
export function orderAxis(count: number, label: string): Axis {
  const step = Math.max(1, niceStep(count / mostTicks));
  const inner = Array.from({ length: Math.floor(count / step) }, (_, i) => (i + 1) * step);
  const ticks = step === 1 ? inner : [1, ...inner];
  return {
    kind: "linear",
    unit: "count",
    label,
    domain: [0.5, count + 0.5],
    ticks: ticks.map((at) => ({ at, text: String(at) })),
  };
}

/**
 * Percentiles, spaced by 1/(1-p): values are 1/(1-p), 1 to the number of calls.
 * Source: the plots of HdrHistogram.
 */
export function percentileAxis(most: number): Axis {
  const decades = Math.max(1, Math.floor(Math.log10(most) + 1e-9));
  const step = decades > 5 ? 2 : 1;
  const ticks = Array.from({ length: Math.floor(decades / step) + 1 }, (_, index) => {
    const power = index * step;
    return { at: 10 ** power, text: percentileText(power) };
  });
  return {
    kind: "log",
    unit: "percentile",
    label: "percentile (%), spaced by 1/(1−p)",
    domain: [1, Math.max(10, most)],
    ticks,
  };
}

/** 0 to "0", 1 to "90", 3 to "99.9": the percentile that one call in 10^power is above. */
function percentileText(power: number): string {
  if (power < 2) return power === 0 ? "0" : "90";
  return power === 2 ? "99" : `99.${"9".repeat(power - 2)}`;
}

function tickAt(at: number, unit: AxisUnit): Tick {
  return { at, text: writtenAs(at, unit) };
}

/** 1000 ns to "1 us": as in tables, without the zeros that a tick does not need. */
function writtenAs(value: number, unit: AxisUnit): string {
  if (value === 0) return "0";
  if (unit === "ratio") return String(Number(value.toPrecision(3)));
  const text = unit === "ns" ? formatNs(value) : formatCount(value);
  return text.replace(/(\.\d*?)0+(?= |$)/, "$1").replace(/\.(?= |$)/, "");
}

function extentOf(values: readonly number[]): [number, number] {
  const above = values.filter((value) => value > 0);
  if (above.length === 0) return [1, 10];
  return [above.reduce((a, b) => Math.min(a, b)), above.reduce((a, b) => Math.max(a, b))];
}

/** Ticks between two values, and the next beyond each. */
function logTicks([low, high]: readonly [number, number], factors: readonly number[]): number[] {
  const ticks: number[] = [];
  // One more than needed on either side: a logarithm is rounded.
  const most = Math.ceil(Math.log10(high)) + 1;
  for (let power = Math.floor(Math.log10(low)) - 1; power <= most; power++) {
    ticks.push(...factors.map((factor) => Number((factor * 10 ** power).toPrecision(6))));
  }
  const first = ticks.findLastIndex((tick) => tick <= low);
  const last = ticks.findIndex((tick) => tick >= high);
  return ticks.slice(first, last + 1);
}

/** At even steps, from the first; the last may lie beyond the one that was. */
function thinned(powers: readonly number[] = []): number[] {
  const first = Math.log10(powers[0] as number);
  const steps = powers.length - 1;
  const every = Math.ceil(steps / (mostTicks - 1));
  return Array.from({ length: Math.ceil(steps / every) + 1 }, (_, index) =>
    Number((10 ** Math.round(first + index * every)).toPrecision(6)),
  );
}

function niceStep(atLeast: number): number {
  const power = 10 ** Math.floor(Math.log10(atLeast));
  return ([1, 2, 5].find((factor) => factor * power >= atLeast * 0.999) ?? 10) * power;
}
