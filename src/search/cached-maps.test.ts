import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Address, address } from "../model.ts";
import { cachedMaps } from "./cached-maps.ts";
import { FakeCalls, type FakeRange, pageBytes } from "./fake-calls.test.data.ts";
import { mapsText } from "./maps-text.ts";
import { ascending, demand, within } from "./naive-fit.test.data.ts";
import type { Searcher } from "./search.ts";

/** Mapped by somebody else for the time of a test; then the caller's own places. */
class Space {
  readonly #others: readonly FakeRange[];
  readonly #own: FakeRange[] = [];

  constructor(others: readonly FakeRange[]) {
    this.#others = others;
  }

  get ranges(): FakeRange[] {
    return [...this.#others, ...this.#own].sort((a, b) => a.start - b.start);
  }

  place(searcher: Searcher, at: Address, bytes: number): void {
    this.#own.push({ start: at, end: at + bytes });
    searcher.learn(at, bytes, "placed");
  }

  /** Releases one of the own places, if there is any. */
  release(searcher: Searcher, choice: number): void {
    const [range] = this.#own.splice(choice % (this.#own.length || 1), 1);
    if (range) searcher.learn(address(range.start), range.end - range.start, "released");
  }
}

const step = fc.record({ demand: demand(), releases: fc.boolean(), choice: fc.nat() });

test("cached-maps finds what a fresh search finds, as long as others change nothing", () => {
  fc.assert(
    fc.property(ascending(), fc.array(step, { maxLength: 20 }), (others, steps) => {
      const space = new Space(others);
      const cached = cachedMaps.open({ calls: new FakeCalls(space), pageBytes });
      const fresh = mapsText.open({ calls: new FakeCalls(space), pageBytes });
      for (const { demand, releases, choice } of steps) {
        if (releases) space.release(cached, choice);
        const { constraints, from } = demand;
        const found = cached.find(constraints, from);
        assert.equal(found, fresh.find(constraints, from));
        if (found !== undefined) space.place(cached, found, constraints.bytes);
      }
    }),
    { seed: 1 },
  );
});

const constraints = within(0x10000, 0x20000, 0x4000);
const { low } = constraints;

test("cached-maps reads once as long as it finds places", () => {
  const calls = new FakeCalls({ ranges: [] });
  const searcher = cachedMaps.open({ calls, pageBytes });
  for (const at of [0x10000, 0x14000, 0x18000, 0x1c000]) {
    assert.equal(searcher.find(constraints, low), at);
    searcher.learn(address(at), constraints.bytes, "placed");
  }
  searcher.learn(address(0x14000), constraints.bytes, "released");
  assert.equal(searcher.find(constraints, low), 0x14000);
  assert.equal(calls.count("openat"), 1);
});

test("cached-maps does not see what others take, until a place is lost", () => {
  const space: { ranges: FakeRange[] } = { ranges: [] };
  const calls = new FakeCalls(space);
  const searcher = cachedMaps.open({ calls, pageBytes });
  searcher.find(constraints, low);
  space.ranges = [{ start: 0x10000, end: 0x11000 }];
  assert.equal(searcher.find(constraints, low), 0x10000);
  searcher.learn(low, constraints.bytes, "lost");
  assert.equal(searcher.find(constraints, low), 0x11000);
  assert.equal(calls.count("openat"), 2);
});

test("cached-maps reads again, once, before it answers that there is no place", () => {
  const space: { ranges: FakeRange[] } = { ranges: [{ start: 0, end: 0x20000 }] };
  const calls = new FakeCalls(space);
  const searcher = cachedMaps.open({ calls, pageBytes });
  assert.equal(searcher.find(constraints, low), undefined);
  assert.equal(calls.count("openat"), 1);
  assert.equal(searcher.find(constraints, low), undefined);
  assert.equal(calls.count("openat"), 2);
  space.ranges = [];
  assert.equal(searcher.find(constraints, low), low);
  assert.equal(calls.count("openat"), 3);
});

test("cached-maps takes news before its first search, and after a loss", () => {
  const searcher = cachedMaps.open({ calls: new FakeCalls({ ranges: [] }), pageBytes });
  for (const fate of ["placed", "released", "lost", "placed", "released"] as const) {
    searcher.learn(low, constraints.bytes, fate);
    assert.equal(searcher.find(constraints, low), low, "what it maps itself stands in the file");
    searcher.learn(low, constraints.bytes, "lost");
  }
});
