/** `noclobber gate` where it measures: laws that break, forks that crash, and Ctrl-C. */

import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { watch } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { noVerdictLine } from "../src/report/gate-line.ts";
import { readHistory } from "../src/results/history.ts";
import { readRun } from "../src/results/store.ts";
import {
  acceptMisplaced,
  copyCheckout,
  crashCode,
  crashForks,
  dropCleanup,
  forceLibc,
  loseHistogram,
  runCheckout,
} from "./checkout.test.data.ts";
import { consistentGate, smallest } from "./gate.test.data.ts";
import { endOf, runProgram, startProgram, temporaryFolder } from "./program.test.data.ts";
import { packageRoot } from "./program.ts";

const roles = ["baseline", "candidate", "baseline-again"] as const;

/** A folder with the smallest policy, where a gate can run. */
function workFolder(context: TestContext): string {
  const cwd = temporaryFolder(context);
  writeFileSync(join(cwd, "gate.json"), JSON.stringify(smallest));
  return cwd;
}

/** A copy of this checkout with something wrong. */
function copyWith(context: TestContext, ...sabotages: ((checkout: string) => void)[]): string {
  const checkout = join(temporaryFolder(context), "checkout");
  copyCheckout(packageRoot, checkout);
  for (const sabotage of sabotages) sabotage(checkout);
  return checkout;
}

test("gate --exact: the laws hold, and the history has a line of it", (context) => {
  const cwd = temporaryFolder(context);
  const finished = runProgram(["gate", "--exact", "-o", "out"], { cwd });
  const gate = consistentGate(finished, join(cwd, "out/gate.json"));
  assert.equal(finished.code, 0);
  assert.match(finished.stdout, /^noclobber-gate verdict=held exit=0 comparison=exact/m);
  assert.ok(gate.laws.every(({ checked, brokenCount }) => checked > 0 && brokenCount === 0));
  assert.deepEqual([gate.metrics, gate.pairs], [[], null]);
  assert.equal(readRun(join(cwd, "out/candidate.json")).status, "complete");
  const [line, ...others] = readHistory(join(cwd, "results/history.jsonl"));
  assert.deepEqual([line?.verdict, line?.run, others], ["held", "out/gate.json", []]);
});

const unmapped = "every mapping is unmapped: cleanups = misplaced, releases = placed";
const taken = "nobody is placed in a window that a third party holds";
const timed = "every timed call is in its histogram";

/** What is wrong with the copy, and for each the law that it breaks; none breaks another's. */
const sabotages: readonly (readonly [(checkout: string) => void, law: string][])[] = [
  [
    [dropCleanup, unmapped],
    [loseHistogram, timed],
  ],
  [[acceptMisplaced, taken]],
];

for (const broken of sabotages) {
  const names = broken.map(([sabotage]) => `${sabotage.name}()`);
  test(`gate --exact names what ${names.join(" and ")} break`, (context) => {
    const checkout = copyWith(context, forceLibc, ...broken.map(([sabotage]) => sabotage));
    const finished = runCheckout(checkout, ["gate", "--exact", "-o", "out"]);
    const gate = consistentGate(finished, join(checkout, "out/gate.json"));
    assert.deepEqual([finished.code, gate.verdict], [1, "violated"], gate.sentence);
    for (const [, law] of broken) {
      assert.ok(gate.sentence.includes(law), gate.sentence);
      const found = gate.laws.find((result) => result.law === law);
      assert.ok(found && found.brokenCount > 0 && found.broken.length > 0);
    }
    for (const law of [unmapped, taken, timed]) {
      const isMeant = broken.some(([, other]) => other === law);
      assert.equal(gate.sentence.includes(law), isMeant, gate.sentence);
    }
  });
}

test("gate --base measures pairs: one that loses a fork is dropped, and all outputs agree", (t) => {
  const cwd = workFolder(t);
  // The baseline and its twin start 20 forks: 2 of them crash, in pairs of their own.
  const base = copyWith(t, (checkout) => crashForks(checkout, 7));
  const finished = runProgram(["gate", "--base", base, "-o", "out"], { cwd });
  const gate = consistentGate(finished, join(cwd, "out/gate.json"));
  assert.deepEqual([gate.comparison, gate.pairs?.measured], ["paired", 10]);
  const dropped = gate.pairs?.dropped ?? assert.fail();
  assert.equal(dropped.length, 2);
  for (const { pair, side, reason } of dropped) {
    assert.match(side, /^baseline/);
    assert.equal(reason, `exit code ${crashCode}`);
    assert.ok(finished.stdout.includes(`pair ${pair + 1}, ${side}: ${reason}`), finished.stdout);
  }
  const metric = gate.metrics[0] ?? assert.fail();
  const { baseline, candidate, slowdown } = metric;
  assert.deepEqual([baseline.values.length, candidate.values.length], [10, 10]);
  for (const { pair } of dropped) {
    assert.deepEqual([baseline.values[pair], candidate.values[pair]], [null, null]);
  }
  // On a busy machine a turn of a millisecond may pass without a call.
  const both = baseline.values.filter((value, pair) => value !== null && candidate.values[pair]);
  assert.equal(slowdown.n, both.length);
  for (const role of roles) {
    const { status, forks } = readRun(join(cwd, `out/${role}.json`));
    const crashed = forks.filter((fork) => fork.status === "crashed");
    assert.deepEqual([status, forks.length], ["complete", 10]);
    assert.equal(crashed.length, dropped.filter(({ side }) => side === role).length);
  }
});

test("gate has no verdict where every fork crashes", (context) => {
  const checkout = copyWith(context, (copy) => crashForks(copy, 1));
  writeFileSync(join(checkout, "gate.json"), JSON.stringify(smallest));
  const paired = runCheckout(checkout, ["gate", "--base", ".", "-o", "paired"]);
  assert.match(paired.stderr, /error: .* 4\b.* the first: exit code 9\..* again/);
  const exact = runCheckout(checkout, ["gate", "--exact", "-o", "exact"]);
  assert.match(exact.stderr, /error: .* 1\b.* the first: exit code 9\..* again/);
  for (const { code, stdout, stderr } of [paired, exact]) {
    assert.deepEqual([code, stdout], [2, `${noVerdictLine}\n`], stderr);
    assert.doesNotMatch(stderr, /\n\s+at /, "no stack trace");
  }
  for (const path of ["paired/gate.json", "exact/gate.json", "results/history.jsonl"]) {
    assert.equal(existsSync(join(checkout, path)), false, path);
  }
});

/** The processes that a process has started and not yet seen the end of. */
function childrenOf(pid: number): number[] {
  const path = `/proc/${pid}/task/${pid}/children`;
  const text = existsSync(path) ? readFileSync(path, "latin1") : "";
  return text.split(" ").filter(Boolean).map(Number);
}

/** Gone, or dead and waiting for somebody to take notice. */
function isGone(pid: number): boolean {
  try {
    return / [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "latin1").replace(/^.*\)/, ""));
  } catch {
    return true;
  }
}

/** Waits until every side has saved a first fork. */
async function savedByAll(folder: string): Promise<void> {
  const awaited = new Set<string | null>(roles.map((role) => `${role}.json`));
  for await (const { filename } of watch(folder, { persistent: false })) {
    awaited.delete(filename);
    if (awaited.size === 0) return;
  }
}

for (const [whom, signalled] of [
  ["the whole process group, as a terminal does", (pid: number) => -pid],
  ["the gate alone", (pid: number) => pid],
] as const) {
  test(`Ctrl-C to ${whom} ends without a verdict and keeps the runs`, async (context) => {
    const cwd = workFolder(context);
    const out = join(cwd, "out");
    mkdirSync(out);
    const saved = savedByAll(out);
    const words = ["gate", "--base", packageRoot, "--pairs", "100", "-o", "out"];
    const gate = startProgram(words, cwd, true);
    context.after(() => gate.kill("SIGKILL"));
    const ended = endOf(gate);
    await Promise.race([saved, ended.then(({ stderr }) => assert.fail(stderr))]);
    const pid = gate.pid ?? assert.fail();
    const runs = childrenOf(pid);
    assert.equal(runs.length, 3);
    let forks: number[] = [];
    for (; forks.length === 0; await setImmediate()) forks = runs.flatMap(childrenOf);
    process.kill(signalled(pid), "SIGINT");
    const { code, stdout, stderr } = await ended;
    assert.deepEqual([code, stdout], [2, `${noVerdictLine}\n`], stderr);
    assert.match(stderr, /Interrupted: no verdict\. What was measured is in out\./);
    assert.deepEqual(runs.map(isGone), [true, true, true]);
    // The kernel takes its time to end a process that has been killed.
    while (!forks.every(isGone)) await setImmediate();
    for (const role of roles) {
      const run = readRun(join(out, `${role}.json`));
      assert.deepEqual([run.status, run.forks[0]?.status], ["interrupted", "complete"], role);
    }
    assert.equal(existsSync(join(out, "gate.json")), false);
  });
}
