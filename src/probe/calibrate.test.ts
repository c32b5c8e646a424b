import assert from "node:assert/strict";
import { test } from "node:test";
import type { Probe } from "./batch.ts";
import { calibrate, readClockPair } from "./calibrate.ts";
import { libcProbe } from "./libc.ts";

test("calibrate() divides ticks by nanoseconds and adds both uncertainties", () => {
  const first = { ticks: 1000n, ns: 5_000_000n, uncertaintyNs: 30 };
  const second = { ticks: 1000n + 42_000_000n, ns: 25_000_000n, uncertaintyNs: 50 };
  assert.deepEqual(calibrate(first, second), { ticksPerNs: 2.1, errorPpm: 4, overNs: 20_000_000 });
});

test("calibrate() keeps its precision far from boot", () => {
  const far = 2n ** 60n;
  const first = { ticks: far, ns: far, uncertaintyNs: 0 };
  const second = { ticks: far + 24n, ns: far + 1000n, uncertaintyNs: 0 };
  assert.equal(calibrate(first, second).ticksPerNs, 0.024);
});

test("readClockPair() reads between two readings of the monotonic clock", () => {
  const before = process.hrtime.bigint();
  const pair = readClockPair(libcProbe());
  const after = process.hrtime.bigint();
  assert.ok(before <= pair.ns && pair.ns <= after);
  // The libc probe's clock is the monotonic one.
  const apart = Math.abs(Number(pair.ticks - pair.ns));
  assert.ok(apart <= pair.uncertaintyNs + 1, `${apart} ns apart, ${pair.uncertaintyNs} known`);
});

test("readClockPair() takes the reading with the least around it, of many", () => {
  let readings = 0n;
  const interrupted: Probe = {
    ...libcProbe(),
    readTicks: () => {
      readings++;
      if (readings !== 7n) waitNs(20_000n);
      return readings;
    },
  };
  assert.equal(readClockPair(interrupted).ticks, 7n);
});

function waitNs(ns: bigint): void {
  const until = process.hrtime.bigint() + ns;
  while (process.hrtime.bigint() < until);
}
