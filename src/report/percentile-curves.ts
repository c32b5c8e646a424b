/**
 * Latency by percentile, of every timed call: the histograms of all forks added up, which loses
 * nothing, and read off at even steps of the axis that HdrHistogram made usual, 1/(1-p). Medians
 * over forks, which statistics rest on, are in tables.ts.
 */

import { decodeHistogram, type Histogram, quantilesOf } from "../results/histogram.ts";
import type { Arm, Quantiles, Run } from "../results/schema.ts";
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
  const seen = { readable: 0, absent: 0, unreadable: 0 };
  const configurations = configurationsOf(run).map(({ spec, arms }) => ({
    scenario: spec.scenario,
    actors: spec.actors,
    curves: classes.flatMap((callClass) =>
      [...arms]
        .sort(([a], [b]) => strategyRank(a) - strategyRank(b) || a.localeCompare(b))
        .flatMap(([strategy, byFork]) => {
          const histogram = addedUp([...byFork.values()], callClass, seen);
          return histogram ? [curveOf(strategy, callClass, histogram)] : [];
        }),
    ),
  }));
  const told = configurations.filter(({ curves }) => curves.length > 0);
  if (told.length > 0) return { state: "curves", configurations: told, lacking: lackingOf(seen) };
  return { state: "none", reason: whyNone(seen) };
}

type Seen = Record<"readable" | "absent" | "unreadable", number>;

function addedUp(arms: readonly Arm[], callClass: CurveClass, seen: Seen): Histogram | undefined {
  let total: Histogram | undefined;
  for (const arm of arms) {
    const found = distributionIn(arm, callClass);
    if (!found) continue;
    const histogram = found.histogram === null ? undefined : decodeHistogram(found.histogram);
    seen[histogram ? "readable" : found.histogram === null ? "absent" : "unreadable"]++;
    if (!histogram) continue;
    if (total) total.add(histogram);
    else total = histogram;
  }
  return total && total.totalCount > 0 ? total : undefined;
}

function curveOf(strategy: string, callClass: CurveClass, histogram: Histogram): Curve {
  const points: CurvePoint[] = [];
  const decades = Math.log10(histogram.totalCount);
  for (let step = 0; step / pointsPerDecade < decades; step++) {
    const quantile = 1 - 10 ** (-step / pointsPerDecade);
    points.push({ quantile, latencyNs: histogram.getValueAtPercentile(quantile * 100) });
  }
  points.push({ quantile: 1, latencyNs: histogram.maxValue });
  return { strategy, callClass, quantiles: quantilesOf(histogram), points };
}

function lackingOf({ absent, unreadable }: Seen): string | undefined {
  if (absent + unreadable === 0) return undefined;
  return `${plural(absent + unreadable, "histogram")} of the file cannot be read and is not in it`;
}

function whyNone({ absent, unreadable }: Seen): string {
  if (unreadable > 0) return "The histograms of this file cannot be read, so there are no curves";
  if (absent > 0) {
    return "This file holds no histograms (a baseline keeps none), so there are no curves";
  }
  return "No fork has timed such a call";
}
