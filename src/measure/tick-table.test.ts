import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { TickCounts } from "../results/histogram.ts";
import { joinCounts, TickTable } from "./tick-table.ts";

/** Around the end of the dense table, and around the most that a record can hold. */
const edges = [0, 1, 65_535, 65_536, 65_537, 2 ** 32 - 2, 2 ** 32 - 1, 2 ** 32, 2 ** 40];
const ticks = fc.oneof(fc.constantFrom(...edges), fc.nat(300), fc.nat(2 ** 33));

/** What was counted, one count a value, ascending. */
function totals({ ticks: values, counts }: TickCounts): [number, number][] {
  assert.equal(values.length, counts.length);
  const found = new Map<number, number>();
  values.forEach((value, index) => {
    found.set(value, (found.get(value) ?? 0) + (counts[index] as number));
  });
  return [...found].sort(([a], [b]) => a - b);
}

function naiveTotals(values: readonly number[]): [number, number][] {
  const clamped = values.map((value) => Math.min(value, 2 ** 32 - 1));
  const counts = new Uint32Array(clamped.length).fill(1);
  return totals({ ticks: Uint32Array.from(clamped), counts });
}

function tableOf(values: readonly number[]): TickTable {
  const table = new TickTable();
  for (const value of values) table.add(value);
  return table;
}

test("TickTable.counts() counts every value as often as it was added", () => {
  fc.assert(
    fc.property(fc.array(ticks, { maxLength: 40 }), (values) => {
      assert.deepEqual(totals(tableOf(values).counts()), naiveTotals(values));
    }),
    { seed: 1 },
  );
});

test("TickTable.counts() is empty at first, and a copy that later calls leave alone", () => {
  const table = new TickTable();
  assert.deepEqual(totals(table.counts()), []);
  table.add(7);
  const before = table.counts();
  table.add(7);
  table.add(70_000);
  assert.deepEqual(totals(before), [[7, 1]]);
  assert.deepEqual(totals(table.counts()), naiveTotals([7, 7, 70_000]));
});

test("TickTable.add() takes what no record can hold for the most that one can", () => {
  assert.deepEqual(totals(tableOf([2 ** 32, 2 ** 50, 2 ** 32 - 1]).counts()), [[2 ** 32 - 1, 3]]);
});

test("joinCounts() is what one table would have counted", () => {
  const some = fc.array(ticks, { maxLength: 20 });
  fc.assert(
    fc.property(some, some, (a, b) => {
      const joined = joinCounts(tableOf(a).counts(), tableOf(b).counts());
      assert.deepEqual(totals(joined), naiveTotals([...a, ...b]));
    }),
    { seed: 1 },
  );
});
