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
}

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
    let steps = 0;
    do {
      const outcome = actor.step();
      steps++;
      if (outcome !== undefined) outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    } while (!isOver(steps));
    meet();
    return { steps, outcomes };
  } finally {
    actor.close();
  }
}
