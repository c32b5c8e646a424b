import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Axis, linearAxis, logAxis, orderAxis, percentileAxis } from "./axes.ts";

function ticksOf(axis: Axis): string[] {
  assert.notEqual(axis.kind, "categories");
  return axis.kind === "categories" ? [] : axis.ticks.map(({ text }) => text);
}

const table: [axis: Axis, ticks: string[]][] = [
  [logAxis([300, 5400], "ns", ""), ["200 ns", "500 ns", "1 us", "2 us", "5 us", "10 us"]],
  [logAxis([310, 3260], "ns", ""), ["200 ns", "500 ns", "1 us", "2 us", "5 us"]],
  [logAxis([300, 4.06e6], "ns", ""), ["100 ns", "1 us", "10 us", "100 us", "1 ms", "10 ms"]],
  [logAxis([0.97, 1.03], "ratio", ""), ["0.7", "0.8", "0.9", "1", "1.2", "1.4", "1.6"]],
  [
    logAxis([1e-3, 6e10], "ratio", ""),
    ["0.001", "1", "1000", "1000000", "1000000000", "1000000000000"],
  ],
  [linearAxis([145_000, 412_000], "count", ""), ["0", "100 k", "200 k", "300 k", "400 k"]],
  [linearAxis([], "count", ""), ["0", "0.2", "0.4", "0.6", "0.8", "1"]],
  [orderAxis(4, ""), ["1", "2", "3", "4"]],
  [orderAxis(20, ""), ["1", "5", "10", "15", "20"]],
  [percentileAxis(2_000), ["0", "90", "99", "99.9"]],
  [percentileAxis(3e7), ["0", "99", "99.99", "99.9999"]],
];

for (const [axis, ticks] of table) {
  test(`an axis has the ticks ${ticks.join(", ")}`, () => {
    assert.deepEqual(ticksOf(axis), ticks);
  });
}

test("axes hold every value, with one to nine ticks inside and no text twice", () => {
  const values = fc.array(fc.double({ min: 1e-3, max: 6e10, noNaN: true }), { minLength: 1 });
  const makers = [logAxis, linearAxis];
  const units = fc.constantFrom("ns" as const, "count" as const, "ratio" as const);
  fc.assert(
    fc.property(values, fc.constantFrom(...makers), units, (all, make, unit) => {
      const axis = make(all, unit, "");
      assert.ok(axis.kind !== "categories");
      const [low, high] = axis.domain;
      assert.ok(all.every((value) => value >= low && value <= high));
      assert.ok(axis.ticks.length >= 1 && axis.ticks.length <= 9, `${axis.ticks.length} ticks`);
      assert.ok(axis.ticks.every(({ at }) => at >= low && at <= high));
      assert.equal(new Set(axis.ticks.map(({ text }) => text)).size, axis.ticks.length);
    }),
  );
});

test("logAxis() has a tick on each side of every value, so that it can be read off", () => {
  const values = fc.array(fc.double({ min: 1e-3, max: 6e10, noNaN: true }), { minLength: 1 });
  fc.assert(
    fc.property(values, (all) => {
      const axis = logAxis(all, "ratio", "");
      assert.ok(axis.kind === "log" && axis.ticks.length >= 3);
      const [first, last] = [axis.ticks[0]?.at ?? 0, axis.ticks.at(-1)?.at ?? 0];
      assert.deepEqual(axis.domain, [first, last]);
      assert.ok(
        all.every((value) => value >= first && value <= last),
        `${first} to ${last}`,
      );
    }),
  );
});
