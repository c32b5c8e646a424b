import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { upperBound95 } from "./zero.ts";

describe("upperBound95()", () => {
  const table: [number, number][] = [
    [0, 1],
    [1, 0.95],
    [2, 1 - Math.sqrt(0.05)],
    [10, 0.258866],
    [59, 0.049508],
    [1000, 0.0029912],
  ];
  for (const [n, bound] of table) {
    test(`is ${bound.toPrecision(3)} after 0 in ${n}`, () => {
      assert.ok(Math.abs(upperBound95(n) - bound) < 1e-6, `${upperBound95(n)}`);
    });
  }

  test("solves (1 - p)^n = 0.05, falls with n and stays below the rule of three", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e9 }), (n) => {
        const bound = upperBound95(n);
        assert.ok(Math.abs(Math.exp(n * Math.log1p(-bound)) - 0.05) < 1e-6);
        assert.ok(bound < 3 / n && bound > upperBound95(n + 1));
      }),
    );
  });

  test("keeps its digits at a billion trials", () => {
    assert.ok(Math.abs(upperBound95(1e9) * 1e9 - 2.995732) < 1e-5);
  });
});
