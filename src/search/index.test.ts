import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { address } from "../model.ts";
import { LibcTimedCalls } from "../probe/timed-calls-libc.ts";
import { PROT_NONE } from "../sys/constants.ts";
import { anonymous, freeRange } from "../sys/free-range.test.data.ts";
import { kernel, pageBytes } from "../sys/libc.ts";
import { mappingsIn, readMaps } from "../sys/maps.ts";
import { searches, searchOf } from "./index.ts";
import { naiveFit, within } from "./naive-fit.test.data.ts";

const page = pageBytes();
const looking = searches.filter(({ id }) => id !== "none");

test("searchOf() knows every search by the name of its file", () => {
  assert.equal(new Set(searches.map(({ id }) => id)).size, searches.length);
  for (const search of searches) {
    assert.equal(searchOf(search.id), search);
    assert.ok(existsSync(new URL(`${search.id}.js`, import.meta.url)), search.id);
  }
  assert.throws(() => searchOf("nothing"), { message: 'No search "nothing"' });
});

test("none finds the lowest place, taken or not", () => {
  const searcher = searchOf("none").open({ calls: new LibcTimedCalls(), pageBytes: page });
  const constraints = { ...within(0x10001, 2 ** 30, page), alignBytes: 2 ** 21 };
  assert.equal(searcher.find(constraints, address(0)), 2 ** 21);
  assert.equal(searcher.find(constraints, address(2 ** 21 + 1)), 2 ** 22);
  assert.equal(searcher.find(constraints, address(2 ** 30 - page)), undefined);
});

for (const search of looking) {
  test(`${search.id} finds on this kernel what its maps leave free`, (t) => {
    const reason = search.unavailable?.();
    if (reason) return t.skip(reason);
    const bytes = 64 * page;
    const start = freeRange(bytes);
    // Pages in runs of one to three, with gaps of one to six.
    const taken = [0, 2, 3, 7, 11, 12, 13, 20, 21, 27, 30];
    for (const index of taken) kernel.mmap(start + index * page, page, PROT_NONE, anonymous);
    const mapped = mappingsIn(readMaps(), start, start + bytes);
    const searcher = search.open({ calls: new LibcTimedCalls(), pageBytes: page });
    for (const size of [1, 2, 3, 4, 6, 7, 33, 34]) {
      for (const alignment of [1, 2, 8]) {
        for (const first of [0, 1, 9, 31, 64]) {
          const constraints = {
            ...within(start, start + bytes, size * page),
            alignBytes: alignment * page,
          };
          const from = address(start + first * page);
          const expected = naiveFit(
            mapped.map((m) => ({ start: m.start - start, end: m.end - start })),
            { ...constraints, low: address(0), high: address(bytes) },
            first * page,
            page,
          );
          const found = searcher.find(constraints, from);
          assert.equal(found, expected === undefined ? undefined : start + expected);
        }
      }
    }
    searcher.close();
    kernel.munmap(start, bytes);
  });

  test(`${search.id} keeps out of the guard gap of this process's stack`, (t) => {
    const reason = search.unavailable?.();
    if (reason) return t.skip(reason);
    const stack = readMaps().find(({ name }) => name === "[stack]");
    const low = address((stack?.start ?? 0) - 300 * page);
    if (!stack || mappingsIn(readMaps(), low, stack.start).length > 0) {
      return t.skip("something is mapped close to the stack");
    }
    const searcher = search.open({ calls: new LibcTimedCalls(), pageBytes: page });
    assert.equal(searcher.find(within(low, stack.start, 44 * page), low), low);
    assert.equal(searcher.find(within(low, stack.start, 45 * page), low), undefined);
    searcher.close();
  });
}
