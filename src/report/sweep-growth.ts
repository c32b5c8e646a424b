/**
 * What changes from the lowest value of a sweep to the highest: the cost of losing, what the two
 * compared strategies differ by, and the cost of a search against the number of mappings.
 */

import type { SweepAxis } from "../results/sweep-schema.ts";
import { mostPairings, rankSumInterval } from "../stats/rank-sum.ts";
import { formatNs } from "../units.ts";
import { compared, roleOf } from "./roles.ts";
import { type Figure, isPlausible } from "./samples.ts";
import type { Cell, RaceTable } from "./sweep-races.ts";
import type { SearchSeries } from "./sweep-searches.ts";
import { slopeOf, slopeWords } from "./sweep-slope.ts";
import { valueText, valueWords } from "./sweep-words.ts";
import {
  excludesOne,
  formatFigure,
  formatRatio,
  formatRatioInterval,
  formatShare,
  plural,
} from "./wording.ts";

/** How the sentences came about. */
const unpaired =
  "Forks of different values are different processes, so values are compared unpaired: the " +
  "Hodges-Lehmann shift of the logarithms with its exact 95 % rank-sum interval.";

export interface Growth {
  /** A sentence each. */
  readonly growth: readonly string[];
  /** How values were compared; "" where there were no two. */
  readonly growthBasis: string;
}

export function digestGrowth(
  axis: SweepAxis,
  races: readonly RaceTable[],
  searches: readonly SearchSeries[],
): Growth {
  const lost = races.filter(({ measure }) => measure.id.startsWith("lost"));
  const divided = races.filter(({ measure }) => measure.ratio !== undefined);
  const raced = [
    ...lost.flatMap((table) => lostSentences(axis, table)),
    ...divided.flatMap((table) => ratioSentences(axis, table)),
  ];
  const searched = [
    ...searches.filter(({ isSwept }) => !isSwept).flatMap(slopeSentences),
    ...searches.flatMap((series) => staleSentences(axis, series)),
  ];
  return {
    growth: [...raced, ...searched],
    growthBasis: raced.length > 0 ? unpaired : "",
  };
}

/** What a value is set against, and how the sentences call the two. */
interface Ends {
  readonly low: { readonly value: number; readonly cell: Cell };
  readonly high: { readonly value: number; readonly cell: Cell };
  /** "at 8 actors", "at 1". */
  readonly at: string;
  readonly than: string;
}

function endsOf(
  axis: SweepAxis,
  entries: readonly { readonly value: number; readonly cell: Cell | undefined }[],
): Ends[] {
  const told = entries.flatMap(({ value, cell }) =>
    cell?.byFork.some(isPlausible) ? [{ value, cell }] : [],
  );
  const [low] = told;
  const high = told.at(-1);
  if (!low || !high || low === high) return [];
  const at = `at ${valueWords(axis, high.value)}`;
  return [{ low, high, at, than: `at ${valueText(axis, low.value)}` }];
}

/**
 * How many times as much there is at the high end as at the low one. Forks of different values are
 * different processes, so this is unpaired: the shift of the logarithms.
 */
function timesOf({ low, high }: Ends): Figure {
  // What a rank-sum interval takes at most, and far more than is measured.
  const most = Math.floor(Math.sqrt(mostPairings));
  const logs = ({ cell }: Ends["low"]) =>
    cell.byFork
      .filter(isPlausible)
      .slice(0, most)
      .map((value) => Math.log(value));
  const shift = rankSumInterval(logs(low), logs(high));
  if (shift.state === "too-few") {
    const median = shift.estimate === undefined ? undefined : Math.exp(shift.estimate);
    return { state: "too-few", median, n: shift.n, needed: shift.needed };
  }
  const [median, lo, hi] = [shift.estimate, shift.lo, shift.hi].map(Math.exp);
  return {
    ...{ state: "interval", coverage: shift.coverage, n: shift.n },
    ...{ median: median as number, lo: lo as number, hi: hi as number },
  };
}

/** " (5.40 us, 9.88 us)": the medians at both ends. */
function endsWords({ low, high }: Ends, format: (value: number) => string): string {
  const [from, to] = [low, high].map(({ cell }) => cell.figure.median);
  return from === undefined || to === undefined ? "" : ` (${format(from)}, ${format(to)})`;
}

function lostSentences(axis: SweepAxis, { place, rows, strategies, measure }: RaceTable): string[] {
  const racing = strategies.filter((strategy) => roleOf(strategy) === "contender");
  return racing.flatMap((strategy) => {
    const cells = rows.map(({ value, cells }) => ({ value, cell: cells.get(strategy) }));
    return endsOf(axis, cells).map((ends) => {
      const { text, verdict, isFew } = told(ends);
      const verb = isFew ? "took" : "takes";
      return (
        `${strategy} in ${place}: a lost attempt ${verb} ${text} times as long ${ends.at} as ` +
        `${ends.than}${endsWords(ends, measure.format)}${verdict}`
      );
    });
  });
}

/** Whether the two that are compared come apart, or together. */
function ratioSentences(axis: SweepAxis, { place, rows, measure }: RaceTable): string[] {
  const { before, after } = compared;
  const subject =
    measure.id === "reservations"
      ? `reservations per second of ${after} to those of ${before}`
      : `a lost attempt of ${before} to one of ${after}`;
  const cells = rows.map(({ value, ratio }) => ({ value, cell: ratio }));
  return endsOf(axis, cells).map((ends) => {
    const { text, verdict, isFew } = told(ends);
    return (
      `In ${place}, the ratio of ${subject} ${isFew ? "was" : "is"} ${text} times as large ` +
      `${ends.at} as ${ends.than}${endsWords(ends, formatRatio)}${verdict}`
    );
  });
}

/** "1.05 [0.90, 1.22]", and what has to be said of it. */
function told(ends: Ends) {
  const times = timesOf(ends);
  const text = formatRatioInterval(times);
  if (times.state === "too-few") {
    const forks = `${plural(times.n, "fork")} of a value, ${times.needed} needed`;
    return { text, isFew: true, verdict: `; no interval: ${forks}` };
  }
  const verdict = excludesOne(times) ? "" : ": no difference can be told";
  return { text, isFew: false, verdict };
}

function slopeSentences(series: SearchSeries): string[] {
  const slope = slopeOf(series.rows);
  return slope
    ? [`A search with ${series.way} by ${series.load} ${slopeWords(slope, formatNs)}`]
    : [];
}

/** Nothing where every place that was searched for was still there. */
function staleSentences(axis: SweepAxis, { way, load, isSwept, rows }: SearchSeries): string[] {
  const found = rows
    // Who is alone comes never too late.
    .filter(({ value }) => !(isSwept && value === 1))
    .map(({ value, figures }) => ({ value, share: figures.staleShare }))
    .filter(({ share }) => share.median !== undefined);
  if (!found.some(({ share }) => (share.median ?? 0) > 0)) return [];
  const [first] = found;
  const last = found.at(-1);
  const ends = first && last && first !== last ? [first, last] : found.slice(0, 1);
  const texts = ends.map(({ value, share }, place) => {
    const at = place === 0 ? valueWords(axis, value) : valueText(axis, value);
    return `${formatFigure(share, formatShare)} at ${at}`;
  });
  return [
    `Of the places just found by a search with ${way} by ${load}, gone were ${texts.join(", ")}`,
  ];
}
