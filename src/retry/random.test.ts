import assert from "node:assert/strict";
import { test } from "node:test";
import { address } from "../model.ts";
import { random } from "./random.ts";
import { page, pagesOf, toolsOf, tried } from "./tried.test.data.ts";

/** Fractions in turn, over and over. */
function inTurn(...fractions: number[]): () => number {
  let turn = 0;
  return () => fractions[turn++ % fractions.length] as number;
}

test("random turns equal shares of the fractions into all places of the range", () => {
  const shares = Array.from({ length: 13 }, (_, index) => index / 13);
  const tools = toolsOf({ random: inTurn(...shares, 1 - 2 ** -53) });
  const places = pagesOf(tried(random, tools, { most: 14 }));
  assert.deepEqual(places, [16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 28]);
});

test("random keeps the alignment, with bounds that do not", () => {
  const { constraints } = toolsOf();
  const tools = toolsOf({
    random: inTurn(0, 0.5, 0.99),
    constraints: { ...constraints, low: address(15 * page), alignBytes: 8 * page },
  });
  assert.deepEqual(pagesOf(tried(random, tools, { most: 3 })), [16, 24, 24]);
});

test("random goes on until it has a place", () => {
  const tools = toolsOf({ random: inTurn(0, 0.5) });
  assert.equal(tried(random, tools, { most: 5000 }).length, 5000);
  const wins = ({ at }: { at: number }) => at === 22 * page;
  assert.deepEqual(pagesOf(tried(random, tools, { wins })), [16, 22]);
});

test("random tries the one place of a range that has no other, and none of one too small", () => {
  const { constraints } = toolsOf();
  const exact = { ...constraints, high: address(20 * page) };
  const tools = toolsOf({ constraints: exact, random: inTurn(0, 0.9) });
  assert.deepEqual(pagesOf(tried(random, tools, { most: 2 })), [16, 16]);
  const small = { ...constraints, high: address(20 * page - 1) };
  assert.deepEqual(tried(random, toolsOf({ constraints: small })), []);
});
