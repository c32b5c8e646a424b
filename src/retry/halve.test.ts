import assert from "node:assert/strict";
import { test } from "node:test";
import { address } from "../model.ts";
import { halve } from "./halve.ts";
import { inPages, page, toolsOf, tried } from "./tried.test.data.ts";

const { constraints } = toolsOf();

test("halve goes through the range for every size down to the least", () => {
  const tools = toolsOf({
    constraints: { ...constraints, bytes: 12 * page },
    leastBytes: 3 * page,
  });
  const expected = [
    [16, 12],
    [20, 12],
    ...[16, 20, 24].map((at) => [at, 6]),
    ...[16, 20, 24, 28].map((at) => [at, 3]),
  ];
  assert.deepEqual(inPages(tried(halve, tools)), expected);
});

test("halve rounds half a size down to the alignment", () => {
  const tools = toolsOf({
    constraints: { ...constraints, bytes: 14 * page, alignBytes: 2 * page },
    stepBytes: 16 * page,
    leastBytes: page,
  });
  assert.deepEqual(inPages(tried(halve, tools)), [
    [16, 14],
    [16, 6],
    [16, 2],
  ]);
});

test("halve tries the wanted size alone where that is the least", () => {
  assert.deepEqual(inPages(tried(halve, toolsOf())), [
    [16, 4],
    [20, 4],
    [24, 4],
    [28, 4],
  ]);
});

test("halve finds a smaller place in a range that the wanted size does not fit", () => {
  const tools = toolsOf({
    constraints: { ...constraints, high: address(19 * page) },
    leastBytes: 2 * page,
  });
  assert.deepEqual(inPages(tried(halve, tools)), [[16, 2]]);
});
