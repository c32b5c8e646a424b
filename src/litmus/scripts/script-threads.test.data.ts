/**
 * Runs the actors of a script in threads of their own, each for a fixed number of steps, and tells
 * what was seen and what was left in the arena. The module is its own worker.
 */

import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { Barrier, barrierBytes } from "../../measure/barrier.ts";
import { address, type Mapping } from "../../model.ts";
import { freeRange } from "../../sys/free-range.test.data.ts";
import { kernel, pageBytes } from "../../sys/libc.ts";
import { readMaps } from "../../sys/maps.ts";
import { runScript, type ScriptReport } from "../run-script.ts";
import { type Script, type ScriptContext, scriptPages } from "../script.ts";
import { scripts } from "./index.ts";

interface Task {
  readonly script: string;
  readonly variant: string;
  readonly actor: number;
  readonly steps: number;
  readonly arena: number;
  readonly memory: SharedArrayBuffer;
}

export interface Sighting {
  readonly outcomes: ReadonlyMap<string, number>;
  readonly leftBehind: readonly Mapping[];
}

const sharedBytes = 4 * 64;

/** Steps of each actor, in order. */
export async function runInThreads(
  script: Script,
  variant: string,
  steps: readonly number[],
): Promise<Sighting> {
  const bytes = scriptPages * pageBytes();
  const arena = freeRange(bytes);
  const memory = new SharedArrayBuffer(barrierBytes + sharedBytes);
  const task = { script: script.id, variant, arena, memory };
  script.prepare?.(contextOf({ ...task, actor: 0, steps: 0 }));
  const reports = await Promise.all(
    steps.map((count, actor) => reportOf({ ...task, actor, steps: count })),
  );
  const outcomes = new Map<string, number>();
  for (const report of reports) {
    for (const [id, count] of report.outcomes) outcomes.set(id, (outcomes.get(id) ?? 0) + count);
  }
  return { outcomes, leftBehind: readMaps(arena, arena + bytes) };
}

/** A context for an actor, its random numbers seeded with the actor's number. */
export function contextOf(task: Task): ScriptContext {
  let state = task.actor + 1;
  return {
    kernel,
    actor: task.actor,
    variant: task.variant,
    pageBytes: pageBytes(),
    arena: address(task.arena),
    shared: new Int32Array(task.memory, barrierBytes),
    random: () => {
      // Lehmer's generator, with Park and Miller's multiplier.
      state = (state * 48_271) % (2 ** 31 - 1);
      return state / 2 ** 31;
    },
    pause: () => {},
  };
}

function reportOf(task: Task): Promise<ScriptReport> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: { scriptTask: task } });
    worker.once("message", resolve);
    worker.once("error", reject);
    worker.once("exit", (code) => reject(new Error(`The actor's thread exited with ${code}`)));
  });
}

const task: Task | undefined = isMainThread ? undefined : workerData?.scriptTask;
if (task) {
  const script = scripts.find(({ id }) => id === task.script) as Script;
  const barrier = new Barrier(new Int32Array(task.memory, 0, 2), script.actors);
  const report = runScript(script, contextOf(task), {
    shouldStop: (steps) => steps >= task.steps,
    meet: () => barrier.arrive(),
  });
  parentPort?.postMessage(report);
}
