import assert from "node:assert/strict";
import { test } from "node:test";
import { address } from "../model.ts";
import type { Profile } from "../profiles/profile.ts";
import { ENOMEM, MAP_FIXED, PROT_NONE, PROT_READ, PROT_WRITE } from "../sys/constants.ts";
import { carvedBytes, openCarver, openCarving } from "./carving.ts";
import { countsSeen, type FakeActor, fakeActor, low } from "./fake-actor.test.data.ts";
import type { CarveWay } from "./way.ts";

const writable = PROT_READ | PROT_WRITE;
const MADV_DONTNEED = 4;
const MADV_FREE = 8;
const bytes = 4 * carvedBytes;
const constraints = { low, high: address(low + 2 * bytes), bytes, alignBytes: carvedBytes };

function way(commit: CarveWay["commit"], free: CarveWay["free"], touch = false): CarveWay {
  return { kind: "carve", id: "carves", commit, free, touch };
}

/** The calls that carve, without flags, descriptors and offsets: name, offset, size, argument. */
function carvings({ calls }: FakeActor, from: number): (string | number)[][] {
  return calls.log
    .filter(([name, at]) => Number(at) >= low && name !== "read")
    .slice(from)
    .map(([name, at = 0, size = 0, ...rest]) => [name, at - low, size, ...rest.slice(0, 1)]);
}

const commits: Readonly<Record<CarveWay["commit"], string>> = {
  "map-fixed": "mmap",
  mprotect: "mprotect",
};
const frees: Readonly<Record<CarveWay["free"], readonly (string | number)[]>> = {
  "map-fixed-none": ["mmap", PROT_NONE],
  dontneed: ["madvise", MADV_DONTNEED],
  "madv-free": ["madvise", MADV_FREE],
  munmap: ["munmap"],
};

for (const commit of ["map-fixed", "mprotect"] as const) {
  for (const free of ["map-fixed-none", "dontneed", "madv-free"] as const) {
    test(`${commit} and ${free}: every turn commits a piece and leaves it without access`, () => {
      const fake = fakeActor({ profile: { constraints } });
      const actor = openCarving(fake.tools, way(commit, free));
      for (let turn = 0; turn < 5; turn++) actor.step();
      const [name = "", argument] = frees[free];
      const isAdvised = name === "madvise";
      const expected = [0, 1, 2, 3, 0].flatMap((piece) => {
        const at = piece * carvedBytes;
        return [
          [commits[commit], at, carvedBytes, writable],
          [name, at, carvedBytes, ...(argument === undefined ? [] : [argument])],
          ...(isAdvised ? [["mprotect", at, carvedBytes, PROT_NONE]] : []),
        ];
      });
      assert.deepEqual(carvings(fake, 1), expected);
      const { commits: committed, frees: freed, reservations, placed } = fake.report().counts;
      assert.deepEqual([committed, freed, reservations, placed], [5, 5, 5, 1]);
      actor.drain();
      assert.deepEqual(fake.kernel.mappings, []);
      assert.equal(fake.report().counts.releases, 1);
    });
  }
}

test("a piece that was unmapped is committed again with MAP_FIXED", () => {
  const fake = fakeActor({ profile: { constraints } });
  const actor = openCarving(fake.tools, way("map-fixed", "munmap"));
  for (let turn = 0; turn < 4; turn++) actor.step();
  assert.deepEqual(fake.kernel.mappings, [], "nothing of the reservation is left");
  actor.step();
  assert.equal(fake.report().refusedCarvings, 0);
  const mapped = fake.calls.log.filter(([name]) => name === "mmap").slice(1);
  assert.ok(mapped.every((call) => ((call[4] as number) & MAP_FIXED) !== 0));
  actor.drain();
  assert.deepEqual(fake.kernel.mappings, []);
});

test("openCarving() tries again for a reservation that it lost, and then in every turn", () => {
  const fake = fakeActor({ profile: { constraints, tries: 2 } });
  const actor = openCarving(fake.tools, way("map-fixed", "map-fixed-none"));
  fake.calls.before = (name) => name === "mmap" && fake.kernel.take(low, 2 * bytes);
  actor.step();
  const given = { reservations: 1, givenUp: 1, attempts: 1, misplaced: 1, cleanups: 1 };
  assert.deepEqual(countsSeen(fake.report()), { ...given, wastedBytes: bytes });
  fake.calls.before = () => {};
  fake.kernel.letGo(low, 2 * bytes);
  actor.step();
  assert.deepEqual([fake.report().counts.commits, fake.report().counts.givenUp], [1, 1]);
  actor.drain();
  actor.close();
  assert.equal(fake.calls.count("openat"), fake.calls.count("close"));
});

test("pages are not touched where the kernel refused to commit them", () => {
  const fake = fakeActor({ profile: { constraints } });
  const actor = openCarving(fake.tools, way("mprotect", "dontneed", true));
  fake.calls.refuses = (name) => (name === "mprotect" ? ENOMEM : undefined);
  // There is no memory at these addresses: a touch would end the process.
  actor.step();
  assert.deepEqual([fake.report().counts.commits, fake.report().counts.frees], [1, 1]);
  assert.equal(fake.report().refusedCarvings, 2, "the untimed call that takes access away, too");
  assert.equal(fake.report().failedUnmaps, 0, "and none of it is a leak");
});

test("openCarver() commits all pieces one behind the other, then frees each", () => {
  const pieces = [65_536, 16_384, 131_072];
  const carving: Profile["carving"] = { way: way("mprotect", "dontneed"), pieces };
  const fake = fakeActor({ profile: { constraints, carving } });
  const { held } = fake.tools.grip.attempt({ at: low, bytes }, 0);
  assert.ok(held);
  openCarver(fake.tools).carve(held);
  const places = [
    [0, 65_536],
    [65_536, 16_384],
    [81_920, 131_072],
  ] as const;
  assert.deepEqual(carvings(fake, 1), [
    ...places.map(([at, size]) => ["mprotect", at, size, writable]),
    ...places.map(([at, size]) => ["madvise", at, size, MADV_DONTNEED]),
  ]);
});

test("openCarver() makes no call where a profile carves nothing", () => {
  const fake = fakeActor();
  openCarver(fake.tools).carve({ at: low, bytes });
  assert.deepEqual(fake.calls.log, []);
});
