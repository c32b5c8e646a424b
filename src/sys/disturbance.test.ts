import assert from "node:assert/strict";
import { test } from "node:test";
import { parseBusyMs, parseTlbShootdowns, readDisturbance } from "./disturbance.ts";

test("parseTlbShootdowns() sums the TLB line over the CPUs", () => {
  const table: [interrupts: string, sum: number][] = [
    [
      "           CPU0       CPU1\n TLB:        12         30   TLB shootdowns\n MCP:  1  1  Polls",
      42,
    ],
    ["TLB: 4294967295 4294967295 TLB shootdowns\n", 2 * 4294967295],
    [" 12:  7  9  TLB: not the line\n", 0],
    ["           CPU0\n IPI0:  100  200  Rescheduling interrupts\n", 0],
    ["", 0],
  ];
  for (const [interrupts, sum] of table) assert.equal(parseTlbShootdowns(interrupts), sum);
});

test("parseBusyMs() sums all but idle and I/O wait of the first line, in ms", () => {
  const table: [stat: string, ms: number][] = [
    ["cpu  1 20 300 4000 50000 6 70 800 9 9\ncpu0 5 5 5 5 5 5 5 5 0 0\n", 11_970],
    ["cpu  1 2 3 4\n", 60],
    ["cpu0 1 2 3 4 5 6 7 8\n", 0],
    ["", 0],
  ];
  for (const [stat, ms] of table) assert.equal(parseBusyMs(stat), ms);
});

test("readDisturbance() reads counters that only grow", () => {
  const before = readDisturbance();
  const after = readDisturbance();
  assert.ok(before.tlbShootdowns >= 0 && Number.isFinite(before.othersCpuMs));
  assert.ok(after.tlbShootdowns >= before.tlbShootdowns);
});
