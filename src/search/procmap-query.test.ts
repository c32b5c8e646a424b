import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { address } from "../model.ts";
import { EINVAL } from "../sys/constants.ts";
import { FakeCalls, type FakeRange, pageBytes } from "./fake-calls.test.data.ts";
import { mapsText } from "./maps-text.ts";
import { ascending, demand, naiveFit, within } from "./naive-fit.test.data.ts";
import { procmapQuery } from "./procmap-query.ts";

test("procmap-query finds what trying every place finds", () => {
  fc.assert(
    fc.property(ascending(), demand(), (ranges, { constraints, from }) => {
      const searcher = procmapQuery.open({ calls: new FakeCalls({ ranges }), pageBytes });
      assert.equal(searcher.find(constraints, from), naiveFit(ranges, constraints, from));
    }),
    { seed: 1 },
  );
});

test("procmap-query passes addresses whose halves fill their words", () => {
  const taken = { start: 0x7fff_ffff_f000, end: 0x8000_ffff_f000 };
  const calls = new FakeCalls({ ranges: [taken] });
  const searcher = procmapQuery.open({ calls, pageBytes });
  const constraints = within(taken.start, 2 ** 52, pageBytes);
  assert.equal(searcher.find(constraints, constraints.low), taken.end);
});

/** Every second page of the first `count` pairs above `start`. */
function comb(start: number, count: number): FakeRange[] {
  return Array.from({ length: count }, (_, index) => {
    const at = start + 2 * index * pageBytes;
    return { start: at, end: at + pageBytes };
  });
}

test("procmap-query asks once a mapping, and never below where it begins", () => {
  const below = comb(0x10000, 1000);
  const within3 = comb(0x20000000, 3);
  const calls = new FakeCalls({ ranges: [...below, ...within3, ...comb(0x40000000, 1000)] });
  const searcher = procmapQuery.open({ calls, pageBytes });
  const constraints = within(0x20000000, 0x40000000, 2 * pageBytes);
  assert.equal(searcher.find(constraints, constraints.low), within3[2]?.end);
  assert.equal(calls.count("ioctl"), 4);
  assert.equal(searcher.find(within(0, 2 ** 40, pageBytes), address(0x20000000)), 0x20001000);
  assert.equal(calls.count("ioctl"), 6);
});

test("procmap-query leaves a stack its guard gap, wherever it grew to", () => {
  const end = 0x7ffc00000000;
  const space: { ranges: FakeRange[] } = {
    ranges: [{ start: end - 0x21000, end, name: "[stack]" }],
  };
  const calls = new FakeCalls(space);
  const queried = procmapQuery.open({ calls, pageBytes });
  const read = mapsText.open({ calls, pageBytes });
  for (const stackBytes of [0x21000, 0x42000]) {
    space.ranges = [{ start: end - stackBytes, end, name: "[stack]" }];
    const guard = end - stackBytes - 256 * pageBytes;
    for (const [low, place] of [
      [guard - pageBytes, guard - pageBytes],
      [guard, end],
      [end - stackBytes - pageBytes, end],
    ] as const) {
      const constraints = within(low, 2 ** 47, pageBytes);
      assert.equal(queried.find(constraints, constraints.low), place);
      assert.equal(read.find(constraints, constraints.low), place);
    }
  }
});

test("procmap-query opens the file once for all searches, and closes it", () => {
  const calls = new FakeCalls({ ranges: comb(0x10000, 4) });
  const searcher = procmapQuery.open({ calls, pageBytes });
  const opened = calls.count("openat");
  assert.equal(calls.open.size, 1);
  const constraints = within(0x10000, 0x20000, pageBytes);
  for (let round = 0; round < 3; round++) searcher.find(constraints, constraints.low);
  assert.equal(calls.count("openat"), opened);
  searcher.close();
  assert.equal(calls.open.size, 0);
});

test("procmap-query throws where the kernel does not answer", () => {
  const calls = new FakeCalls({ ranges: [], fails: { ioctl: EINVAL } });
  const searcher = procmapQuery.open({ calls, pageBytes });
  assert.throws(() => searcher.find(within(0, 2 ** 30, pageBytes), address(0)), {
    message: "Cannot query a mapping: EINVAL",
  });
});
