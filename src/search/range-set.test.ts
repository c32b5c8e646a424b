import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { FakeRange } from "./fake-calls.test.data.ts";
import { listed } from "./naive-fit.test.data.ts";
import { RangeSet } from "./range-set.ts";

function rangesOf(set: RangeSet): FakeRange[] {
  const ranges: FakeRange[] = [];
  for (let at = 0; set.seek(at); at = set.end) ranges.push({ start: set.start, end: set.end });
  return ranges;
}

/** Neighbouring numbers of a set as ranges. */
function runsOf(units: ReadonlySet<number>): FakeRange[] {
  return [...units]
    .filter((unit) => !units.has(unit - 1))
    .sort((a, b) => a - b)
    .map((start) => {
      let end = start + 1;
      while (units.has(end)) end++;
      return { start, end };
    });
}

const step = fc.record({
  start: fc.nat({ max: 40 }),
  units: fc.integer({ min: 1, max: 12 }),
  taken: fc.boolean(),
});

test("RangeSet is a set of addresses, in as few ranges as there are runs", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const set = new RangeSet();
      const model = new Set<number>();
      for (const { start, units, taken } of steps) {
        for (let unit = start; unit < start + units; unit++) {
          if (taken) model.add(unit);
          else model.delete(unit);
        }
        if (taken) set.add(start, start + units);
        else set.remove(start, start + units);
        assert.deepEqual(rangesOf(set), runsOf(model));
      }
    }),
    { seed: 1 },
  );
});

test("RangeSet.seek() finds what ends above an address, or nothing", () => {
  const set = RangeSet.of(
    listed([
      { start: 2, end: 4 },
      { start: 4, end: 6 },
      { start: 8, end: 9 },
    ]),
  );
  const table: [at: number, start: number | undefined][] = [
    [0, 2],
    [2, 2],
    [5, 2],
    [6, 8],
    [8, 8],
    [9, undefined],
  ];
  for (const [at, start] of table) {
    assert.equal(set.seek(at), start !== undefined);
    if (start !== undefined) assert.equal(set.start, start);
  }
});

test("RangeSet holds the vsyscall page, whose last bits no number has", () => {
  const vsyscall = { start: 0xffffffffff600000, end: 0xffffffffff601000 };
  assert.deepEqual(rangesOf(RangeSet.of(listed([{ start: 1, end: 2 }, vsyscall]))), [
    { start: 1, end: 2 },
    vsyscall,
  ]);
});
