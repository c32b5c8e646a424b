import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { familyConfidence } from "./bonferroni.ts";

describe("familyConfidence()", () => {
  const table: [number, number, number][] = [
    [0.95, 1, 0.95],
    [0.95, 2, 0.975],
    [0.95, 5, 0.99],
    [0.95, 6, 0.9916667],
    [0.99, 6, 0.9983333],
    [0.96, 6, 0.9933333],
  ];
  for (const [confidence, members, each] of table) {
    test(`of ${confidence} over ${members} is ${each}`, () => {
      assert.ok(Math.abs(familyConfidence(confidence, members) - each) < 1e-7);
    });
  }

  test("leaves the errors of all members together where they were", () => {
    const confidence = fc.double({ min: 0.001, max: 0.999, noNaN: true });
    fc.assert(
      fc.property(confidence, fc.integer({ min: 1, max: 1000 }), (whole, members) => {
        const each = familyConfidence(whole, members);
        assert.ok(Math.abs(members * (1 - each) - (1 - whole)) < 1e-9);
        assert.ok(familyConfidence(whole, members + 1) > each);
      }),
    );
  });

  test("refuses what is no confidence or no family", () => {
    for (const confidence of [0, 1, -1, 95, Number.NaN]) {
      assert.throws(() => familyConfidence(confidence, 2), RangeError);
    }
    for (const members of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      assert.throws(() => familyConfidence(0.95, members), RangeError);
    }
  });
});
