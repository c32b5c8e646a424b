/** The copies that a gate is tried on: they measure, and each is wrong in the way that it says. */

import assert from "node:assert/strict";
import { type ChildProcess, fork, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { FromFork, ToFork } from "../src/orchestrate/protocol.ts";
import type { Arm, Run } from "../src/results/schema.ts";
import { readRun } from "../src/results/store.ts";
import {
  acceptMisplaced,
  copyCheckout,
  dropCleanup,
  loseHistogram,
  runCheckout,
  sabotage,
  slowCalls,
} from "./checkout.test.data.ts";
import { temporaryFolder } from "./program.test.data.ts";
import { packageRoot } from "./program.ts";

const size = ["--actors", "1", "--forks", "1", "--rounds", "1", "--block-ms", "4", "--time", "5"];
const small = ["bench", "--scenario", "occupied,spread", "--probe", "libc", ...size];

/** A fresh copy of this checkout. */
function copyOf(context: TestContext): string {
  const checkout = join(temporaryFolder(context), "checkout");
  copyCheckout(packageRoot, checkout);
  return checkout;
}

/** Runs a copy, which must end with `exitCode`: its valid result file, and the laws it broke. */
function measure(checkout: string, exitCode: number): { run: Run; violations: string[] } {
  const { code, stderr } = runCheckout(checkout, [...small, "-o", "run.json"]);
  assert.equal(code, exitCode, stderr);
  const run = readRun(join(checkout, "run.json"));
  assert.equal(run.forks[0]?.status, "complete", "whatever is wrong, the run goes to its end");
  assert.equal(run.forks[0]?.trials.length, 2);
  return { run, violations: run.forks.flatMap((f) => f.trials.flatMap((t) => t.violations)) };
}

function armOf(run: Run, scenario: string, strategy: string): Arm {
  const trial = run.forks[0]?.trials.find(({ spec }) => spec.scenario === scenario);
  const arm = trial?.arms.find((candidate) => candidate.strategy === strategy);
  assert.ok(arm, `no ${strategy} in ${scenario}`);
  return arm;
}

test("copyCheckout() makes a checkout that measures and keeps the laws", (context) => {
  const { run, violations } = measure(copyOf(context), 0);
  assert.deepEqual(violations, []);
  assert.ok(armOf(run, "occupied", "hint-munmap").counts.misplaced > 0);
  const { counts, distributions } = armOf(run, "spread", "hint-munmap");
  assert.equal(counts.cleanups, counts.misplaced);
  assert.equal(distributions.release?.quantiles.count ?? 0, counts.releases);
});

test("dropCleanup() breaks the account of cleanups", (context) => {
  const checkout = copyOf(context);
  dropCleanup(checkout);
  const { run, violations } = measure(checkout, 1);
  assert.match(violations[0] ?? "", /hint-munmap: \d+ misplaced mappings, but 0 cleanup unmaps/);
  // A block that the machine interrupts may lose nothing in `spread`; in `occupied` nobody wins.
  assert.ok(armOf(run, "occupied", "hint-munmap").counts.misplaced > 0);
  for (const scenario of ["occupied", "spread"]) {
    const { counts, safety } = armOf(run, scenario, "hint-munmap");
    assert.equal(counts.cleanups, 0);
    assert.ok(safety.leaks >= counts.misplaced, "those of warm-up blocks count as well");
  }
});

test("acceptMisplaced() shows double owners, and windows placed that a third party holds", (t) => {
  const checkout = copyOf(t);
  acceptMisplaced(checkout);
  const { run, violations } = measure(checkout, 1);
  assert.match(violations[0] ?? "", /hint-munmap: \d+ double owners and \d+ clobbers/);
  assert.ok(armOf(run, "occupied", "hint-munmap").safety.doubleOwners > 0);
  for (const scenario of ["occupied", "spread"]) {
    const { counts } = armOf(run, scenario, "hint-munmap");
    assert.equal(counts.misplaced, 0);
    assert.equal(counts.placed, counts.attempts);
  }
});

test("loseHistogram() ends well, and only its file shows what is missing", (context) => {
  const checkout = copyOf(context);
  loseHistogram(checkout);
  const { run, violations } = measure(checkout, 0);
  assert.deepEqual(violations, []);
  const { counts, distributions } = armOf(run, "spread", "fixed-noreplace");
  assert.equal(distributions.release, undefined);
  assert.equal(distributions.placed?.quantiles.count, counts.placed);
});

test("sabotage() refuses a text that is not there exactly once", (context) => {
  const checkout = copyOf(context);
  const path = "dist/src/probe/libc.js";
  assert.throws(() => sabotage(checkout, path, [["no such text", ""]]), /0 times "no such text"/);
  assert.throws(() => sabotage(checkout, path, [["record(", ""]]), /\d+ times "record\(", want 1/);
});

/** SECCOMP_MODE_FILTER in /proc/<pid>/task/<thread>/status. */
const filtered = /^Seccomp:\t2$/m;

test("slowCalls() filters fork and actors, and allows every call", async (context) => {
  if (process.arch !== "x64" && process.arch !== "arm64") {
    return context.skip(`no filter for ${process.arch}`);
  }
  const every = copyOf(context);
  slowCalls(every, { instructions: 4000, onlyNoReplace: false });
  const alone = spawnSync(process.execPath, [join(every, "dist/workers/slow-calls.js")]);
  if (/(no_new_privs|errno (1|38)\b)/.test(alone.stderr.toString())) {
    return context.skip("a system-call filter is not permitted here");
  }
  const { run, violations } = measure(every, 0);
  assert.deepEqual(violations, []);
  const noReplace = copyOf(context);
  slowCalls(noReplace, { instructions: 4000, onlyNoReplace: true });
  for (const checkout of [every, noReplace]) {
    const { main, actors } = await threadsOfFork(checkout, run);
    assert.match(main, filtered);
    assert.ok(actors.length > 0);
    for (const status of actors) assert.match(status, filtered);
  }
});

/** Sets a fork up as the run did: what /proc tells of its main thread and of its pool's. */
async function threadsOfFork(checkout: string, { options, host, flagVerdict }: Run) {
  const child = fork(join(checkout, "dist/workers/fork.js"), { serialization: "advanced" });
  const folder = `/proc/${child.pid}/task`;
  const statusOf = (id: string): string => readFileSync(join(folder, id, "status"), "utf8");
  try {
    // V8's own threads are there when the fork answers; they are older than the filter.
    assert.equal((await ask(child, { kind: "finish" })).kind, "finished");
    const old = readdirSync(folder);
    const { allowedCpus: cpus, pageBytes } = host;
    const setup = { options, cpus, pageBytes, flagVerdict, threads: 1 };
    assert.equal((await ask(child, { kind: "setup", setup })).kind, "ready");
    const actors = readdirSync(folder).filter((id) => !old.includes(id));
    return { main: statusOf(String(child.pid)), actors: actors.map(statusOf) };
  } finally {
    child.kill("SIGKILL");
  }
}

async function ask(child: ChildProcess, message: ToFork): Promise<FromFork> {
  const answered = once(child, "message", { signal: AbortSignal.timeout(20_000) });
  child.send(message);
  return (await answered)[0] as FromFork;
}
