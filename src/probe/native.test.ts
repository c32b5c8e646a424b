import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { MAP_FIXED, MAP_FIXED_NOREPLACE } from "../sys/constants.ts";
import { pageBytes } from "../sys/fake-kernel.test.data.ts";
import { anonymous, freeRange } from "../sys/free-range.test.data.ts";
import { kernel } from "../sys/libc.ts";
import { readMaps } from "../sys/maps.ts";
import { newBatch, runAttempts, type Situation, windowsAt } from "./batch.test.data.ts";
import type { Probe } from "./batch.ts";
import { libcProbe } from "./libc.ts";
import { loadCode, missingCounter, nativeProbe } from "./native.ts";

const code = loadCode();
const skip = code.state === "unavailable" && code.reason;
const native = code.state === "loaded" ? nativeProbe(code.at) : undefined;

test("missingCounter() names what an invariant cycle counter lacks", () => {
  const flags = (words: string) => `processor\t: 0\nflags\t\t: fpu ${words}\nbogomips\t: 4000\n`;
  const table: [cpuinfo: string, missing: string][] = [
    [flags("rdtscp constant_tsc nonstop_tsc"), ""],
    [flags("nonstop_tsc constant_tsc rdtscp hypervisor"), ""],
    [flags("constant_tsc nonstop_tsc"), "rdtscp"],
    [flags("rdtscp constant_tsc nonstop_tsc_s3"), "nonstop_tsc"],
    [flags("tsc"), "rdtscp, constant_tsc, nonstop_tsc"],
    ["Features\t: fp asimd\n", "rdtscp, constant_tsc, nonstop_tsc"],
    ["", "rdtscp, constant_tsc, nonstop_tsc"],
  ];
  for (const [cpuinfo, missing] of table) assert.equal(missingCounter(cpuinfo), missing);
});

test("loadCode() has no code for other CPUs, and says so", () => {
  assert.deepEqual(loadCode("riscv64"), {
    state: "unavailable",
    reason: "no machine code for riscv64",
  });
});

test("loadCode() leaves its pages executable and not writable", { skip }, () => {
  assert.ok(code.state === "loaded");
  const [mapping, ...others] = readMaps(code.at, code.at + pageBytes);
  assert.equal(mapping?.perms, "r-xp");
  assert.deepEqual(others, []);
});

test("nativeProbe().readTicks() never goes back", { skip }, () => {
  const readings = Array.from({ length: 100 }, () => native?.readTicks() as bigint);
  readings.reduce((before, now) => {
    assert.ok(now >= before);
    return now;
  });
});

test("nativeProbe().timeCalls() times as many regions as asked for", { skip }, () => {
  for (const what of ["nothing", "getppid"] as const) {
    for (const count of [1, 64, 1000]) assert.equal(native?.timeCalls(count, what).length, count);
  }
});

const windows = 4;
const windowBytes = 2 * pageBytes;
const rangeBytes = windows * (windowBytes + pageBytes);

/** A race without others: which windows are taken, in whole or in part, and what the actor does. */
const scripts = fc.record({
  taken: fc.array(fc.nat({ max: rangeBytes / pageBytes - 1 }), { maxLength: 4 }),
  claims: fc.array(fc.constantFrom(0, 0, 0, 7), { minLength: windows, maxLength: windows }),
  order: fc.array(fc.nat({ max: windows - 1 }), { minLength: 8, maxLength: 8 }),
  hold: fc.nat({ max: 4 }),
  // MAP_FIXED pulls held memory from under its owner, who then cannot look at it.
  ask: fc.constantFrom(
    { flags: 0, touchBytes: 0 },
    { flags: 0, touchBytes: windowBytes },
    { flags: MAP_FIXED_NOREPLACE, touchBytes: 0 },
    { flags: MAP_FIXED_NOREPLACE, touchBytes: pageBytes },
    { flags: MAP_FIXED, touchBytes: 0 },
  ),
  addressed: fc.constantFrom(true, true, true, false),
  blocks: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 3 }),
});

test("nativeProbe() and libcProbe() log the same in the same situation", { skip }, (t) => {
  const start = freeRange(rangeBytes);
  t.after(() => kernel.munmap(start, rangeBytes));
  fc.assert(
    fc.property(scripts, ({ taken, ask, blocks, ...others }) => {
      const flags = others.addressed ? ask.flags : 0;
      const play = (probe: Probe) => {
        kernel.munmap(start, rangeBytes);
        for (const page of taken) {
          kernel.mmap(start + page * pageBytes, pageBytes, 0, anonymous | MAP_FIXED);
        }
        const situation: Situation = {
          windows: windowsAt(start, windows, windowBytes),
          ...others,
          ...ask,
          flags,
        };
        const batch = newBatch(situation);
        const logs = blocks.map((attempts) => runAttempts(probe, batch, situation, attempts));
        const left = readMaps(start, start + rangeBytes).map((m) => [m.start, m.end, m.perms]);
        return { logs, cursor: batch.get("CURSOR"), claims: Array.from(batch.claims), left };
      };
      assert.deepEqual(play(native as Probe), play(libcProbe()));
    }),
    { seed: 1, numRuns: 100 },
  );
});
