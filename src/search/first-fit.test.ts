import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { address } from "../model.ts";
import type { FakeRange } from "./fake-calls.test.data.ts";
import { firstFit } from "./first-fit.ts";
import { ascending, demand, listed, naiveFit } from "./naive-fit.test.data.ts";

const page = 4096;
const GiB = 2 ** 30;
const vsyscall = { start: 0xffffffffff600000, end: 0xffffffffff601000 };

type Case = [
  what: string,
  taken: [start: number, end: number][],
  range: [low: number, high: number],
  size: [bytes: number, alignBytes: number],
  from: number,
  place: number | undefined,
];

const table: readonly Case[] = [
  ["an empty space", [], [4, 9], [2, 1], 0, 4],
  ["a size of the whole range", [], [4, 6], [2, 1], 0, 4],
  ["a size over the whole range", [], [4, 6], [3, 1], 0, undefined],
  ["a range that is taken whole", [[4, 6]], [4, 6], [1, 1], 0, undefined],
  ["a range inside a mapping", [[0, 99]], [4, 6], [1, 1], 0, undefined],
  ["a mapping that touches the low end", [[0, 4]], [4, 9], [5, 1], 0, 4],
  ["a mapping that touches the high end", [[9, 12]], [4, 9], [5, 1], 0, 4],
  ["a mapping across the low end", [[0, 5]], [4, 9], [4, 1], 0, 5],
  ["a mapping across the high end", [[8, 12]], [4, 9], [5, 1], 0, undefined],
  [
    "a gap that just fits",
    [
      [4, 5],
      [7, 8],
    ],
    [4, 99],
    [2, 1],
    0,
    5,
  ],
  [
    "a gap one page short",
    [
      [4, 5],
      [7, 8],
    ],
    [4, 99],
    [3, 1],
    0,
    8,
  ],
  [
    "no gap between two",
    [
      [4, 5],
      [5, 8],
    ],
    [4, 99],
    [1, 1],
    0,
    8,
  ],
  ["a gap that just fits below the high end", [[4, 7]], [4, 9], [2, 1], 0, 7],
  [
    "a gap that alignment makes too small",
    [
      [0, 5],
      [9, 10],
    ],
    [0, 99],
    [2, 8],
    0,
    16,
  ],
  [
    "a gap that alignment leaves room in",
    [
      [0, 5],
      [10, 11],
    ],
    [0, 99],
    [2, 8],
    0,
    8,
  ],
  ["alignment of the low end", [], [5, 99], [2, 8], 0, 8],
  ["alignment that leaves the range", [], [5, 9], [2, 8], 0, undefined],
  ["a beginning within a gap", [[0, 4]], [0, 99], [2, 1], 6, 6],
  ["a beginning within a mapping", [[4, 9]], [0, 99], [2, 1], 6, 9],
  ["a beginning above a free gap", [[4, 9]], [0, 99], [2, 1], 8, 9],
  ["a beginning at the high end", [], [0, 9], [1, 1], 9, undefined],
  [
    "overlapping mappings",
    [
      [4, 8],
      [6, 10],
    ],
    [4, 99],
    [2, 1],
    0,
    10,
  ],
  [
    "a mapping within another",
    [
      [4, 12],
      [6, 8],
    ],
    [4, 99],
    [2, 1],
    0,
    12,
  ],
  [
    "a mapping printed twice",
    [
      [4, 8],
      [4, 8],
    ],
    [4, 99],
    [2, 1],
    0,
    8,
  ],
];

for (const [what, taken, [low, high], [bytes, alignBytes], from, place] of table) {
  test(`firstFit() with ${what}`, () => {
    const ranges = taken.map(([start, end]) => ({ start: start * page, end: end * page }));
    const constraints = {
      low: address(low * page),
      high: address(high * page),
      bytes: bytes * page,
      alignBytes: alignBytes * page,
    };
    const expected = place === undefined ? undefined : place * page;
    assert.equal(
      firstFit(listed([...ranges, vsyscall]), constraints, address(from * page)),
      expected,
    );
  });
}

test("firstFit() aligns to 1 GiB and to 1 TiB, up to the end of user space", () => {
  const high = address(2 ** 47);
  const constraints = { low: address(0), high, bytes: GiB, alignBytes: GiB };
  const low = { start: page, end: 2 ** 47 - GiB };
  assert.equal(firstFit(listed([low, vsyscall]), constraints, address(0)), 2 ** 47 - GiB);
  const taken = { start: page, end: 2 ** 47 - GiB + page };
  assert.equal(firstFit(listed([taken, vsyscall]), constraints, address(0)), undefined);
  const tebi = { ...constraints, alignBytes: 2 ** 40 };
  assert.equal(firstFit(listed([vsyscall]), tebi, address(0xc000000001)), 2 ** 40);
});

for (const unit of [page, 2 ** 21, GiB, 2 ** 41]) {
  test(`firstFit() is what trying every place finds, in units of ${unit} bytes`, () => {
    fc.assert(
      fc.property(ascending(unit), demand(unit), (ranges, { constraints, from }) => {
        assert.equal(
          firstFit(listed([...ranges, vsyscall]), constraints, from),
          naiveFit(ranges, constraints, from, unit),
        );
      }),
      { seed: 1 },
    );
  });
}

/** Ascending by start, with overlaps and repetitions. */
const overlapping = fc
  .array(fc.tuple(fc.nat({ max: 40 }), fc.integer({ min: 1, max: 6 })), { maxLength: 10 })
  .map((ranges) =>
    ranges
      .map(([start, length]): FakeRange => ({ start: start * page, end: (start + length) * page }))
      .sort((a, b) => a.start - b.start),
  );

test("firstFit() is what trying every place finds between ranges that overlap", () => {
  fc.assert(
    fc.property(overlapping, demand(), (ranges, { constraints, from }) => {
      assert.equal(
        firstFit(listed(ranges), constraints, from),
        naiveFit(ranges, constraints, from),
      );
    }),
    { seed: 1 },
  );
});

test("firstFit() leaves to the race what reaches back below a range that fitted", () => {
  const ranges = [
    { start: 4 * page, end: 5 * page },
    { start: 8 * page, end: 9 * page },
    { start: 5 * page, end: 12 * page },
  ];
  const constraints = { low: address(0), high: address(2 ** 47), alignBytes: page };
  const from = address(4 * page);
  assert.equal(firstFit(listed(ranges), { ...constraints, bytes: 3 * page }, from), 5 * page);
  assert.equal(firstFit(listed(ranges), { ...constraints, bytes: 4 * page }, from), 12 * page);
});
