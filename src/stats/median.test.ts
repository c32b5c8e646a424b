import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { medianInterval } from "./median.ts";

const values = fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { maxLength: 60 });
const oneTo = (n: number) => Array.from({ length: n }, (_, index) => index + 1);

describe("medianInterval()", () => {
  // n, rank of lo, rank of hi, coverage from the table of Binomial(n, 1/2).
  const table: [number, number, number, number][] = [
    [6, 1, 6, 1 - 2 / 64],
    [7, 1, 7, 1 - 2 / 128],
    [8, 1, 8, 1 - 2 / 256],
    [9, 2, 8, 1 - (2 * (1 + 9)) / 512],
    [10, 2, 9, 1 - (2 * (1 + 10)) / 1024],
    [12, 3, 10, 1 - (2 * (1 + 12 + 66)) / 4096],
    [20, 6, 15, 1 - (2 * (1 + 20 + 190 + 1140 + 4845 + 15504)) / 2 ** 20],
    [30, 10, 21, 0.957226],
    [50, 18, 33, 0.967161],
    [100, 40, 61, 0.9648],
  ];
  for (const [n, lo, hi, coverage] of table) {
    test(`takes ranks ${lo} and ${hi} of ${n} values`, () => {
      const found = medianInterval(oneTo(n));
      assert.equal(found.state, "interval");
      if (found.state !== "interval") return;
      assert.deepEqual([found.lo, found.hi, found.n], [lo, hi, n]);
      assert.equal(found.median, (n + 1) / 2);
      assert.ok(Math.abs(found.coverage - coverage) < 1e-5, `${found.coverage}`);
    });
  }

  test("refuses fewer values than the confidence needs, and says how many", () => {
    assert.deepEqual(medianInterval([]), { state: "too-few", median: undefined, n: 0, needed: 6 });
    assert.deepEqual(medianInterval([7]), { state: "too-few", median: 7, n: 1, needed: 6 });
    assert.deepEqual(medianInterval([7, 8]), { state: "too-few", median: 7.5, n: 2, needed: 6 });
    assert.equal(medianInterval(oneTo(5)).state, "too-few");
    const strict = medianInterval(oneTo(7), 0.99);
    assert.deepEqual(strict, { state: "too-few", median: 4, n: 7, needed: 8 });
    assert.equal(medianInterval(oneTo(8), 0.99).state, "interval");
  });

  test("never throws, whatever the confidence", () => {
    for (const confidence of [-1, 0, 0.5, 1, 2, Number.NaN]) {
      for (const n of [0, 1, 2, 9]) assert.ok(medianInterval(oneTo(n), confidence));
    }
    assert.equal(medianInterval(oneTo(99), 1).state, "too-few");
  });

  test("keeps its coverage where 2^-n is no double any more", () => {
    const found = medianInterval(oneTo(4001));
    assert.ok(found.state === "interval" && found.coverage >= 0.95 && found.coverage < 0.9515);
  });

  test("is one point where all values tie", () => {
    const found = medianInterval(Array<number>(9).fill(3));
    assert.ok(found.state === "interval" && found.lo === 3 && found.hi === 3);
    assert.equal(found.median, 3);
  });

  test("does not care for the order of the values, nor changes them", () => {
    const shuffled = values.chain((list) =>
      fc.tuple(
        fc.constant(list),
        fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([list, other]) => {
        const before = [...list];
        assert.deepEqual(medianInterval(list), medianInterval(other));
        assert.deepEqual(list, before);
      }),
    );
  });

  test("moves with a shift and scales with a positive factor", () => {
    const whole = fc.array(fc.integer({ min: -1e6, max: 1e6 }), { maxLength: 60 });
    fc.assert(
      fc.property(whole, fc.integer({ min: -1e6, max: 1e6 }), fc.nat(1000), (list, by, factor) => {
        const base = medianInterval(list);
        const moved = medianInterval(list.map((value) => value * (factor + 1) + by));
        const move = (value: number) => value * (factor + 1) + by;
        assert.equal(moved.n, base.n);
        assert.equal(moved.median, base.median === undefined ? undefined : move(base.median));
        if (base.state !== "interval" || moved.state !== "interval") return;
        assert.deepEqual([moved.lo, moved.hi], [move(base.lo), move(base.hi)]);
        assert.equal(moved.coverage, base.coverage);
      }),
    );
  });

  test("holds lo <= median <= hi, and reaches the confidence", () => {
    fc.assert(
      fc.property(values, (list) => {
        const found = medianInterval(list);
        assert.equal(found.state === "interval", list.length >= 6);
        if (found.state !== "interval") return;
        assert.ok(found.lo <= found.median && found.median <= found.hi);
        assert.ok(found.coverage >= 0.95 && found.coverage <= 1);
      }),
    );
  });
});
