import assert from "node:assert/strict";
import { test } from "node:test";
import { address } from "../model.ts";
import { nextGap } from "./next-gap.ts";
import { page, pagesOf, toolsOf, tried } from "./tried.test.data.ts";

/** A search that knows of gaps at these pages, each for one place. */
function gapsAt(...pages: number[]) {
  return (from: number) => {
    const found = pages.find((number) => number * page >= from);
    return found === undefined ? undefined : address(found * page);
  };
}

test("next-gap goes from gap to gap, and ends behind the last", () => {
  const tools = toolsOf({ find: gapsAt(16, 21, 22, 28) });
  assert.deepEqual(pagesOf(tried(nextGap, tools)), [16, 21, 22, 28]);
});

test("next-gap searches anew after each loss, one alignment above it", () => {
  const asked: number[] = [];
  const find = gapsAt(16, 24);
  const tools = toolsOf({
    find: (from) => {
      asked.push(from / page);
      return find(from);
    },
    constraints: { ...toolsOf().constraints, alignBytes: 2 * page },
  });
  tried(nextGap, tools);
  assert.deepEqual(asked, [16, 18, 26]);
});

test("next-gap begins once more at the low end where it did not begin there", () => {
  const from = address(22 * page);
  const tools = toolsOf({ from, find: gapsAt(16, 21, 22, 28) });
  assert.deepEqual(pagesOf(tried(nextGap, tools)), [22, 28, 16, 21, 22, 28]);
});

test("next-gap ends with the place that it has, in either round", () => {
  const tools = toolsOf({ from: address(22 * page), find: gapsAt(16, 21, 22, 28) });
  for (const [page_, expected] of [
    [28, [22, 28]],
    [16, [22, 28, 16]],
  ] as const) {
    const wins = ({ at }: { at: number }) => at === page_ * page;
    assert.deepEqual(pagesOf(tried(nextGap, tools, { wins })), expected);
  }
});

test("next-gap tries nothing where there is no gap", () => {
  assert.deepEqual(tried(nextGap, toolsOf({ find: () => undefined })), []);
});
