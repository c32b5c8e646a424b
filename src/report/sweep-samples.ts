/**
 * A sweep as statistics see it: at each value the forks that measured there, their races as those
 * of a run, and their searches as those of a path run. Forks of different values are different
 * processes: nothing pairs them.
 */

import type { SweepFork, SweepRun } from "../results/sweep-schema.ts";
import { groupsOf, type PathGroup } from "./path-samples.ts";
import { type Configuration, configurationsOf } from "./samples.ts";

/** What was measured at one value. */
export interface SweepPoint {
  readonly value: number;
  /** Those that figures rest on. */
  readonly forks: readonly SweepFork[];
  readonly configurations: readonly Configuration[];
  readonly searches: readonly PathGroup[];
}

/** Whether anything of the fork was measured to its end. */
export function isCounted({ trials, searches }: SweepFork): boolean {
  return trials.length + searches.length > 0;
}

/** By value, ascending; values at which nothing was measured are not in it. */
export function pointsOf(run: SweepRun): SweepPoint[] {
  const counted = run.forks.filter(isCounted);
  const values = [...new Set(counted.map(({ value }) => value))].sort((a, b) => a - b);
  return values.map((value) => {
    const forks = counted.filter((fork) => fork.value === value);
    const searching = forks.map((fork) => ({ ...fork, cases: fork.searches }));
    return {
      value,
      forks,
      configurations: configurationsOf({ forks }),
      searches: groupsOf({ profiles: run.profiles, forks: searching }),
    };
  });
}
