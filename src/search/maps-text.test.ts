import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { address } from "../model.ts";
import { ENOENT } from "../sys/constants.ts";
import { FakeCalls, type FakeRange, pageBytes } from "./fake-calls.test.data.ts";
import { mapsText } from "./maps-text.ts";
import { ascending, demand, naiveFit, within } from "./naive-fit.test.data.ts";

const size = fc.integer({ min: 1, max: 130 });

test("maps-text finds what trying every place finds, however the text is cut", () => {
  fc.assert(
    fc.property(ascending(), demand(), fc.infiniteStream(size), (ranges, wanted, sizes) => {
      const calls = new FakeCalls({ ranges, mostBytes: () => sizes.next().value as number });
      const searcher = mapsText.open({ calls, pageBytes });
      const { constraints, from } = wanted;
      for (const begin of [from, constraints.low]) {
        assert.equal(searcher.find(constraints, begin), naiveFit(ranges, constraints, begin));
      }
      searcher.close();
      assert.equal(calls.open.size, 0);
      assert.equal(calls.count("openat"), 2);
    }),
    { seed: 1 },
  );
});

/**
 * What a kernel prints that looks up the next mapping above the last one's end, while mappings grow
 * and merge: the ends ascend, but a line may begin anywhere below the line before, or repeat it.
 */
const torn: fc.Arbitrary<FakeRange[]> = fc
  .array(
    fc.record({
      gap: fc.nat({ max: 3 }),
      pages: fc.integer({ min: 1, max: 4 }),
      back: fc.oneof({ arbitrary: fc.constant(0), weight: 2 }, fc.nat({ max: 12 })),
      times: fc.integer({ min: 1, max: 2 }),
    }),
    { maxLength: 10 },
  )
  .map((steps) => {
    let at = 0;
    return steps.flatMap(({ gap, pages, back, times }) => {
      const start = Math.max(0, at + (gap - back) * pageBytes);
      at += (gap + pages) * pageBytes;
      return Array.from({ length: times }, () => ({ start, end: at }));
    });
  });

test("maps-text finds a place that was free when the lines around it were printed", () => {
  fc.assert(
    fc.property(torn, demand(), (ranges, { constraints, from }) => {
      const searcher = mapsText.open({ calls: new FakeCalls({ ranges }), pageBytes });
      const found = searcher.find(constraints, from);
      const foundEnd = found === undefined ? Infinity : found + constraints.bytes;
      const behind = ranges.findIndex(({ start }) => start >= foundEnd);
      const printed = behind === -1 ? ranges : ranges.slice(0, behind);
      assert.equal(found, naiveFit(printed, constraints, from));
    }),
    { seed: 1 },
  );
});

test("maps-text sees what changed since the last search", () => {
  const space = { ranges: [] as FakeRange[] };
  const searcher = mapsText.open({ calls: new FakeCalls(space), pageBytes });
  const constraints = within(0x10000, 0x20000, pageBytes);
  assert.equal(searcher.find(constraints, constraints.low), 0x10000);
  space.ranges = [{ start: 0x10000, end: 0x13000 }];
  assert.equal(searcher.find(constraints, constraints.low), 0x13000);
});

test("maps-text throws where the kernel does not answer", () => {
  const calls = new FakeCalls({ ranges: [], fails: { openat: ENOENT } });
  const searcher = mapsText.open({ calls, pageBytes });
  assert.throws(() => searcher.find(within(0, 2 ** 30, pageBytes), address(0)), /openat: ENOENT/);
});
