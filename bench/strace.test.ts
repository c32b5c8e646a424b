/**
 * The harness's accounts against strace's, which sees every system call of the run: what the result
 * file says was called is what the kernel was asked.
 */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Arm } from "../src/results/schema.ts";
import { readRun } from "../src/results/store.ts";
import { runProgram, temporaryFolder } from "./program.test.data.ts";

const windowBytes = 1_130_496;
/** Beside the race, each is asked for twice: by the check for refused windows, as a hint, and by
 * the third party, with the flag. */
const windows = 8;

const canTrace = spawnSync("strace", ["-f", "-c", "true"], { stdio: "ignore" }).status === 0;
const skip = !canTrace && "strace is missing or may not trace";

/** Runs `occupied` with two actors under strace; nothing else maps windows of that odd size. */
function trace(strategy: string, folder: string): { arm: Arm; lines: string[] } {
  const log = join(folder, "strace.log");
  const file = join(folder, "run.json");
  const words = ["bench", "--scenario", "occupied", "--actors", "2", "--strategy", strategy];
  const size = ["--window-size", String(windowBytes), "--windows", String(windows)];
  const { code, stderr } = runProgram(
    [...words, ...size, "--time", "4", "--forks", "1", "-o", file],
    {
      through: ["strace", "-f", "-e", "trace=mmap,munmap", "-o", log],
    },
  );
  assert.equal(code, 0, stderr);
  const arm = readRun(file).forks[0]?.trials[0]?.arms[0];
  assert.ok(arm);
  // strace splits a call that another thread interrupts; the half with the arguments counts.
  const lines = readFileSync(log, "latin1").split("\n");
  return { arm, lines: lines.filter((line) => line.includes(`, ${windowBytes}`)) };
}

test("a lost fixed-noreplace attempt is one system call, as strace counts", { skip }, (context) => {
  const { arm, lines } = trace("fixed-noreplace", temporaryFolder(context));
  const asked = lines.filter((line) => /mmap\(0x.*MAP_FIXED_NOREPLACE/.test(line));
  assert.equal(arm.counts.rejected, arm.counts.attempts);
  assert.equal(asked.length - windows, arm.counts.attempts + arm.warmupCalls);
});

test("a lost hint-munmap attempt is two system calls, as strace counts", { skip }, (context) => {
  const { arm, lines } = trace("hint-munmap", temporaryFolder(context));
  const hints = lines.filter((line) => /mmap\(0x/.test(line) && !line.includes("MAP_FIXED"));
  const unmaps = lines.filter((line) => /munmap\(0x/.test(line));
  assert.equal(arm.counts.cleanups, arm.counts.attempts);
  assert.equal(hints.length - windows, arm.counts.attempts + arm.warmupCalls / 2);
  assert.equal(unmaps.length - 2 * windows, arm.counts.cleanups + arm.warmupCalls / 2);
});
