import assert from "node:assert/strict";
import { test } from "node:test";
import { address } from "../model.ts";
import { nextStep } from "./next-step.ts";
import { page, pagesOf, toolsOf, tried } from "./tried.test.data.ts";

test("next-step goes up in steps to the end of the range", () => {
  assert.deepEqual(pagesOf(tried(nextStep, toolsOf())), [16, 20, 24, 28]);
  const wide = toolsOf({ stepBytes: 5 * page });
  assert.deepEqual(pagesOf(tried(nextStep, wide)), [16, 21, 26]);
});

test("next-step searches once, from where the caller begins", () => {
  const asked: number[] = [];
  const tools = toolsOf({
    from: address(18 * page),
    find: (from) => {
      asked.push(from / page);
      return address(21 * page);
    },
  });
  assert.deepEqual(pagesOf(tried(nextStep, tools)), [21, 25]);
  assert.deepEqual(asked, [18]);
});

test("next-step tries nothing where the search finds nothing", () => {
  assert.deepEqual(tried(nextStep, toolsOf({ find: () => undefined })), []);
});
