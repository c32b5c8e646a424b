/**
 * One figure on two sides: its median and scatter before and after, the ratio of the two with its
 * interval, and a verdict. What the strategies of one run and the strategies of two runs have in
 * common; leaves the choice of figures to before-after.ts and comparison.ts.
 */

import type { ShiftInterval } from "../stats/shift.ts";
import {
  type ArmFigure,
  isPlausible,
  lostP50 as lostP50Of,
  lostP99 as lostP99Of,
  overForks,
  reservationsPerSecond,
  sum,
} from "./samples.ts";

/** A figure of one arm that is compared, and how it is read. */
export interface ComparedFigure {
  readonly name: "lost p50" | "lost p99" | "placed p50" | "reservations/s";
  /** More is better. */
  readonly isRate: boolean;
  readonly of: ArmFigure;
}

export const lostP50: ComparedFigure = {
  name: "lost p50",
  isRate: false,
  of: lostP50Of,
};

export const lostP99: ComparedFigure = {
  name: "lost p99",
  isRate: false,
  of: lostP99Of,
};

export const placedP50: ComparedFigure = {
  name: "placed p50",
  isRate: false,
  of: ({ distributions }) => distributions.placed?.quantiles.p50,
};

export const reservations: ComparedFigure = {
  name: "reservations/s",
  isRate: true,
  of: reservationsPerSecond,
};

/** One side over its forks. */
export interface Centre {
  readonly median: number | undefined;
  /** Standard deviation / mean; undefined of fewer than two forks. */
  readonly stddevShare: number | undefined;
  readonly n: number;
}

/** `inconclusive`: the interval, as printed, includes no change. */
export type ChangeVerdict = "faster" | "slower" | "inconclusive" | "too-few";

export interface FigureChange {
  /** "spread/2", and what tells it from another configuration of that name. */
  readonly place: string;
  /** What is on both sides: "fixed-noreplace / hint-munmap", or a strategy; "" for two of them. */
  readonly subject: string;
  readonly figure: string;
  readonly unit: "ns" | "per-second" | "ratio";
  readonly before: Centre;
  readonly after: Centre;
  /** after / before. */
  readonly change: ShiftInterval;
  readonly verdict: ChangeVerdict;
}

/** Of what the forks of one side say; what no clock can have measured is left out. */
export function centreOf(values: readonly (number | undefined)[]): Centre {
  const plausible = values.filter((value) => value !== undefined && isPlausible(value));
  const known = plausible as number[];
  const n = known.length;
  const mean = sum(known) / n;
  const variance = sum(known.map((value) => (value - mean) ** 2)) / (n - 1);
  return {
    median: overForks(known).median,
    stddevShare: n > 1 ? Math.sqrt(variance) / mean : undefined,
    n,
  };
}

/** By the percentages as printed, so that no text contradicts its own figures. */
export function verdictOf(change: ShiftInterval, isRate: boolean): ChangeVerdict {
  if (change.state === "too-few") return "too-few";
  const [lo, hi] = [change.lo, change.hi].map(printedPercent) as [number, number];
  if (lo <= 0 && hi >= 0) return "inconclusive";
  return lo > 0 === isRate ? "faster" : "slower";
}

/** A ratio that is told with a percentage. */
export function isConclusive({ verdict }: FigureChange): boolean {
  return verdict === "faster" || verdict === "slower";
}

function printedPercent(ratio: number): number {
  return Number(((ratio - 1) * 100).toFixed(1));
}
