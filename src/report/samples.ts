/**
 * The run as statistics see it: for each configuration and strategy one arm a fork, each figure
 * computed inside the fork, then a median with its interval over forks. The statistical unit is
 * the fork, never the call.
 */

import type { CallClass } from "../model.ts";
import type { Arm, Distribution, Fork, Run, TrialSpec } from "../results/schema.ts";
import { type MedianInterval, medianInterval } from "../stats/median.ts";
import { scenarioRank } from "./roles.ts";

/** A figure over forks: median, interval and number of forks, or why there is no interval. */
export type Figure = MedianInterval;

/** One figure of one arm of one fork; undefined where the arm has none. */
export type ArmFigure<Of = Arm> = (arm: Of) => number | undefined;

/** What is compared, and every fork's arm of each; arms that measured nothing are not in it. */
export interface ComparedArms<Of> {
  /** Strategy, or whatever is compared, to fork index to arm. */
  readonly arms: ReadonlyMap<string, ReadonlyMap<number, Of>>;
}

/** Every fork's arms of one configuration. */
export interface Configuration extends ComparedArms<Arm> {
  readonly spec: TrialSpec;
}

/** Forks that figures rest on. A trial that finished is as good as any, whatever came later. */
export function countedForks(run: Pick<Run, "forks">): Fork[] {
  return run.forks.filter(({ trials }) => trials.length > 0);
}

/** The configurations of all finished trials, by scenario in listing order, then by actors. */
export function configurationsOf(run: Pick<Run, "forks">): Configuration[] {
  const found = new Map<string, { spec: TrialSpec; arms: Map<string, Map<number, Arm>> }>();
  for (const fork of countedForks(run)) {
    for (const { spec, arms } of fork.trials) {
      const key = JSON.stringify(spec);
      const entry = found.get(key) ?? { spec, arms: new Map<string, Map<number, Arm>>() };
      found.set(key, entry);
      for (const arm of arms) {
        if (arm.counts.attempts === 0) continue;
        const byFork = entry.arms.get(arm.strategy) ?? new Map<number, Arm>();
        entry.arms.set(arm.strategy, byFork.set(fork.index, arm));
      }
    }
  }
  return [...found.values()].filter(({ arms }) => arms.size > 0).sort(byListing);
}

function byListing(a: Configuration, b: Configuration): number {
  return (
    scenarioRank(a.spec.scenario) - scenarioRank(b.spec.scenario) ||
    a.spec.scenario.localeCompare(b.spec.scenario) ||
    a.spec.actors - b.spec.actors
  );
}

/** Median and interval of what the forks say; a fork that says nothing is not counted in n. */
export function overForks(values: Iterable<number | undefined>): Figure {
  return medianInterval([...values].filter((value) => value !== undefined));
}

/** A figure of one strategy over all forks that ran it. */
export function figureOf<Of>(
  { arms }: ComparedArms<Of>,
  strategy: string,
  figure: ArmFigure<Of>,
): Figure {
  return overForks([...(arms.get(strategy)?.values() ?? [])].map(figure));
}

/** The ratio of two strategies' figures, taken within each fork that has both above 0. */
export function ratioOf<Of>(
  configuration: ComparedArms<Of>,
  numerator: string,
  denominator: string,
  figure: ArmFigure<Of>,
): Figure {
  return overForks(ratiosByFork(configuration, numerator, denominator, figure));
}

/** One ratio for each fork that has a plausible one, in the order of the forks. */
export function ratiosByFork<Of>(
  { arms }: ComparedArms<Of>,
  numerator: string,
  denominator: string,
  figure: ArmFigure<Of>,
  below: ArmFigure<Of> = figure,
): number[] {
  const others = arms.get(denominator);
  return [...(arms.get(numerator) ?? [])].flatMap(([fork, arm]) => {
    const other = others?.get(fork);
    const ratio = (figure(arm) ?? 0) / ((other && below(other)) ?? 0);
    return isPlausible(ratio) ? [ratio] : [];
  });
}

/**
 * Whether a time in nanoseconds, a rate or a ratio of two can have been measured: a nanosecond to a
 * minute, and far beyond. Differences of what is not plausible leave the range of a double.
 */
export function isPlausible(value: number): boolean {
  return value > 1e-12 && value < 1e12;
}

/** Reservations per second of measured block time, all actors together. */
export function reservationsPerSecond(arm: Arm): number | undefined {
  const wallNs = sum(arm.blocks.wallNs);
  return wallNs > 0 ? (arm.counts.placed / wallNs) * 1e9 : undefined;
}

/** Share of the attempts that ended in a conflict: 0 to 1. */
export function conflictShare({ counts }: Arm): number | undefined {
  return counts.attempts > 0
    ? (counts.rejected + counts.misplaced - counts.refused) / counts.attempts
    : undefined;
}

/** Every system call of the arm, per window that was placed. */
export function callsPerReservation({ counts }: Arm): number | undefined {
  if (counts.placed === 0) return undefined;
  return (counts.attempts + counts.cleanups + counts.releases) / counts.placed;
}

/** System calls that a lost attempt took, its cleanup unmap included. */
export function callsPerLostAttempt(counts: {
  readonly rejected: number;
  readonly misplaced: number;
  readonly cleanups: number;
}): number | undefined {
  const lost = counts.rejected + counts.misplaced;
  return lost > 0 ? (lost + counts.cleanups) / lost : undefined;
}

/**
 * The distribution of lost attempts, whole. Where an attempt was misplaced that is the class
 * `lost`, rejected ones among them; where none was, a lost attempt is a rejected one.
 */
export function lostDistribution({ counts, distributions }: Arm): Distribution | undefined {
  if (counts.misplaced > 0) return distributions.lost;
  return counts.rejected > 0 ? distributions.rejected : undefined;
}

/** The distribution of a class of calls; of lost attempts whole ones. */
export function distributionIn(arm: Arm, name: CallClass): Distribution | undefined {
  return name === "lost" ? lostDistribution(arm) : arm.distributions[name];
}

/** The median lost attempt in nanoseconds. */
export const lostP50: ArmFigure = (arm) => lostDistribution(arm)?.quantiles.p50;

/** The lost attempt that one in a hundred exceeds, in nanoseconds. */
export const lostP99: ArmFigure = (arm) => lostDistribution(arm)?.quantiles.p99;

export function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
