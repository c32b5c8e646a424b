import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { TrialSpec } from "../results/schema.ts";
import { ForkLost, ForkProcess } from "./fork-process.ts";
import { atSecondTrial, stubFork } from "./fork-stubs.test.data.ts";
import { setupOf, smallOptions } from "./plan.test.data.ts";
import { trialSpecsOf } from "./plan.ts";
import type { ToFork } from "./protocol.ts";

const patienceMs = 30_000;
const options = smallOptions();
const setup: ToFork = { kind: "setup", setup: setupOf(options, 4096) };
const [spec] = trialSpecsOf(options) as [TrialSpec];
const trial: ToFork = { kind: "trial", plan: { spec, seed: 1, blocks: [] } };

interface Started {
  readonly fork: ForkProcess;
  readonly controller: AbortController;
}

function start(context: TestContext, module: URL): Started {
  const controller = new AbortController();
  const fork = new ForkProcess(module, controller.signal);
  context.after(() => fork.kill());
  return { fork, controller };
}

/** A fork that has answered one trial already. */
async function atFirstTrial(context: TestContext, misbehaviour: string): Promise<Started> {
  const started = start(context, stubFork(context, misbehaviour));
  await started.fork.ask(setup, "ready", patienceMs);
  await started.fork.ask(trial, "trial", patienceMs);
  return started;
}

async function lossOf(answer: Promise<unknown>): Promise<[status: string, message: string]> {
  const error = await answer.then(
    () => assert.fail("the fork answered"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof ForkLost, String(error));
  return [error.status, error.message];
}

test("ForkProcess.ask() gets an answer a message", async (t) => {
  const { fork } = await atFirstTrial(t, "");
  const answer = await fork.ask(trial, "trial", patienceMs);
  assert.deepEqual(answer.measured.reports, []);
  const { peakMemoryBytes } = await fork.ask({ kind: "finish" }, "finished", patienceMs);
  assert.equal(peakMemoryBytes, 1);
});

test("ForkProcess.ask() tells a crash, with the last words on standard error", async (t) => {
  const words = `process.stderr.write("-".repeat(5000) + "my last words");`;
  const atSetup = `if (message.kind === "setup") ${words}`;
  const { fork } = await atFirstTrial(t, atSetup + atSecondTrial.crashes);
  const [status, message] = await lossOf(fork.ask(trial, "trial", patienceMs));
  assert.equal(status, "crashed");
  assert.match(message, /^killed by SIGSEGV; it said: -+my last words$/);
  assert.ok(message.length < 2100, "the end alone");
});

test("ForkProcess.ask() tells an exit, at once and afterwards", async (t) => {
  const { fork } = await atFirstTrial(t, atSecondTrial.exits);
  for (let asked = 0; asked < 2; asked++) {
    assert.deepEqual(await lossOf(fork.ask(trial, "trial", patienceMs)), [
      "crashed",
      "exit code 3",
    ]);
  }
});

test("ForkProcess.ask() tells a program that does not start", async (t) => {
  const { fork } = start(t, new URL("file:///no/such/fork.mjs"));
  const [status, message] = await lossOf(fork.ask(setup, "ready", patienceMs));
  assert.equal(status, "crashed");
  assert.match(message, /^exit code 1/);
});

test("ForkProcess.ask() waits no longer than it should", async (t) => {
  const { fork } = await atFirstTrial(t, atSecondTrial.hangs);
  assert.deepEqual(await lossOf(fork.ask(trial, "trial", 100)), [
    "hung",
    'no answer to "trial" within 0.1 s',
  ]);
});

test("ForkProcess.ask() passes on why a fork failed", async (t) => {
  const { fork } = await atFirstTrial(t, atSecondTrial.fails);
  assert.deepEqual(await lossOf(fork.ask(trial, "trial", patienceMs)), ["failed", "no room"]);
});

test("ForkProcess.ask() takes another answer than the one due for a failure", async (t) => {
  const { fork } = await atFirstTrial(t, atSecondTrial.babbles);
  assert.deepEqual(await lossOf(fork.ask(trial, "trial", patienceMs)), [
    "failed",
    'the fork answered "finished" where "trial" was due',
  ]);
});

test("ForkProcess.ask() is interrupted by the signal, meanwhile or before", async (t) => {
  const { fork, controller } = await atFirstTrial(t, atSecondTrial.hangs);
  const answer = fork.ask(trial, "trial", patienceMs);
  controller.abort();
  assert.deepEqual(await lossOf(answer), ["interrupted", "interrupted"]);
  assert.deepEqual(await lossOf(fork.ask(trial, "trial", patienceMs)), [
    "interrupted",
    "interrupted",
  ]);
});

test("ForkProcess.kill() ends it, whatever it does", async (t) => {
  const { fork } = await atFirstTrial(t, "if (trials === 2) for (;;);");
  const answer = fork.ask(trial, "trial", patienceMs);
  fork.kill();
  assert.deepEqual(await lossOf(answer), ["crashed", "killed by SIGKILL"]);
  fork.kill();
});
