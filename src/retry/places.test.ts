import assert from "node:assert/strict";
import { test } from "node:test";
import { address } from "../model.ts";
import { alignDown, highestPlace, lowestPlace } from "./places.ts";

const constraints = {
  low: address(0x1800),
  high: address(0x9800),
  bytes: 0x2000,
  alignBytes: 0x1000,
};

test("lowestPlace() is above the low end and above where to begin", () => {
  const table = [
    [0, 0x2000],
    [0x2000, 0x2000],
    [0x2001, 0x3000],
    [0xa000, 0xa000],
  ] as const;
  for (const [from, place] of table) assert.equal(lowestPlace(constraints, from), place);
});

test("highestPlace() leaves room for the size", () => {
  assert.equal(highestPlace(constraints), 0x7000);
  assert.equal(highestPlace({ ...constraints, high: address(0x9000) }), 0x7000);
  assert.equal(highestPlace({ ...constraints, high: address(0x8fff) }), 0x6000);
});

test("alignDown() is exact up to the end of user space", () => {
  assert.equal(alignDown(2 ** 47 - 1, 2 ** 30), 2 ** 47 - 2 ** 30);
  assert.equal(alignDown(2 ** 52 + 4095, 4096), 2 ** 52);
  assert.equal(alignDown(4095, 4096), 0);
});
