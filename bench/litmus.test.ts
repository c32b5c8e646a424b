/** The litmus command and the pretended old kernel, as their users meet them. */

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { litmusScenarios } from "../src/orchestrate/litmus.ts";
import { litmusRunSchema } from "../src/results/litmus-schema.ts";
import { readRun } from "../src/results/store.ts";
import { runProgram, temporaryFolder } from "./program.test.data.ts";

test("litmus plays every scenario, sees the control clobber, and nothing forbidden", (context) => {
  const cwd = temporaryFolder(context);
  const { code, stdout, stderr } = runProgram(["litmus", "--time", "6", "--repeat", "1"], { cwd });
  assert.equal(code, 0, stdout + stderr);
  for (const scenario of litmusScenarios)
    assert.match(stdout, new RegExp(`-- ${scenario} -|${scenario} `));
  assert.match(stdout, /fixed \(control\)/);
  assert.equal(readdirSync(join(cwd, "results")).length, 1);
});

test("litmus --json prints a valid file; only what was asked for is played", (context) => {
  const cwd = temporaryFolder(context);
  const words = ["litmus", "--scenario", "duel,adjacent", "--strategy", "hint-munmap"];
  const { code, stdout } = runProgram([...words, "--time", "2", "--repeat", "1", "--json"], {
    cwd,
  });
  assert.equal(code, 0);
  const run = litmusRunSchema.parse(JSON.parse(stdout));
  assert.deepEqual(
    run.cells.map(({ scenario, strategy }) => `${scenario} ${strategy}`),
    ["duel hint-munmap", "adjacent hint-munmap"],
  );
  for (const { slices } of run.cells) {
    assert.deepEqual(new Set(slices.map(({ delays, packed }) => `${delays} ${packed}`)).size, 4);
    for (const { attempts, violations } of slices) {
      assert.ok(attempts > 0);
      assert.deepEqual(violations, []);
    }
  }
});

test("litmus suggests the scenario that was meant", () => {
  const { code, stderr } = runProgram(["litmus", "--scenario", "chrun"]);
  assert.equal(code, 2);
  assert.match(stderr, /Did you mean churn\?/);
});

test("--pretend-old-kernel makes fixed-noreplace clean up after itself, and says so", (context) => {
  const cwd = temporaryFolder(context);
  const words = ["bench", "--scenario", "occupied", "--actors", "1", "--pretend-old-kernel"];
  const strategies = ["--strategy", "fixed-noreplace,noreplace-or-hint,hint-munmap"];
  const size = ["--time", "2", "--forks", "1", "-o", "run.json"];
  const { code, stdout, stderr } = runProgram([...words, ...strategies, ...size], { cwd });
  assert.equal(code, 0, stderr);
  assert.match(stdout, /MAP_FIXED_NOREPLACE is stripped from every call/);
  for (const { strategy, counts } of readRun(join(cwd, "run.json")).forks[0]?.trials[0]?.arms ??
    []) {
    assert.equal(counts.rejected, 0, strategy);
    assert.equal(counts.misplaced, counts.attempts, strategy);
    assert.equal(counts.cleanups, counts.misplaced, strategy);
  }
});
