import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync, inflateSync } from "node:zlib";
import fc from "fast-check";
import { decodeHistogram, distributionOf } from "../results/histogram.ts";
import { addCounts } from "../results/packed-histogram.ts";
import { newCounts, stepsOf, valueAtPercentile } from "./call-steps.ts";

const calls = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 4e9 }), fc.integer({ min: 1, max: 1e6 })), {
    minLength: 1,
    maxLength: 20,
  })
  .map((pairs) => ({
    ticks: Uint32Array.from(pairs, ([ticks]) => ticks),
    counts: Uint32Array.from(pairs, ([, count]) => count),
  }));

test("valueAtPercentile() reads what HdrHistogram's own reader does", () => {
  const percentiles = fc.oneof(
    fc.constantFrom(0, 50, 90, 99, 99.9, 100),
    fc.double({ min: 0, max: 100, noNaN: true }),
  );
  fc.assert(
    fc.property(calls, percentiles, (recorded, percentile) => {
      const encoded = distributionOf([recorded], 1)?.histogram ?? "";
      const whole = decodeHistogram(encoded) ?? assert.fail();
      const counts = newCounts();
      assert.ok(addCounts(encoded, counts));
      const steps = stepsOf(counts);
      assert.equal(steps.at(-1)?.upTo, whole.totalCount);
      assert.equal(steps.at(-1)?.highest, whole.maxValue);
      assert.equal(valueAtPercentile(steps, percentile), whole.getValueAtPercentile(percentile));
    }),
  );
});

test("valueAtPercentile() of no call is 0", () => {
  assert.equal(valueAtPercentile(stepsOf(newCounts()), 50), 0);
});

test("addCounts() adds nothing of a text that is no histogram", () => {
  const counts = newCounts();
  const { histogram } =
    distributionOf([{ ticks: Uint32Array.of(7), counts: Uint32Array.of(3) }], 1) ?? assert.fail();
  assert.ok(addCounts(histogram ?? "", counts));
  for (const text of ["", "x", "HISTFAAA", withTooManyPlaces(histogram ?? "")]) {
    assert.equal(addCounts(text, counts), false);
  }
  assert.deepEqual(
    stepsOf(counts).map(({ highest, count }) => [highest, count]),
    [[7, 3]],
  );
});

/** The same counts, and after them more zeros than there are places. */
function withTooManyPlaces(histogram: string): string {
  const bytes = Buffer.from(histogram, "base64");
  const inner = inflateSync(bytes.subarray(8));
  const size = inner.readUInt32BE(4);
  const zeros = Buffer.of(0xff, 0xff, 0x7f);
  const longer = Buffer.concat([inner.subarray(0, 40 + size), zeros]);
  longer.writeUInt32BE(size + zeros.length, 4);
  const packed = deflateSync(longer);
  const head = Buffer.from(bytes.subarray(0, 8));
  head.writeUInt32BE(packed.length, 4);
  return Buffer.concat([head, packed]).toString("base64");
}
