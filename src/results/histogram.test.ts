import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  decodeHistogram,
  distributionOf,
  newHistogram,
  quantilesOf,
  type TickCounts,
} from "./histogram.ts";

const part = (pairs: readonly (readonly [ticks: number, count: number])[]): TickCounts => ({
  ticks: Uint32Array.from(pairs, ([ticks]) => ticks),
  counts: Uint32Array.from(pairs, ([, count]) => count),
});

/** HDR histograms of three digits keep a value to a thousandth. */
const isNear = (found: number, wanted: number): boolean =>
  Math.abs(found - wanted) <= Math.max(1, wanted / 1000);

test("distributionOf() is undefined where there was no call", () => {
  assert.equal(distributionOf([], 1), undefined);
  assert.equal(distributionOf([part([]), part([])], 1), undefined);
});

test("distributionOf() turns ticks into nanoseconds of the whole distribution", () => {
  const ticks = part(Array.from({ length: 1000 }, (_, index) => [(index + 1) * 21, 1]));
  const { count, p50, p90, p99, p999, max } = distributionOf([ticks], 2.1)?.quantiles ?? none();
  assert.equal(count, 1000);
  for (const [found, wanted] of [
    [p50, 5000],
    [p90, 9000],
    [p99, 9900],
    [p999, 9990],
    [max, 10_000],
  ] as const) {
    assert.ok(isNear(found, wanted), `${found}, want ${wanted}`);
  }
});

test("distributionOf() trims nothing: one outlier is the maximum", () => {
  const quantiles = distributionOf([part([[300, 999_999]]), part([[4_060_000, 1]])], 1)?.quantiles;
  assert.ok(quantiles && isNear(quantiles.max, 4_060_000));
  assert.deepEqual([quantiles.count, quantiles.p50, quantiles.p999], [1_000_000, 300, 300]);
});

test("distributionOf() counts saturated records as overflow, and keeps them", () => {
  const found = distributionOf([part([[0xffffffff, 2]]), part([[0xfffffffe, 1]])], 2.1);
  assert.equal(found?.overflow, 2);
  assert.equal(found.quantiles.count, 3);
});

test("distributionOf() clamps what is above its range, on slow clocks, too", () => {
  // 54 MHz, a Raspberry Pi 4: saturation is at 79 seconds.
  const found = distributionOf([part([[0xffffffff, 1]]), part([[100, 1]])], 0.054);
  assert.equal(found?.overflow, 1);
  assert.equal(found.quantiles.count, 2);
});

test("distributionOf() of parts is that of all in one", () => {
  const pair = fc.tuple(fc.nat({ max: 0xffffffff }), fc.integer({ min: 1, max: 1000 }));
  const parts = fc.array(fc.array(pair, { maxLength: 20 }), { maxLength: 4 });
  fc.assert(
    fc.property(parts, fc.double({ min: 0.1, max: 5, noNaN: true }), (split, ticksPerNs) => {
      const found = distributionOf(split.map(part), ticksPerNs);
      assert.deepEqual(found, distributionOf([part(split.flat())], ticksPerNs));
      const calls = split.flat().reduce((sum, [, count]) => sum + count, 0);
      assert.equal(found?.quantiles.count ?? 0, calls);
    }),
    { seed: 1, numRuns: 60 },
  );
});

test("quantilesOf() is the smallest value that so many are not above", () => {
  const values = fc.array(fc.integer({ min: 0, max: 59e9 }), { minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(values, (numbers) => {
      const histogram = newHistogram();
      for (const value of numbers) histogram.recordValue(value);
      const sorted = numbers.toSorted((a, b) => a - b);
      const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
      const { count, p50, p90, p99, max } = quantilesOf(histogram);
      assert.equal(count, numbers.length);
      for (const [found, wanted] of [
        [p50, at(0.5)],
        [p90, at(0.9)],
        [p99, at(0.99)],
        [max, at(1)],
      ] as const) {
        assert.ok(isNear(found, wanted), `${found}, want ${wanted}`);
      }
    }),
    { seed: 1, numRuns: 40 },
  );
});

test("decodeHistogram() gives back every value that distributionOf() stored", () => {
  const found = distributionOf([part([[700, 3]]), part([[4_060_000, 1]])], 1) ?? none();
  const histogram = decodeHistogram(found.histogram ?? "");
  const { max, ...others } = quantilesOf(histogram ?? none());
  const { max: exact, ...stored } = found.quantiles;
  assert.deepEqual(others, stored);
  assert.ok(isNear(max, exact));
});

test("decodeHistogram() takes nothing else for a histogram", () => {
  const { histogram } = distributionOf([part([[700, 3]])], 1) ?? none();
  for (const text of ["", "HISTFAAAAA", "not base64", (histogram as string).slice(0, -12)]) {
    assert.equal(decodeHistogram(text), undefined, text);
  }
});

function none(): never {
  assert.fail("there is a distribution");
}
