import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { slowdownOf } from "./compare.ts";

const side = (values: readonly number[]) => new Map(values.map((value, fork) => [fork, value]));
const paired = { paired: true, isRate: false, confidence: 0.95 };
const base = [10, 11, 12, 9, 10.5, 11.5, 9.5, 10.2];

test("slowdownOf() of pairs is what every pair has in common", () => {
  const found = slowdownOf(side(base), side(base.map((value) => value * 1.2)), paired);
  assert.ok(found.state === "interval");
  for (const value of [found.estimate, found.lo, found.hi]) {
    assert.ok(Math.abs(value - 0.2) < 1e-12);
  }
  assert.equal(found.n, 8);
});

test("slowdownOf() takes a smaller rate for slower", () => {
  const slow = side(base.map((value) => value / 1.2));
  const found = slowdownOf(side(base), slow, { ...paired, isRate: true });
  assert.ok(found.state === "interval" && Math.abs(found.estimate - 0.2) < 1e-12);
});

test("slowdownOf() pairs by fork, and leaves out what one side lacks", () => {
  const candidate = side(base.map((value) => value * 2));
  candidate.delete(3);
  candidate.set(99, 1);
  const found = slowdownOf(side(base), candidate, paired);
  assert.ok(found.state === "interval" && found.n === 7);
  assert.ok(Math.abs(found.estimate - 1) < 1e-12);
});

test("slowdownOf() of two files does not care which fork is which", () => {
  const how = { ...paired, paired: false };
  const candidate = base.map((value) => value * 1.1);
  const found = slowdownOf(side(base), side(candidate), how);
  assert.deepEqual(slowdownOf(side(base), side(candidate.toReversed()), how), found);
  assert.ok(found.state === "interval" && found.lo < 0.1 && found.hi > 0.1);
});

test("slowdownOf() says how many it needs", () => {
  const few = slowdownOf(side([1, 2]), side([1, 3]), paired);
  assert.deepEqual({ ...few, estimate: 0 }, { state: "too-few", estimate: 0, n: 2, needed: 6 });
  const none = slowdownOf(side([]), side([]), paired);
  assert.deepEqual(none, { state: "too-few", estimate: null, n: 0, needed: 6 });
});

test("slowdownOf() mirrors where the sides change places", () => {
  const values = fc.array(fc.double({ min: 0.01, max: 1e6, noNaN: true }), {
    minLength: 8,
    maxLength: 20,
  });
  fc.assert(
    fc.property(values, fc.boolean(), (list, isPaired) => {
      const how = { ...paired, paired: isPaired };
      const other = list.map((value, index) => value * (1 + (index % 5) / 10));
      const there = slowdownOf(side(list), side(other), how);
      const back = slowdownOf(side(other), side(list), how);
      assert.ok(there.state === "interval" && back.state === "interval");
      const pairs = [
        [there.lo, back.hi],
        [there.hi, back.lo],
        [there.estimate, back.estimate],
      ] as const;
      for (const [a, b] of pairs) assert.ok(Math.abs((1 + a) * (1 + b) - 1) < 1e-9);
    }),
    { seed: 1 },
  );
});
