import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { rankSumInterval } from "./rank-sum.ts";

// Whole numbers: their differences and midpoints are exact, and small ranges make heavy ties.
const whole = fc.oneof(
  fc.array(fc.integer({ min: -1_000_000, max: 1_000_000 }), { maxLength: 15 }),
  fc.array(fc.integer({ min: -3, max: 3 }), { maxLength: 15 }),
);

/** [estimate, lo, hi], as far as there are; 0 for -0. */
function numbersOf(baseline: readonly number[], candidate: readonly number[]) {
  const found = rankSumInterval(baseline, candidate);
  const { estimate } = found;
  const all = found.state === "interval" ? [estimate, found.lo, found.hi] : [estimate];
  return mapped(all, (value) => value);
}

function mapped(numbers: (number | undefined)[], by: (value: number) => number) {
  return numbers.map((value) => (value === undefined ? undefined : by(value) + 0));
}

describe("rankSumInterval()", () => {
  test("is negated where the sides are swapped", () => {
    fc.assert(
      fc.property(whole, whole, (first, second) => {
        const [estimate, lo, hi] = mapped(numbersOf(first, second), (value) => -value);
        const mirrored = hi === undefined ? [estimate] : [estimate, hi, lo];
        assert.deepEqual(numbersOf(second, first), mirrored);
      }),
    );
  });

  test("moves with a shift of the candidate, stays with a shift of both, and scales", () => {
    const by = fc.integer({ min: -1e6, max: 1e6 });
    fc.assert(
      fc.property(whole, whole, by, fc.nat(1000), (baseline, candidate, shift, factor) => {
        const numbers = numbersOf(baseline, candidate);
        const move = (value: number) => value + shift;
        const scale = (value: number) => value * (factor + 1);
        assert.deepEqual(numbersOf(baseline, candidate.map(move)), mapped(numbers, move));
        assert.deepEqual(numbersOf(baseline.map(move), candidate.map(move)), numbers);
        const scaled = numbersOf(baseline.map(scale), candidate.map(scale));
        assert.deepEqual(scaled, mapped(numbers, scale));
      }),
    );
  });

  test("does not care for the order of the values, nor changes them", () => {
    fc.assert(
      fc.property(whole, whole, fc.nat(), (baseline, candidate, turn) => {
        const before = structuredClone([baseline, candidate]);
        const found = rankSumInterval(baseline, candidate);
        assert.deepEqual([baseline, candidate], before);
        const cut = turn % (candidate.length + 1);
        const turned = [...candidate.slice(cut), ...candidate.slice(0, cut)];
        assert.deepEqual(rankSumInterval(baseline.toReversed(), turned), found);
      }),
    );
  });

  test("holds lo <= estimate <= hi, and widens with the confidence", () => {
    fc.assert(
      fc.property(whole, whole, (baseline, candidate) => {
        let [innerLo, innerHi] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
        for (const confidence of [0, 0.5, 0.8, 0.95, 0.99, 0.9999]) {
          const found = rankSumInterval(baseline, candidate, confidence);
          if (found.state === "too-few") assert.ok(found.n < found.needed);
          if (found.state === "too-few") continue;
          assert.ok(found.coverage >= confidence && found.coverage <= 1);
          assert.ok(found.lo <= found.estimate && found.estimate <= found.hi);
          assert.ok(found.lo <= innerLo && found.hi >= innerHi);
          [innerLo, innerHi] = [found.lo, found.hi];
        }
      }),
    );
  });
});
