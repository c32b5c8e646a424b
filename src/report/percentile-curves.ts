/**
 * Latency by percentile, of every timed call: the histograms of all forks added up, which loses
 * nothing, and read off at even steps of the axis that HdrHistogram made usual, 1/(1-p). Medians
 * over forks, which statistics rest on, are in tables.ts.
 */

import { addCounts } from "../results/packed-histogram.ts";
import type { Arm, Quantiles, Run } from "../results/schema.ts";
import { newCounts, type Step, stepsOf, valueAtPercentile } from "./call-steps.ts";
import { strategyRank } from "./roles.ts";
import { configurationsOf, distributionIn } from "./samples.ts";
import { plural } from "./wording.ts";

/** The classes that have curves; `lost` is a lost attempt whole, whatever lost it. */
export const curveClasses = ["lost", "placed", "release", "cleanup"] as const;

export type CurveClass = (typeof curveClasses)[number];

export interface CurvePoint {
  /** 0 to 1; 1 is the slowest call. */
  readonly quantile: number;
  readonly latencyNs: number;
}

/** One class of one strategy in one configuration. */
export interface Curve {
  readonly strategy: string;
  readonly callClass: CurveClass;
  /** Of all calls together, in nanoseconds. */
  readonly quantiles: Quantiles;
  /** By quantile, ascending; from the fastest call to the slowest. */
  readonly points: readonly CurvePoint[];
}

export interface ConfigurationCurves {
  readonly scenario: string;
  readonly actors: number;
  /** By class, then by strategy in listing order. */
  readonly curves: readonly Curve[];
}

export type PercentileCurves =
  | {
      readonly state: "curves";
      readonly configurations: readonly ConfigurationCurves[];
      /** What is not in the curves; undefined where everything is. */
      readonly lacking: string | undefined;
    }
  | { readonly state: "none"; readonly reason: string };

/** Points for each factor of ten in 1/(1-p). */
const pointsPerDecade = 10;

/** Curves of the run for the classes that are wanted. */
export function percentileCurves(
  run: Run,
  classes: readonly CurveClass[] = curveClasses,
): PercentileCurves {
  const seen: Seen = {
    readable: 0,
    absent: 0,
    unreadable: 0,
    forks: new Set(),
    without: new Set(),
  };
  const counts = newCounts();
  const configurations = configurationsOf(run).map(({ spec, arms }) => ({
    scenario: spec.scenario,
    actors: spec.actors,
    curves: classes.flatMap((callClass) =>
      [...arms]
        .sort(([a], [b]) => strategyRank(a) - strategyRank(b) || a.localeCompare(b))
        .flatMap(([strategy, byFork]) => {
          const steps = addedUp(byFork, callClass, seen, counts.fill(0));
          return steps.length > 0 ? [curveOf(strategy, callClass, steps)] : [];
        }),
    ),
  }));
  const told = configurations.filter(({ curves }) => curves.length > 0);
  if (told.length > 0) return { state: "curves", configurations: told, lacking: lackingOf(seen) };
  return { state: "none", reason: whyNone(seen) };
}

interface Seen extends Record<"readable" | "absent" | "unreadable", number> {
  /** Those that made such calls. */
  readonly forks: Set<number>;
  /** Of these, those whose histograms are absent. */
  readonly without: Set<number>;
}

/** Empty where no histogram can be read; `counts` are all 0 before. */
function addedUp(
  byFork: ReadonlyMap<number, Arm>,
  callClass: CurveClass,
  seen: Seen,
  counts: Float64Array,
): Step[] {
  for (const [fork, arm] of byFork) {
    const found = distributionIn(arm, callClass);
    if (!found) continue;
    const { histogram } = found;
    const isReadable = histogram !== null && addCounts(histogram, counts);
    seen[isReadable ? "readable" : histogram === null ? "absent" : "unreadable"]++;
    seen.forks.add(fork);
    if (histogram === null) seen.without.add(fork);
  }
  return stepsOf(counts);
}

function curveOf(strategy: string, callClass: CurveClass, steps: readonly Step[]): Curve {
  const points: CurvePoint[] = [];
  const { upTo: count, highest: max } = steps.at(-1) as Step;
  const valueAt = (percentile: number) => valueAtPercentile(steps, percentile);
  const decades = Math.log10(count);
  for (let step = 0; step / pointsPerDecade < decades; step++) {
    const quantile = 1 - 10 ** (-step / pointsPerDecade);
    points.push({ quantile, latencyNs: valueAt(quantile * 100) });
  }
  points.push({ quantile: 1, latencyNs: max });
  const [p50, p90, p99, p999] = [50, 90, 99, 99.9].map(valueAt) as [number, number, number, number];
  return { strategy, callClass, quantiles: { count, p50, p90, p99, p999, max }, points };
}

function lackingOf({ forks, unreadable, without }: Seen): string | undefined {
  const isOne = (count: number, one: string, more: string) => (count === 1 ? one : more);
  const parts: string[] = [];
  if (without.size > 0) {
    const verbs = isOne(without.size, "has no histograms and is", "have no histograms and are");
    parts.push(`${without.size} of ${plural(forks.size, "fork")} ${verbs} not in it`);
  }
  if (unreadable > 0) {
    const verbs = isOne(unreadable, "cannot be read and is", "cannot be read and are");
    parts.push(`${plural(unreadable, "histogram")} ${verbs} not in it`);
  }
  return parts.length > 0 ? parts.join("; ") : undefined;
}

function whyNone({ absent, unreadable }: Seen): string {
  if (unreadable > 0) return "The histograms of this file cannot be read, so there are no curves";
  if (absent > 0) {
    return "This file holds no histograms (a baseline keeps none), so there are no curves";
  }
  return "No fork has timed such a call";
}
