import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { mersenne } from "pure-rand/generator/mersenne";
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

/** How many of the 2^n choices of signs give an interval that holds 0, in parts of 1. */
function holdingZero(sizes: readonly number[], confidence: number): [number, number] {
  let held = 0;
  let coverage = 0;
  for (let signs = 0; signs < 2 ** sizes.length; signs++) {
    const values = sizes.map((size, index) => ((signs >> index) & 1 ? size : -size));
    const found = signedRankInterval(values, confidence);
    assert.ok(found.state === "interval");
    coverage = found.coverage;
    if (found.lo <= 0 && found.hi >= 0) held++;
  }
  return [held / 2 ** sizes.length, coverage];
}

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
          assert.equal(
            found.state === "too-few",
            found.n < (found.state === "too-few" ? found.needed : 0),
          );
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

  test("covers exactly as often as it says, over all choices of signs", () => {
    // Powers of 2: no two Walsh averages are equal, and none is 0.
    for (const confidence of [0.5, 0.9, 0.95, 0.99]) {
      const [held, coverage] = holdingZero([1, 2, 4, 8, 16, 32, 64, 128, 256], confidence);
      assert.equal(held, coverage);
    }
  });

  test("covers at least as often with ties, zeros and identical values", () => {
    const sizes = fc.array(fc.nat(4), { minLength: 6, maxLength: 9 });
    fc.assert(
      fc.property(sizes, fc.constantFrom(0.5, 0.8, 0.95), (list, confidence) => {
        const [held, coverage] = holdingZero(list, confidence);
        assert.ok(held >= coverage - 1e-12, `${held} < ${coverage}`);
      }),
      { numRuns: 25 },
    );
    const same = { state: "interval", estimate: 3, lo: 3, hi: 3, coverage: 1 - 20 / 512, n: 9 };
    assert.deepEqual(signedRankInterval(Array<number>(9).fill(3)), same);
  });

  test("covers the shift in 95 % of seeded samples with long tails, not much more", () => {
    const generator = mersenne(4);
    const draw = () => {
      const unit = (uniformInt(generator, 1, 1_999_999) - 1_000_000) / 1_000_000;
      return 5 + unit / (1 - Math.abs(unit));
    };
    let held = 0;
    for (let sample = 0; sample < 2000; sample++) {
      const found = signedRankInterval(Array.from({ length: 20 }, draw));
      if (found.state === "interval" && found.lo <= 5 && found.hi >= 5) held++;
    }
    // 0.9516 is exact for n = 20; 2000 samples have a standard deviation of 0.0048.
    assert.ok(Math.abs(held / 2000 - 0.9516) < 0.015, `${held}`);
  });
});
