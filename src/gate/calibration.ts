/**
 * What a gate can tell on one machine: comparisons of the harness with itself, made by drawing
 * pairs of neighbouring real forks again and again. Pure and seeded.
 */

import { uniformInt } from "pure-rand/distribution/uniformInt";
import { mersenne } from "pure-rand/generator/mersenne";
import { familyConfidence } from "../stats/bonferroni.ts";
import { signedRankInterval } from "../stats/signed-rank.ts";
import type { ByFork } from "./compare.ts";
import { type Thresholds, verdictOfInterval } from "./judge.ts";

/** Of each pair of forks the slowdown of one against the other, as a logarithm, by metric. */
export type PairedLogs = readonly (readonly number[])[];

/** How comparisons of so many pairs came out. Shares of 0 to 1. */
export interface Rates {
  readonly pairs: number;
  readonly comparisons: number;
  /** Of whole comparisons, by their verdict. */
  readonly regressed: number;
  readonly improved: number;
  readonly inconclusive: number;
  /** What must be tolerated for 95 % of the comparisons to pass, as a fraction. */
  readonly tolerance: number;
  readonly metrics: readonly MetricRates[];
}

export interface MetricRates {
  readonly regressed: number;
  readonly improved: number;
  readonly inconclusive: number;
  /** Half of the interval's length, the middle one, as a fraction; NaN of too few pairs for one. */
  readonly halfWidth: number;
  /** The smallest slowdown that 95 % of the comparisons call regressed, as a fraction; or NaN. */
  readonly detectable: number;
  /** Share of the comparisons that call a slowdown of each of `slowdowns` regressed. */
  readonly power: readonly number[];
}

/** Slowdowns, in per cent, whose chance to be found is shown. */
export const slowdowns = [5, 7.5, 10, 12.5, 15, 20, 25, 30] as const;

/** What 95 % of the comparisons must reach. */
const wantedShare = 0.95;
const error = 0.05;

/**
 * The differences of fork 2i + 1 from fork 2i: neighbours in time, as the gate compares them.
 * Forks that lack a metric take their pair with them.
 */
export function neighbourLogs(metrics: readonly ByFork[], forks: number): PairedLogs {
  const logs: number[][] = metrics.map(() => []);
  for (let fork = 0; fork + 1 < forks; fork += 2) {
    const differences = metrics.map((values) => {
      const [from, to] = [values.get(fork), values.get(fork + 1)];
      return from === undefined || to === undefined ? undefined : Math.log(to / from);
    });
    if (differences.includes(undefined)) continue;
    differences.forEach((difference, metric) => {
      logs[metric]?.push(difference as number);
    });
  }
  return logs;
}

/**
 * Draws `comparisons` times `pairs` pairs, each with both its metrics' differences, and turns each
 * pair round or not by a coin where both of its forks are of the same code.
 *
 * @param logs of one pair at least, which may be drawn more than once.
 */
export function ratesOf(
  logs: PairedLogs,
  { pairs, comparisons, seed }: { pairs: number; comparisons: number; seed: number },
  thresholds: Thresholds,
  sameCode: boolean,
): Rates {
  const intervals = drawIntervals(logs, { pairs, comparisons, seed }, sameCode);
  const verdicts = intervals.map((of) => of.map((interval) => verdictOf(interval, thresholds)));
  const share = (is: (comparison: number) => boolean) =>
    Array.from({ length: comparisons }, (_, at) => at).filter(is).length / comparisons;
  const any = (at: number, wanted: string) => verdicts.some((of) => of[at] === wanted);
  const slower = Math.log1p(thresholds.slowerPercent / 100);
  return {
    pairs,
    comparisons,
    regressed: share((at) => any(at, "regressed")),
    inconclusive: share((at) => !any(at, "regressed") && any(at, "inconclusive")),
    improved: share(
      (at) => !any(at, "regressed") && !any(at, "inconclusive") && any(at, "improved"),
    ),
    tolerance: Math.expm1(quantile(highest(intervals, comparisons), wantedShare)),
    metrics: intervals.map((of, metric) => {
      const told = of.filter((interval) => interval !== undefined);
      const lows = told.map(({ lo }) => lo);
      const halves = told.map(({ lo, hi }) => (hi - lo) / 2);
      return {
        regressed: share((at) => verdicts[metric]?.[at] === "regressed"),
        improved: share((at) => verdicts[metric]?.[at] === "improved"),
        inconclusive: share((at) => verdicts[metric]?.[at] === "inconclusive"),
        halfWidth: Math.expm1(quantile(halves, 0.5)),
        // A slowdown moves every interval by its logarithm.
        detectable: Math.expm1(slower - quantile(lows, 1 - wantedShare)),
        power: slowdowns.map((percent) =>
          share((at) => {
            const lo = of[at]?.lo ?? Number.NEGATIVE_INFINITY;
            return lo + Math.log1p(percent / 100) > slower;
          }),
        ),
      };
    }),
  };
}

/** Of each comparison the end of the interval that reaches furthest up. */
function highest(intervals: readonly Interval[][], comparisons: number): number[] {
  return Array.from({ length: comparisons }, (_, at) =>
    Math.max(...intervals.map((of) => of[at]?.hi ?? Number.POSITIVE_INFINITY)),
  );
}

/** Undefined of too few pairs. */
type Interval = { readonly lo: number; readonly hi: number } | undefined;

/** By metric, of each comparison. */
function drawIntervals(
  logs: PairedLogs,
  { pairs, comparisons, seed }: { pairs: number; comparisons: number; seed: number },
  sameCode: boolean,
): Interval[][] {
  const random = mersenne(seed);
  const found = logs[0]?.length ?? 0;
  const confidence = familyConfidence(1 - error, logs.length);
  const intervals: Interval[][] = logs.map(() => []);
  for (let comparison = 0; comparison < comparisons; comparison++) {
    const drawn = Array.from({ length: pairs }, () => ({
      pair: uniformInt(random, 0, found - 1),
      sign: sameCode && uniformInt(random, 0, 1) === 1 ? -1 : 1,
    }));
    logs.forEach((differences, metric) => {
      const values = drawn.map(({ pair, sign }) => sign * (differences[pair] as number));
      const interval = signedRankInterval(values, confidence);
      intervals[metric]?.push(interval.state === "interval" ? interval : undefined);
    });
  }
  return intervals;
}

/** As the gate judges, whose intervals are not in logarithms. */
function verdictOf(interval: Interval, thresholds: Thresholds) {
  if (!interval) return "inconclusive";
  const [lo, hi] = [Math.expm1(interval.lo), Math.expm1(interval.hi)];
  return verdictOfInterval({ lo, hi }, thresholds);
}

/** What to write into a policy, and why. */
export interface Recommendation {
  readonly pairs: number;
  readonly toleratedPercent: number;
  readonly reason: string;
}

/**
 * The fewest pairs with which 95 % of the comparisons of equal code pass and none regresses; where
 * even the most do not reach that, the tolerance that they would need.
 */
export function recommend(
  rates: readonly Rates[],
  { toleratedPercent }: Thresholds,
): Recommendation {
  const isGood = ({ regressed, inconclusive }: Rates) =>
    regressed === 0 && inconclusive <= 1 - wantedShare;
  const fewest = rates.find(isGood);
  if (fewest) {
    const { pairs, inconclusive } = fewest;
    const reason =
      `with ${pairs} pairs ${percents(inconclusive)} of the comparisons of equal code are ` +
      "inconclusive, none is a false regression";
    return { pairs, toleratedPercent, reason };
  }
  const { pairs, regressed, tolerance } = rates.at(-1) as Rates;
  const tolerated = Math.ceil(tolerance * 100);
  if (regressed === 0 && tolerated > toleratedPercent && tolerated <= mostTolerated) {
    const reason =
      `even ${pairs} pairs leave too many comparisons of equal code open at ` +
      `${toleratedPercent} %; ${tolerated} % is what this machine can tell`;
    return { pairs, toleratedPercent: tolerated, reason };
  }
  const most = Math.max(toleratedPercent, mostTolerated);
  const reason = `this machine is too noisy to tell even ${most} %: gate elsewhere`;
  return { pairs, toleratedPercent: most, reason };
}

const mostTolerated = 50;

function percents(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** The smallest value that such a share does not exceed. */
function quantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
