import assert from "node:assert/strict";
import { test } from "node:test";
import { address } from "../model.ts";
import { bothEnds } from "./both-ends.ts";
import { page, pagesOf, toolsOf, tried } from "./tried.test.data.ts";

const { constraints } = toolsOf();

test("both-ends goes inwards from both ends", () => {
  assert.deepEqual(pagesOf(tried(bothEnds, toolsOf())), [16, 28, 20, 24]);
});

test("both-ends tries a middle place once", () => {
  const odd = { ...constraints, high: address(36 * page) };
  assert.deepEqual(pagesOf(tried(bothEnds, toolsOf({ constraints: odd }))), [16, 32, 20, 28, 24]);
  const one = { ...constraints, high: address(20 * page) };
  assert.deepEqual(pagesOf(tried(bothEnds, toolsOf({ constraints: one }))), [16]);
});

test("both-ends begins where the caller does, and aligns both ends", () => {
  const from = address(18 * page + 1);
  assert.deepEqual(pagesOf(tried(bothEnds, toolsOf({ from }))), [19, 28, 23, 24]);
  const aligned = { ...constraints, high: address(31 * page), alignBytes: 4 * page };
  assert.deepEqual(pagesOf(tried(bothEnds, toolsOf({ constraints: aligned }))), [16, 24, 20]);
});

test("both-ends tries nothing in a range that is too small", () => {
  const small = { ...constraints, high: address(19 * page) };
  assert.deepEqual(tried(bothEnds, toolsOf({ constraints: small })), []);
});
