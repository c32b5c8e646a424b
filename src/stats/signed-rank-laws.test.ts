import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { valuesNeeded } from "./median.ts";
import { signedRankInterval } from "./signed-rank.ts";

// Whole numbers: their Walsh averages are exact, and small ranges make heavy ties.
const whole = fc.oneof(
  fc.array(fc.integer({ min: -1_000_000, max: 1_000_000 }), { maxLength: 40 }),
  fc.array(fc.integer({ min: -3, max: 3 }), { maxLength: 40 }),
);

/** [estimate, lo, hi], as far as there are; 0 for -0. */
function numbersOf(values: readonly number[], confidence?: number): (number | undefined)[] {
  const found = signedRankInterval(values, confidence);
  const { estimate } = found;
  const all = found.state === "interval" ? [estimate, found.lo, found.hi] : [estimate];
  return all.map((value) => (value === undefined ? undefined : value + 0));
}

const mapped = (numbers: (number | undefined)[], by: (value: number) => number) =>
  numbers.map((value) => (value === undefined ? undefined : by(value) + 0));

describe("signedRankInterval()", () => {
  test("mirrors with a flip of all signs", () => {
    fc.assert(
      fc.property(whole, (list) => {
        const [estimate, lo, hi] = mapped(numbersOf(list), (value) => -value);
        const mirrored = hi === undefined ? [estimate] : [estimate, hi, lo];
        assert.deepEqual(numbersOf(list.map((value) => -value)), mirrored);
      }),
    );
  });

  test("moves with a shift and scales with a positive factor", () => {
    fc.assert(
      fc.property(whole, fc.integer({ min: -1e6, max: 1e6 }), fc.nat(1000), (list, by, factor) => {
        const move = (value: number) => value * (factor + 1) + by;
        assert.deepEqual(numbersOf(list.map(move)), mapped(numbersOf(list), move));
      }),
    );
  });

  test("does not care for the order of the values, nor changes them", () => {
    fc.assert(
      fc.property(whole, fc.nat(), (list, turn) => {
        const before = [...list];
        const cut = turn % (list.length + 1);
        const other = [...list.slice(cut).reverse(), ...list.slice(0, cut)];
        assert.deepEqual(signedRankInterval(other), signedRankInterval(list));
        assert.deepEqual(list, before);
      }),
    );
  });

  test("holds lo <= estimate <= hi within the values, and widens with the confidence", () => {
    const confidences = [0, 0.5, 0.8, 0.95, 0.99, 0.9999];
    fc.assert(
      fc.property(whole, (list) => {
        let [innerLo, innerHi] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
        for (const confidence of confidences) {
          const found = signedRankInterval(list, confidence);
          assert.equal(found.state === "too-few", list.length < valuesNeeded(confidence));
          if (found.state === "too-few") continue;
          assert.ok(found.coverage >= confidence && found.coverage <= 1);
          assert.ok(found.lo <= found.estimate && found.estimate <= found.hi);
          assert.ok(found.lo >= Math.min(...list) && found.hi <= Math.max(...list));
          assert.ok(found.lo <= innerLo && found.hi >= innerHi);
          [innerLo, innerHi] = [found.lo, found.hi];
        }
      }),
    );
  });
});
