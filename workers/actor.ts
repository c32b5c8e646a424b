/**
 * A piscina thread: keeps to its CPU, and runs one actor's side of a trial, a script, or a case of
 * the whole path.
 */

import { uniformInt } from "pure-rand/distribution/uniformInt";
import { mersenne } from "pure-rand/generator/mersenne";
import { runScript, type ScriptReport } from "../src/litmus/run-script.ts";
import type { ScriptContext } from "../src/litmus/script.ts";
import { scripts } from "../src/litmus/scripts/index.ts";
import { type ActorReport, type ActorTrial, runActor } from "../src/measure/actor.ts";
import { TrialMemory } from "../src/measure/trial-memory.ts";
import type { Address } from "../src/model.ts";
import type { LitmusPlan } from "../src/orchestrate/protocol.ts";
import { openProbe, openTimedCalls, type ProbeChoice } from "../src/probe/select.ts";
import { PathMemory } from "../src/reserve/path-memory.ts";
import { type PathTrial, runPath, type WayReport } from "../src/reserve/run-path.ts";
import { kernel, pageBytes, pinThread } from "../src/sys/libc.ts";

/** A pause of a script is up to so many turns of an empty loop: some microseconds. */
const longestPause = 500;
const randomSteps = 2 ** 24;
const spin = new Int32Array(1);

/** One task for a whole trial. */
export interface ActorTask {
  readonly kind: "trial";
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

/** One actor of a litmus script. */
export interface ScriptTask {
  readonly kind: "script";
  readonly cpu: number | undefined;
  readonly plan: LitmusPlan;
  readonly actor: number;
  readonly parties: number;
  readonly memory: SharedArrayBuffer;
  readonly shared: SharedArrayBuffer;
  readonly start: Address;
}

/** One party of a case. */
export interface PathTask {
  readonly kind: "path";
  readonly cpu: number | undefined;
  readonly probe: ProbeChoice;
  readonly trial: PathTrial;
  readonly parties: number;
  readonly memory: SharedArrayBuffer;
  readonly seed: number;
}

export default function actor(
  task: ActorTask | ScriptTask | PathTask,
): ActorResult | ScriptReport | Map<string, WayReport> {
  const pinErrno = task.cpu === undefined ? 0 : -pinThread(task.cpu);
  if (task.kind === "script") return playScript(task);
  if (task.kind === "path") return playPath(task);
  const memory = new TrialMemory(task.parties, task.claims, task.memory);
  return { ...runActor(openProbe(task.probe), memory, task.trial), pinErrno };
}

function playScript({ plan, parties, memory, shared, start, actor }: ScriptTask): ScriptReport {
  const script = scripts.find(({ id }) => id === plan.scenario);
  if (!script) throw new Error(`No litmus script "${plan.scenario}"`);
  const { barrier } = new TrialMemory(parties, 0, memory);
  const random = mersenne(plan.seed * 31 + actor);
  const context: ScriptContext = {
    kernel,
    actor,
    variant: plan.strategy,
    pageBytes: pageBytes(),
    arena: start,
    shared: new Int32Array(shared),
    random: () => uniformInt(random, 0, randomSteps - 1) / randomSteps,
    pause: () => {
      if (!plan.delays) return;
      for (let turns = uniformInt(random, 0, longestPause); turns > 0; turns--)
        Atomics.load(spin, 0);
    },
  };
  // The last to arrive prepares, while all others still sleep.
  barrier.arrive(() => script.prepare?.(context));
  // The time begins when all have met: an actor may take long to open.
  let untilNs: bigint | undefined;
  return runScript(script, context, {
    shouldStop: () => untilNs !== undefined && process.hrtime.bigint() >= untilNs,
    meet: () => {
      barrier.arrive();
      untilNs ??= process.hrtime.bigint() + BigInt(Math.round(plan.ms * 1e6));
    },
  });
}

function playPath({ probe, trial, parties, memory, seed }: PathTask): Map<string, WayReport> {
  const generator = mersenne(seed * 31 + trial.actor);
  const random = (): number => uniformInt(generator, 0, randomSteps - 1) / randomSteps;
  return runPath(openTimedCalls(probe), new PathMemory(parties, memory), trial, random);
}
