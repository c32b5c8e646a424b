/**
 * What a reader must know of the counts behind the tables and no warning of the run tells: which
 * attempts failed, and latencies that were clamped. Facts of the file, each in a sentence.
 */

import type { Distribution, Run } from "../results/schema.ts";
import { scenarioRank } from "./roles.ts";
import { sum } from "./samples.ts";
import { plural } from "./wording.ts";

export function digestNotes(run: Pick<Run, "forks">): string[] {
  const trials = run.forks.flatMap((fork) => fork.trials);
  const sorted = trials.toSorted(
    (a, b) => scenarioRank(a.spec.scenario) - scenarioRank(b.spec.scenario),
  );
  return armNotes(
    sorted.flatMap(({ spec, arms }) =>
      arms.map((arm) => ({ name: `${arm.strategy} in ${spec.scenario}`, arm })),
    ),
  );
}

/** An arm of one fork under the name that it has in every fork. */
export interface NamedArm {
  readonly name: string;
  readonly arm: {
    readonly errnos: Readonly<Record<string, number>>;
    readonly distributions: Readonly<Record<string, Pick<Distribution, "overflow">>>;
  };
}

/** The notes on arms, which come in listing order. */
export function armNotes(arms: readonly NamedArm[]): string[] {
  return [...failedNotes(arms), ...overflowNotes(arms)];
}

function failedNotes(arms: readonly NamedArm[]): string[] {
  const found = new Map<string, number>();
  for (const { name, arm } of arms) {
    for (const [errno, count] of Object.entries(arm.errnos)) {
      const what = `${name} with ${errno}`;
      if (count > 0) found.set(what, (found.get(what) ?? 0) + count);
    }
  }
  return [...found].map(([what, count]) => `${plural(count, "failed attempt")} of ${what}`);
}

function overflowNotes(arms: readonly NamedArm[]): string[] {
  const clamped = sum(
    arms.flatMap(({ arm }) => Object.values(arm.distributions).map(({ overflow }) => overflow)),
  );
  if (clamped === 0) return [];
  return [
    `${plural(clamped, "call")} took longer than can be told, and stand at the longest that can`,
  ];
}
