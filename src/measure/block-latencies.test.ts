import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { blockLatencies } from "./block-latencies.ts";
import { batchOf, type LogRecord } from "./records.test.data.ts";

const calls = (kind: LogRecord["kind"], ...ticks: number[]): LogRecord[] =>
  ticks.map((each) => ({ kind, ticks: each }));

test("blockLatencies() takes rejected and whole misplaced attempts for lost ones", () => {
  const batch = batchOf([
    ...calls("rejected", 10, 30),
    ...calls("misplaced", 1, 1, 1),
    ...calls("lost", 20),
    ...calls("placed", 7),
  ]);
  const found = { lost: { p50: 20, p90: 30 }, placed: { p50: 7, p90: 7 }, release: undefined };
  assert.deepEqual(blockLatencies(batch), found);
  assert.deepEqual(blockLatencies(batch), found, "nothing is left of the block before");
});

test("blockLatencies() says nothing where the middle lies beyond its table", () => {
  const { lost, placed } = blockLatencies(
    batchOf([...calls("lost", 5, 2 ** 21), ...calls("placed", ...Array(99).fill(5), 2 ** 31)]),
  );
  assert.equal(lost, undefined);
  assert.deepEqual(placed, { p50: 5, p90: 5 });
});

test("blockLatencies() are the smallest ticks that half and nine tenths did not exceed", () => {
  const ticks = fc.array(fc.nat({ max: 1_000_000 }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(ticks, (values) => {
      const sorted = values.toSorted((a, b) => a - b);
      const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1];
      const { release } = blockLatencies(batchOf(calls("release", ...values)));
      assert.deepEqual(release, { p50: at(0.5), p90: at(0.9) });
    }),
    { seed: 1 },
  );
});
