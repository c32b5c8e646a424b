import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { address } from "../model.ts";
import { halveInPlace } from "./halve-in-place.ts";
import type { Candidate } from "./retry.ts";
import { inPages, page, toolsOf, tried } from "./tried.test.data.ts";

const whole = toolsOf({
  constraints: { ...toolsOf().constraints, bytes: 16 * page },
  leastBytes: page,
});

/** Wins where none of these pages is. */
function without(...taken: number[]): (place: Candidate) => boolean {
  return ({ at, bytes }) =>
    !taken.some((number) => number * page >= at && number * page < at + bytes);
}

test("halve-in-place has the whole place where nobody else is", () => {
  assert.deepEqual(inPages(tried(halveInPlace, whole, { wins: without() })), [[16, 16]]);
});

test("halve-in-place goes down to what somebody else has, lower halves first", () => {
  assert.deepEqual(inPages(tried(halveInPlace, whole, { wins: without(21) })), [
    [16, 16],
    [16, 8],
    [16, 4],
    [20, 4],
    [20, 2],
    [20, 1],
    [21, 1],
    [22, 2],
    [24, 8],
  ]);
});

test("halve-in-place makes no piece smaller than the least", () => {
  const tools = { ...whole, leastBytes: 4 * page };
  assert.deepEqual(inPages(tried(halveInPlace, tools)), [
    [16, 16],
    [16, 8],
    [16, 4],
    [20, 4],
    [24, 8],
    [24, 4],
    [28, 4],
  ]);
});

test("halve-in-place tries nothing in a range that is too small", () => {
  const constraints = { ...whole.constraints, high: address(31 * page) };
  assert.deepEqual(tried(halveInPlace, { ...whole, constraints }), []);
});

test("halve-in-place ends up with every page that was free, each once", () => {
  const page_ = fc.integer({ min: 16, max: 31 });
  fc.assert(
    fc.property(fc.array(page_), fc.integer({ min: 1, max: 16 }), (taken, pages) => {
      const constraints = { ...whole.constraints, bytes: pages * page };
      const wins = without(...taken);
      const kept = inPages(tried(halveInPlace, { ...whole, constraints }, { wins }).filter(wins));
      const had = kept.flatMap(([at, length]) => Array.from({ length }, (_, index) => at + index));
      const free = Array.from({ length: pages }, (_, index) => 16 + index);
      assert.deepEqual(
        had,
        free.filter((number) => !taken.includes(number)),
      );
    }),
    { seed: 1 },
  );
});
