/**
 * What a reader must know of the counts behind the tables and no warning of the run tells: which
 * attempts failed, and latencies that were clamped. Facts of the file, each in a sentence.
 */

import type { Run, Trial } from "../results/schema.ts";
import { scenarioRank } from "./roles.ts";
import { sum } from "./samples.ts";
import { plural } from "./wording.ts";

export function digestNotes(run: Run): string[] {
  const trials = run.forks.flatMap((fork) => fork.trials);
  return [...failedNotes(trials), ...overflowNotes(trials)];
}

/** Where in the run something was seen, and how often, in listing order. */
function tally(
  trials: readonly Trial[],
  countsOf: (trial: Trial) => Iterable<readonly [string, number]>,
): [string, number][] {
  const found = new Map<string, number>();
  const sorted = [...trials].sort(
    (a, b) => scenarioRank(a.spec.scenario) - scenarioRank(b.spec.scenario),
  );
  for (const trial of sorted) {
    for (const [what, count] of countsOf(trial)) {
      if (count > 0) found.set(what, (found.get(what) ?? 0) + count);
    }
  }
  return [...found];
}

function failedNotes(trials: readonly Trial[]): string[] {
  const failures = tally(trials, ({ spec, arms }) =>
    arms.flatMap(({ strategy, errnos }) =>
      Object.entries(errnos).map(
        ([errno, count]) => [`${strategy} in ${spec.scenario} with ${errno}`, count] as const,
      ),
    ),
  );
  return failures.map(([what, count]) => `${plural(count, "failed attempt")} of ${what}`);
}

function overflowNotes(trials: readonly Trial[]): string[] {
  const clamped = sum(
    trials.flatMap(({ arms }) =>
      arms.flatMap(({ distributions }) =>
        Object.values(distributions).map(({ overflow }) => overflow),
      ),
    ),
  );
  if (clamped === 0) return [];
  return [
    `${plural(clamped, "call")} took longer than can be told, and stand at the longest that can`,
  ];
}
