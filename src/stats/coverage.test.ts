/**
 * How often the intervals hold the true shift, counted: over all arrangements that the null
 * hypothesis makes equally likely, and over seeded samples.
 */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { mersenne } from "pure-rand/generator/mersenne";
import { rankSumInterval } from "./rank-sum.ts";
import { signedRankInterval } from "./signed-rank.ts";

describe("signedRankInterval()", () => {
  test("covers exactly as often as it says, over all choices of signs", () => {
    // Powers of 2: no two Walsh averages are equal, and none is 0.
    for (const confidence of [0.5, 0.9, 0.95, 0.99]) {
      const [held, coverage] = holdingZeroOfSigns([1, 2, 4, 8, 16, 32, 64, 128, 256], confidence);
      assert.equal(held, coverage);
    }
  });

  test("covers at least as often with ties, zeros and identical values", () => {
    const sizes = fc.array(fc.nat(4), { minLength: 6, maxLength: 9 });
    fc.assert(
      fc.property(sizes, fc.constantFrom(0.5, 0.8, 0.95), (list, confidence) => {
        const [held, coverage] = holdingZeroOfSigns(list, confidence);
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

describe("rankSumInterval()", () => {
  test("covers exactly as often as it says, over all splits of a pool", () => {
    for (const [size, m] of [[8, 4] as const, [9, 3] as const, [11, 5] as const]) {
      const pool = Array.from({ length: size }, (_, index) => index * index);
      for (const confidence of [0.5, 0.9, 0.95]) {
        const [held, coverage] = holdingZeroOfSplits(pool, m, confidence);
        assert.ok(Math.abs(held - coverage) < 1e-12, `${held} is not ${coverage}`);
      }
    }
  });

  test("covers at least as often with ties and identical values", () => {
    const pool = fc.array(fc.nat(4), { minLength: 8, maxLength: 10 });
    fc.assert(
      fc.property(pool, fc.constantFrom(0.5, 0.8, 0.95), (list, confidence) => {
        const [held, coverage] = holdingZeroOfSplits(list, 4, confidence);
        assert.ok(held >= coverage - 1e-12, `${held} < ${coverage}`);
      }),
      { numRuns: 25 },
    );
    const found = rankSumInterval(Array<number>(5).fill(2), Array<number>(5).fill(3));
    assert.ok(found.state === "interval" && found.estimate === 1);
    assert.deepEqual([found.lo, found.hi], [1, 1]);
  });

  test("covers the shift in 95 % of seeded samples with long tails, not much more", () => {
    const generator = mersenne(4);
    const draw = () => 1 / (uniformInt(generator, 1, 1_000_000) / 1_000_000);
    let held = 0;
    for (let sample = 0; sample < 2000; sample++) {
      const baseline = Array.from({ length: 12 }, draw);
      const candidate = Array.from({ length: 12 }, () => draw() + 5);
      const found = rankSumInterval(baseline, candidate);
      if (found.state === "interval" && found.lo <= 5 && found.hi >= 5) held++;
    }
    // 0.9551 is exact for 12 by 12; 2000 samples have a standard deviation of 0.0046.
    assert.ok(Math.abs(held / 2000 - 0.9551) < 0.015, `${held}`);
  });
});

/** Of all choices of signs, the part whose interval holds 0; the coverage. */
function holdingZeroOfSigns(sizes: readonly number[], confidence: number): [number, number] {
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

/** Of all splits of the pool into m and the rest, the part whose interval holds 0; the coverage. */
function holdingZeroOfSplits(
  pool: readonly number[],
  m: number,
  confidence: number,
): [number, number] {
  let [held, splits, coverage] = [0, 0, 0];
  for (let mask = 0; mask < 2 ** pool.length; mask++) {
    const baseline = pool.filter((_, index) => (mask >> index) & 1);
    if (baseline.length !== m) continue;
    const candidate = pool.filter((_, index) => !((mask >> index) & 1));
    const found = rankSumInterval(baseline, candidate, confidence);
    assert.ok(found.state === "interval");
    coverage = found.coverage;
    splits++;
    if (found.lo <= 0 && found.hi >= 0) held++;
  }
  return [held / splits, coverage];
}
