import assert from "node:assert/strict";
import { test } from "node:test";
import { address } from "../model.ts";
import { PROT_READ } from "./constants.ts";
import { pageBytes } from "./fake-kernel.test.data.ts";
import { anonymous, freeRange } from "./free-range.test.data.ts";
import { kernel } from "./libc.ts";
import { readMaps } from "./maps.ts";
import { canQueryMappings, queryMapping } from "./procmap-query.ts";

test("queryMapping() finds what covers an address, or else the next mapping above", (t) => {
  if (!canQueryMappings()) return t.skip("this kernel has no PROCMAP_QUERY");
  const at = freeRange(4 * pageBytes);
  const middle = address(at + pageBytes);
  kernel.mmap(middle, 2 * pageBytes, PROT_READ, anonymous);
  const expected = { start: middle, end: address(at + 3 * pageBytes) };
  assert.deepEqual(queryMapping(at), expected);
  assert.deepEqual(queryMapping(middle), expected);
  assert.deepEqual(queryMapping(address(middle + pageBytes)), expected);
  assert.notDeepEqual(queryMapping(expected.end), expected);
  kernel.munmap(middle, 2 * pageBytes);
  assert.notDeepEqual(queryMapping(at), expected);
});

test("queryMapping() is undefined above the highest mapping", (t) => {
  if (!canQueryMappings()) return t.skip("this kernel has no PROCMAP_QUERY");
  const user = readMaps().filter(({ end }) => end < 2 ** 52);
  assert.equal(queryMapping(user.at(-1)?.end ?? address(0)), undefined);
});
