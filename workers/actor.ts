/**
 * A piscina thread: opens the probe, keeps to its CPU, and runs one actor's side of a trial.
 */

import { type ActorReport, type ActorTrial, runActor } from "../src/measure/actor.ts";
import { TrialMemory } from "../src/measure/trial-memory.ts";
import { openProbe, type ProbeChoice } from "../src/probe/select.ts";
import { pinThread } from "../src/sys/libc.ts";

/** One task for a whole trial. */
export interface ActorTask {
  readonly probe: ProbeChoice;
  readonly memory: SharedArrayBuffer;
  readonly parties: number;
  readonly claims: number;
  /** Undefined: not pinned. */
  readonly cpu: number | undefined;
  readonly trial: ActorTrial;
}

export interface ActorResult extends ActorReport {
  /** Why the thread could not be pinned: an errno, 0 if it was or was not meant to be. */
  readonly pinErrno: number;
}

export default function actor(task: ActorTask): ActorResult {
  const pinErrno = task.cpu === undefined ? 0 : -pinThread(task.cpu);
  const memory = new TrialMemory(task.parties, task.claims, task.memory);
  return { ...runActor(openProbe(task.probe), memory, task.trial), pinErrno };
}
