import assert from "node:assert/strict";
import { describe, test } from "node:test";
import wilcoxon from "@stdlib/stats-wilcoxon";
import fc from "fast-check";
import { familyConfidence } from "./bonferroni.ts";
import { mostDifferences, signedRankInterval } from "./signed-rank.ts";

const powers = (n: number) => Array.from({ length: n }, (_, index) => 2 ** (index + 1));
const walsh = (values: readonly number[]) =>
  values
    .flatMap((first, i) => values.slice(i).map((second) => (first + second) / 2))
    .sort((a, b) => a - b);

describe("signedRankInterval()", () => {
  // The largest T that is significant in a two-sided test at 5 % and at 1 %, from n = 6 on: F.
  // Wilcoxon and R. A. Wilcox, Some Rapid Approximate Statistical Procedures (1964), table 2.
  const atFive = [0, 2, 3, 5, 8, 10, 13, 17, 21, 25, 29, 34, 40, 46, 52];
  const atOne = [-1, -1, 0, 1, 3, 5, 7, 9, 12, 15, 19, 23, 27, 32, 37];
  for (const [confidence, criticals] of [[0.95, atFive] as const, [0.99, atOne] as const]) {
    for (const [index, critical] of criticals.entries()) {
      const n = index + 6;
      test(`takes Walsh average ${critical + 1} from each end for ${n} at ${confidence}`, () => {
        const values = powers(n);
        const found = signedRankInterval(values, confidence);
        if (critical === -1) return assert.equal(found.state, "too-few");
        assert.ok(found.state === "interval");
        const sorted = walsh(values);
        assert.equal(found.lo, sorted[critical]);
        assert.equal(found.hi, sorted.at(-critical - 1));
        assert.equal(found.n, n);
        assert.ok(found.coverage >= confidence);
      });
    }
  }

  test("gives the interval of the depression scale example", () => {
    // Hollander, Wolfe and Chicken, examples 3.3 and 3.4: -0.46 and (-0.786, -0.010) at 96 %.
    const before = [1.83, 0.5, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.3];
    const after = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29];
    const found = signedRankInterval(after.map((value, i) => value - (before[i] as number)));
    assert.ok(found.state === "interval");
    const rounded = [found.estimate, found.lo, found.hi].map((value) => value.toFixed(3));
    assert.deepEqual(rounded, ["-0.460", "-0.786", "-0.010"]);
    assert.equal(found.coverage, 1 - 20 / 512);
  });

  test("excludes a shift exactly where the oracle's exact test rejects it", () => {
    // Even values, so that an odd half lies beside every Walsh average and ties with none.
    const values = fc.uniqueArray(fc.integer({ min: -500, max: 500 }), {
      minLength: 6,
      maxLength: 16,
    });
    fc.assert(
      fc.property(values, fc.constantFrom(0.6, 0.8, 0.9, 0.95), (halves, confidence) => {
        const doubled = halves.map((half) => half * 2);
        const found = signedRankInterval(doubled, confidence);
        assert.ok(found.state === "interval");
        for (const average of new Set([-2000, ...walsh(doubled)])) {
          const shift = average + 0.5;
          const { pValue } = wilcoxon(doubled.map((value) => value - shift));
          const outside: boolean = shift < found.lo || shift > found.hi;
          assert.equal(pValue < 1 - found.coverage + 1e-9, outside, `${shift}, p = ${pValue}`);
        }
      }),
      { numRuns: 40 },
    );
  });

  test("has the oracle's exact probability as its error, for large n too", () => {
    for (const n of [20, 40, 60, 100]) {
      const values = Array.from({ length: n }, (_, index) => Math.sin(index));
      const found = signedRankInterval(values);
      assert.ok(found.state === "interval");
      const below = found.lo - 1e-9;
      const shifted = values.map((value) => value - below);
      const { pValue } = wilcoxon(shifted, { exact: true });
      assert.ok(Math.abs(pValue - (1 - found.coverage)) < 1e-9, `${n}: ${pValue}`);
    }
  });

  test("refuses fewer differences than the confidence needs, and says how many", () => {
    const tooFew = (estimate: number | undefined, n: number, needed = 6) =>
      ({ state: "too-few", estimate, n, needed }) as const;
    assert.deepEqual(signedRankInterval([]), tooFew(undefined, 0));
    assert.deepEqual(signedRankInterval([7]), tooFew(7, 1));
    assert.deepEqual(signedRankInterval([7, 8]), tooFew(7.5, 2));
    assert.deepEqual(signedRankInterval([1, 2, 3, 4, 5]), tooFew(3, 5));
    const six = { state: "interval", estimate: 3.5, lo: 1, hi: 6, coverage: 0.96875, n: 6 };
    assert.deepEqual(signedRankInterval([1, 2, 3, 4, 5, 6]), six);
    const ofSix = familyConfidence(0.95, 6);
    assert.deepEqual(signedRankInterval([1, 2, 3, 4, 5, 6, 7], ofSix), tooFew(4, 7, 8));
    assert.equal(signedRankInterval(powers(8), ofSix).state, "interval");
    const certain = tooFew(4, 3, Number.POSITIVE_INFINITY);
    assert.deepEqual(signedRankInterval([2, 4, 6], 1), certain);
    assert.deepEqual(signedRankInterval([2, 4, 6], Number.NaN), certain);
    assert.equal(signedRankInterval(powers(60), 1).state, "too-few");
  });

  test("refuses what has no rank, and more than it has room for", () => {
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      assert.throws(
        () => signedRankInterval([1, bad]),
        /^RangeError: Cannot rank differences\[1\]/,
      );
    }
    const many = Array<number>(mostDifferences + 1).fill(0);
    assert.throws(() => signedRankInterval(many), RangeError);
    const most = signedRankInterval(many.slice(1));
    assert.ok(most.state === "interval" && most.coverage >= 0.95 && most.coverage < 0.9501);
  });
});
