/**
 * What else went on while the run measured: the harness's own share of the time, and the traces
 * of everybody else. Nothing here is a result; it says how far to trust one.
 */

import type { Arm, Run } from "../results/schema.ts";
import { countedForks, type Figure, overForks, sum } from "./samples.ts";

export interface Disturbance {
  /** Wall time inside measured blocks, of all finished trials. */
  readonly measuredNs: number;
  /** Its part of the whole run, 0 to 1; undefined for a run of no length. */
  readonly measuredShare: number | undefined;
  /** Part of barrier to barrier that a block spends in the probe: each fork's median block. */
  readonly insideShare: Figure;
  /** The lowest such part of any block. */
  readonly lowestInsideShare: number | undefined;
  /** First actor's start to last actor's, where several have a CPU each: each fork's median. */
  readonly startSkewNs: Figure;
  /** Per second of measured block time; undefined where there is none. */
  readonly perSecond:
    | {
        readonly voluntarySwitches: number;
        readonly involuntarySwitches: number;
        readonly tlbShootdowns: number;
        readonly minorFaults: number;
        readonly majorFaults: number;
      }
    | undefined;
  /** CPUs that other processes kept busy meanwhile: 0.5 is half a CPU. */
  readonly othersCpus: number | undefined;
  /** Spawn to ready for the first block. */
  readonly readyMs: Figure;
  /** Largest of any fork. */
  readonly peakMemoryBytes: number | undefined;
  /** Largest error of any fork's clock calibration. */
  readonly calibrationErrorPpm: number | undefined;
}

export function digestDisturbance(run: Pick<Run, "forks" | "host" | "elapsedMs">): Disturbance {
  const forks = countedForks(run);
  const trialsOf = forks.map(({ trials }) => trials);
  const arms = trialsOf.flat().flatMap((trial) => trial.arms);
  const measuredNs = sum(arms.flatMap(({ blocks }) => blocks.wallNs));
  const total = (pick: (arm: Arm) => number) => sum(arms.map(pick));
  const rate = (pick: (arm: Arm) => number) => total(pick) / (measuredNs / 1e9);
  const blocksOf = (trials: (typeof trialsOf)[number]) =>
    trials.flatMap((trial) => trial.arms.map(({ blocks }) => blocks));
  const hasSkew = (actors: number) => actors > 1 && actors <= run.host.allowedCpus.length;
  const raced = trialsOf.map((trials) => trials.filter(({ spec }) => hasSkew(spec.actors)));
  const inside = trialsOf.map((trials) => blocksOf(trials).flatMap((b) => b.insideShare));
  return {
    measuredNs,
    measuredShare: run.elapsedMs > 0 ? measuredNs / 1e6 / run.elapsedMs : undefined,
    insideShare: overForks(inside.map(medianOf)),
    lowestInsideShare: lowest(inside.flat()),
    startSkewNs: overForks(
      raced.map((trials) => medianOf(blocksOf(trials).flatMap((b) => b.startSkewNs))),
    ),
    perSecond:
      measuredNs > 0
        ? {
            voluntarySwitches: rate(({ blocks }) => sum(blocks.voluntarySwitches)),
            involuntarySwitches: rate(({ blocks }) => sum(blocks.involuntarySwitches)),
            tlbShootdowns: rate(({ blocks }) => sum(blocks.tlbShootdowns)),
            minorFaults: rate((arm) => arm.minorFaults),
            majorFaults: rate((arm) => arm.majorFaults),
          }
        : undefined,
    othersCpus:
      measuredNs > 0
        ? Math.max(0, total(({ blocks }) => sum(blocks.othersCpuMs)) / (measuredNs / 1e6))
        : undefined,
    readyMs: overForks(forks.map(({ readyMs }) => readyMs)),
    peakMemoryBytes: highest(run.forks.map(({ peakMemoryBytes }) => peakMemoryBytes)),
    calibrationErrorPpm: highest(forks.map(({ calibration }) => calibration?.errorPpm)),
  };
}

function medianOf(values: readonly number[]): number | undefined {
  return overForks(values).median;
}

function lowest(values: readonly number[]): number | undefined {
  return values.length > 0 ? values.reduce((a, b) => Math.min(a, b)) : undefined;
}

/** The highest of what is known. */
export function highest(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length > 0 ? Math.max(...known) : undefined;
}
