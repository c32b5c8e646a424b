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

test("parseBusyMs() sums all but idle and I/O wait of the CPUs asked about, in ms", () => {
  const stat = [
    "cpu  9 9 9 9 9 9 9 9 9 9",
    "cpu0 1 20 300 4000 50000 6 70 800 9 9",
    "cpu1 1 2 3 4",
    "cpu10 7 0 0 0 0 0 0 0 0 0",
    "intr 1 2 3",
  ].join("\n");
  const table: [cpus: number[], ms: number][] = [
    [[0], 11_970],
    [[1], 60],
    [[0, 1], 12_030],
    [[10], 70],
    [[2], 0],
    [[], 0],
  ];
  for (const [cpus, ms] of table) assert.equal(parseBusyMs(stat, cpus), ms);
  assert.equal(parseBusyMs("", [0]), 0);
});

test("readDisturbance() reads counters that only grow", () => {
  const before = readDisturbance([0]);
  const after = readDisturbance([0]);
  assert.ok(before.tlbShootdowns >= 0 && Number.isFinite(before.othersCpuMs));
  assert.ok(after.tlbShootdowns >= before.tlbShootdowns);
});
