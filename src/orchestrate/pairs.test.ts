import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import fc from "fast-check";
import { ForkLost } from "./fork-process.ts";
import type { Side } from "./pacing.ts";
import { PairedRuns, planPairs, type Role } from "./pairs.ts";

const roles: readonly Role[] = ["baseline", "candidate", "baseline-again"];

test("planPairs() gives every side every place, and each before the other as often", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 50 }), fc.nat(), (half, seed) => {
      const orders = planPairs(roles, 2 * half, seed);
      for (const order of orders) assert.deepEqual([...order].sort(), [...roles].sort());
      for (const first of roles) {
        for (const second of roles.filter((role) => role !== first)) {
          const before = orders.filter((o) => o.indexOf(first) < o.indexOf(second)).length;
          assert.equal(before, half);
        }
      }
    }),
    { seed: 1 },
  );
});

test("planPairs() goes on where a shorter plan of the same seed stopped", () => {
  assert.deepEqual(planPairs(roles, 40, 7).slice(0, 20), planPairs(roles, 20, 7));
  assert.notDeepEqual(planPairs(roles, 40, 7), planPairs(roles, 40, 8));
});

/** A program in place of `bench --paced`: says what it was told, and misbehaves as asked. */
function stubSide(context: TestContext, role: Role, misbehaviour = ""): Side {
  const folder = mkdtempSync(join(tmpdir(), "noclobber-side-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const program = join(folder, "cli.mjs");
  const output = join(folder, "run.json");
  writeFileSync(
    program,
    `import { appendFileSync } from "node:fs";
let forks = 0;
process.on("disconnect", () => process.exit());
process.on("message", ({ kind }) => {
  const log = (text) => appendFileSync(process.argv.at(-1), text + "\\n");
  if (kind === "prepare") log(process.argv.slice(2, -1).join(" "));
  log(kind);
  ${misbehaviour}
  if (kind === "prepare") process.send({ kind: "ready" });
  if (kind === "next-fork") process.send({ kind: "fork-ended", status: "complete" });
  if (kind === "stop") process.send({ kind: "saved" });
  forks++;
});`,
  );
  return { role, program, words: ["--seed", "3"], output };
}

async function measureAll(runs: PairedRuns, pairs: number) {
  const ended = [];
  for await (const pair of runs.measure(planPairs(roles, pairs, 1))) ended.push(pair);
  return ended;
}

test("PairedRuns has each side run a fork a pair, in the planned order, and save", async (t) => {
  const sides = roles.map((role) => stubSide(t, role));
  const runs = new PairedRuns(sides, new AbortController().signal);
  await runs.open();
  const ended = await measureAll(runs, 2);
  await runs.close();
  await runs.leave();
  assert.deepEqual(
    ended.map(({ pair, forks }) => [pair, forks.map(({ role }) => role)]),
    planPairs(roles, 2, 1).map((order, pair) => [pair, order]),
  );
  for (const { output } of sides) {
    const told = readFileSync(output, "utf8").trim().split("\n");
    const words = "bench --seed 3 --paced --output";
    assert.deepEqual(told, [words, "prepare", "next-fork", "next-fork", "stop"]);
  }
});

test("PairedRuns tells of a lost fork, and goes on", async (t) => {
  const crash =
    'if (kind === "next-fork" && forks === 1) ' +
    'return forks++, process.send({ kind: "fork-ended", status: "crashed", error: "SIGSEGV" });';
  const sides = [stubSide(t, "baseline"), stubSide(t, "candidate", crash)];
  const runs = new PairedRuns(sides, new AbortController().signal);
  await runs.open();
  const ended = [];
  const orders = planPairs(["baseline", "candidate"], 2, 1);
  for await (const { forks } of runs.measure(orders)) {
    ended.push(forks.find(({ role }) => role === "candidate")?.status);
  }
  await runs.leave();
  assert.deepEqual(ended, ["crashed", "complete"]);
});

test("PairedRuns is lost with the run that dies, and says what it said", async (t) => {
  const die = 'console.error("error: unknown option"); process.exit(2);';
  const runs = new PairedRuns([stubSide(t, "candidate", die)], new AbortController().signal);
  await assert.rejects(runs.open(), (error: unknown) => {
    assert.ok(error instanceof ForkLost && error.status === "crashed");
    assert.equal(
      error.message,
      "The candidate cannot measure: exit code 2; it said: error: unknown option",
    );
    return true;
  });
  await runs.leave();
});

test("PairedRuns stops at once when the signal comes, and lets the runs leave", async (t) => {
  const controller = new AbortController();
  const silent = 'if (kind === "next-fork") return;';
  const runs = new PairedRuns([stubSide(t, "candidate", silent)], controller.signal);
  await runs.open();
  const measuring = runs.measure([["candidate"]]).next();
  controller.abort();
  await assert.rejects(measuring, (error: unknown) => {
    return error instanceof ForkLost && error.status === "interrupted";
  });
  await runs.leave();
});
