/**
 * One actor's side of a script, in the thread that calls: opens the actor, steps it until the time
 * is up, and counts what it saw. Who runs the other actors, and who judges, is somebody else's.
 */

import type { Script, ScriptContext } from "./script.ts";

/** When to stop, asked after every step; a script always makes one step. */
export type Until =
  | { readonly untilNs: bigint }
  | { readonly shouldStop: (steps: number) => boolean };

export interface ScriptReport {
  readonly steps: number;
  /** Every outcome that the steps named, whether the script declares it or not. */
  readonly outcomes: ReadonlyMap<string, number>;
  /** The last steps that named an outcome: "step 1234: placed". */
  readonly last: readonly string[];
}

const shownSteps = 16;

/**
 * Steps an actor until process.hrtime.bigint() reaches `untilNs`, or until `shouldStop`. `meet`
 * waits for the other actors: once before the first step and once after the last, so that nobody
 * gives anything back while others still race.
 */
export function runScript(
  script: Script,
  context: ScriptContext,
  { meet = () => {}, ...until }: Until & { readonly meet?: () => void },
): ScriptReport {
  const isOver =
    "untilNs" in until ? () => process.hrtime.bigint() >= until.untilNs : until.shouldStop;
  const actor = script.open(context);
  try {
    meet();
    const outcomes = new Map<string, number>();
    const recent: [step: number, outcome: string][] = [];
    let named = 0;
    let steps = 0;
    do {
      const outcome = actor.step();
      steps++;
      if (outcome === undefined) continue;
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      recent[named++ % shownSteps] = [steps, outcome];
    } while (!isOver(steps));
    meet();
    const last = recent.toSorted(([a], [b]) => a - b).map(([step, id]) => `step ${step}: ${id}`);
    return { steps, outcomes, last };
  } finally {
    actor.close();
  }
}
