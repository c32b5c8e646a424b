import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Range } from "./ground.ts";
import { intersects, joined, without } from "./ranges.ts";

const range = fc.record({ at: fc.nat(40), bytes: fc.integer({ min: 1, max: 12 }) });
const ranges = fc.array(range, { maxLength: 8 });

function cellsOf(all: readonly Range[]): Set<number> {
  return new Set(all.flatMap(({ at, bytes }) => Array.from({ length: bytes }, (_, i) => at + i)));
}

test("without() leaves the bytes that are in the ranges and in no hole", () => {
  fc.assert(
    fc.property(ranges, ranges, (all, holes) => {
      const gone = cellsOf(holes);
      const wanted = [...cellsOf(all)].filter((cell) => !gone.has(cell)).sort((a, b) => a - b);
      assert.deepEqual([...cellsOf(without(all, holes))], wanted);
    }),
    { seed: 1 },
  );
});

test("joined() has gaps between all of its ranges", () => {
  fc.assert(
    fc.property(ranges, (all) => {
      const result = joined(all);
      for (const [index, { at }] of result.entries()) {
        const before = result[index - 1];
        if (before) assert.ok(before.at + before.bytes < at);
      }
    }),
    { seed: 1 },
  );
});

test("intersects() is symmetric, and false for neighbours", () => {
  assert.equal(intersects({ at: 0, bytes: 4 }, { at: 4, bytes: 4 }), false);
  fc.assert(
    fc.property(range, range, (a, b) => assert.equal(intersects(a, b), intersects(b, a))),
    { seed: 1 },
  );
});
