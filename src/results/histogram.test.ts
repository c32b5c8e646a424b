import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync, inflateSync } from "node:zlib";
import fc from "fast-check";
import {
  decodeHistogram,
  distributionOf,
  newHistogram,
  quantilesOf,
  type TickCounts,
} from "./histogram.ts";
import { totalNs } from "./packed-histogram.ts";

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

test("totalNs() is what all calls took together, and undefined of no histogram", () => {
  const values = fc.array(fc.integer({ min: 0, max: 4e9 }), { minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(values, (ticks) => {
      const { histogram } = distributionOf([part(ticks.map((each) => [each, 3]))], 1) ?? none();
      const total = 3 * ticks.reduce((sum, each) => sum + each, 0);
      const found = totalNs(histogram ?? "") ?? none();
      assert.ok(Math.abs(found - total) <= total / 2000, `${found}, want ${total}`);
    }),
    { seed: 1, numRuns: 40 },
  );
  for (const text of ["", "not base64", forged(0, [], new Uint8Array(2 ** 24))]) {
    assert.equal(totalNs(text), undefined);
  }
});

test("decodeHistogram() takes nothing else for a histogram", () => {
  const { histogram } = distributionOf([part([[700, 3]])], 1) ?? none();
  for (const text of ["", "HISTFAAAAA", "not base64", (histogram as string).slice(0, -12)]) {
    assert.equal(decodeHistogram(text), undefined, text);
  }
});

/** An empty histogram as the library writes it, with other bytes at a place of its header. */
function forged(at: number, bytes: readonly number[], payload: Uint8Array): string {
  const { histogram } = distributionOf([part([[700, 3]])], 1) ?? none();
  const whole = inflateSync(Buffer.from(histogram as string, "base64").subarray(8));
  const inflated = Buffer.concat([whole.subarray(0, 40), payload]);
  inflated.writeUInt32BE(payload.length, 4);
  inflated.set(bytes, at);
  const compressed = deflateSync(inflated);
  const head = Buffer.from(histogram as string, "base64").subarray(0, 8);
  head.writeUInt32BE(compressed.length, 4);
  return Buffer.concat([head, compressed]).toString("base64");
}

test("decodeHistogram() believes no header: what it says is bounded before it is read", () => {
  const one = Uint8Array.of(2);
  assert.equal(decodeHistogram(forged(0, [], one))?.totalCount, 1);
  const table: [what: string, text: string][] = [
    ["a payload of 4 GiB that is not there", forged(4, [0xff, 0xff, 0xff, 0xff], one)],
    ["a payload of 1 GiB that is not there", forged(4, [0x40, 0, 0, 0], one)],
    ["a payload that is huge", forged(0, [], new Uint8Array(2 ** 24))],
    ["no digits", forged(12, [0, 0, 0, 0], one)],
    ["5 digits, which take 20 MB", forged(12, [0, 0, 0, 5], one)],
    ["a negative number of digits", forged(12, [0xff, 0xff, 0xff, 0xfe], one)],
    ["a lowest value of 0", forged(23, [0], one)],
    ["a highest value of 2^62", forged(24, [0x40], one)],
    ["a negative highest value", forged(24, [0xff], one)],
    ["a count of 2^56", forged(0, [], Uint8Array.of(...Array(8).fill(0x80), 2))],
    ["2^27 zeros", forged(0, [], Uint8Array.of(0xff, 0xff, 0xff, 0x7f, 2))],
    ["2^48 zeros", forged(0, [], Uint8Array.of(...Array(6).fill(0xff), 0x7f, 2))],
  ];
  for (const [what, text] of table) assert.equal(decodeHistogram(text), undefined, what);
});

function none(): never {
  assert.fail("there is a distribution");
}
