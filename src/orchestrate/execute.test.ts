import assert from "node:assert/strict";
import { performance } from "node:perf_hooks";
import { type TestContext, test } from "node:test";
import { type Fork, runSchema } from "../results/schema.ts";
import { executeRun, type RunEvent } from "./execute.ts";
import type { ExecuteContext } from "./fork-life.ts";
import { atSecondTrial, stubFork } from "./fork-stubs.test.data.ts";
import { setupOf, smallOptions } from "./plan.test.data.ts";
import { planRun, warmupMs } from "./plan.ts";

/** Two forks of three trials. */
const options = smallOptions({ scenarios: ["occupied", "hot", "spread"], forks: 2 });
const plan = planRun(options);

interface Choice {
  readonly misbehaviour?: string;
  readonly budgetMs?: number;
  readonly graceMs?: number;
  readonly run?: typeof plan;
  readonly onEvent?: (event: RunEvent, abort: () => void) => void;
}

/** Executes a plan with stubs; the forks that ended, each as a result file may hold it. */
async function forksOf(context: TestContext, choice: Choice): Promise<Fork[]> {
  const { misbehaviour = "", budgetMs = 60_000, run = plan } = choice;
  const controller = new AbortController();
  const execution: ExecuteContext = {
    setup: setupOf(options, 4096),
    endsAtMs: performance.now() + budgetMs,
    signal: controller.signal,
    forkModule: stubFork(context, misbehaviour),
    ...(choice.graceMs !== undefined && { graceMs: choice.graceMs }),
  };
  const forks: Fork[] = [];
  for await (const event of executeRun(run, execution)) {
    choice.onEvent?.(event, () => controller.abort());
    if (event.kind === "fork-ended") forks.push(event.fork);
  }
  assert.deepEqual(runSchema.shape.forks.parse(forks), forks);
  return forks;
}

const summary = ({ index, status, error, trials }: Fork) => [index, status, error, trials.length];

test("executeRun() runs fork after fork, trial after trial, and says what it does", async (t) => {
  const events: string[] = [];
  const forks = await forksOf(t, {
    onEvent: (event) => {
      const isEnd = event.kind === "fork-ended";
      events.push(isEnd ? `${event.fork.status} ${event.warnings}` : event.spec.scenario);
    },
  });
  const one = ["occupied", "hot", "spread", "complete EPERM"];
  assert.deepEqual(events, [...one, ...one]);
  assert.deepEqual(forks.map(summary), [
    [0, "complete", undefined, 3],
    [1, "complete", undefined, 3],
  ]);
  const [fork] = forks;
  assert.deepEqual(
    fork?.trials.map(({ spec }) => spec),
    plan.forks[0]?.trials,
  );
  assert.deepEqual([fork?.peakMemoryBytes, fork?.calibration?.ticksPerNs], [1, 1]);
});

const losses: readonly [kind: keyof typeof atSecondTrial, status: string, error: string][] = [
  ["crashes", "crashed", "killed by SIGSEGV"],
  ["exits", "crashed", "exit code 3"],
  ["fails", "failed", "no room"],
  ["babbles", "failed", 'the fork answered "finished" where "trial" was due'],
];

for (const [kind, status, error] of losses) {
  test(`executeRun() keeps what was measured where a fork ${kind}, and goes on`, async (t) => {
    const forks = await forksOf(t, { misbehaviour: atSecondTrial[kind] });
    assert.deepEqual(forks.map(summary), [
      [0, status, error, 1],
      [1, status, error, 1],
    ]);
  });
}

test("executeRun() gives a fork up that hangs, and keeps its finished trials", async (t) => {
  const forks = await forksOf(t, {
    misbehaviour: atSecondTrial.hangs,
    graceMs: 1500,
    budgetMs: 0,
  });
  // The patience grows with what was planned: four times two warm-ups and two blocks.
  assert.deepEqual(forks.map(summary), [
    [0, "hung", `no answer to "trial" within ${(1500 + 8 * (warmupMs + 24)) / 1000} s`, 1],
  ]);
});

test("executeRun() records a fork that is lost before it is ready", async (t) => {
  const forks = await forksOf(t, { misbehaviour: "process.exit(9);" });
  assert.deepEqual(forks.map(summary), [
    [0, "crashed", "exit code 9", 0],
    [1, "crashed", "exit code 9", 0],
  ]);
  assert.deepEqual([forks[0]?.readyMs, forks[0]?.calibration], [undefined, undefined]);
});

test("executeRun() stops at the signal, and keeps the trials before", async (t) => {
  const forks = await forksOf(t, {
    onEvent: (event, abort) => {
      if (event.kind === "trial-started" && event.spec.scenario === "spread") abort();
    },
  });
  assert.deepEqual(forks.map(summary), [[0, "interrupted", "interrupted", 2]]);
});

test("executeRun() runs nothing once the signal has come", async (t) => {
  const forks = await forksOf(t, {
    onEvent: (event, abort) => {
      if (event.kind === "fork-ended") abort();
    },
  });
  assert.deepEqual(forks.map(summary), [[0, "complete", undefined, 3]]);
});

test("executeRun() runs the first fork even without time, and no other", async (t) => {
  const forks = await forksOf(t, { budgetMs: -1000 });
  assert.deepEqual(forks.map(summary), [[0, "complete", undefined, 3]]);
});

test("executeRun() goes on after a fork that hung while there is time", async (t) => {
  const run = planRun(smallOptions({ strategies: ["hint-munmap"], forks: 8 }));
  const misbehaviour = "if (isFirstFork && trials === 1) return;";
  // Time for the hung fork and for others behind it.
  const forks = await forksOf(t, { run, misbehaviour, graceMs: 1500, budgetMs: 6000 });
  assert.deepEqual(
    forks.slice(0, 2).map(({ status, trials }) => [status, trials.length]),
    [
      ["hung", 0],
      ["complete", 1],
    ],
  );
  assert.match(forks[0]?.error ?? "", /^no answer to "trial" within/);
});
