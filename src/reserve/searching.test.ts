import assert from "node:assert/strict";
import { test } from "node:test";
import { pathClasses } from "../model.ts";
import { strategies } from "../strategies/index.ts";
import { EINVAL, MAP_FIXED_NOREPLACE } from "../sys/constants.ts";
import type { PathActor } from "./actor-tools.ts";
import {
  bytes,
  callTicks,
  countsSeen,
  type FakeActor,
  type FakeActorOptions,
  fakeActor,
  low,
  placeAt,
  profile,
  wayOf,
} from "./fake-actor.test.data.ts";
import { PathMemory } from "./path-memory.ts";
import { openSearching } from "./searching.ts";
import type { SearchingWay } from "./way.ts";

const hint = { strategy: "hint-munmap" } as const;

function open(
  way: Partial<SearchingWay> = {},
  options: FakeActorOptions = {},
): FakeActor & { actor: PathActor } {
  const fake = fakeActor(options);
  return { ...fake, actor: openSearching(fake.tools, wayOf(way)) };
}

/** Somebody takes the places of these indices, each just before an mmap. */
function takeBeforeMmap({ calls, kernel }: FakeActor, indices: readonly number[]): void {
  const left = [...indices];
  calls.before = (name) => {
    const index = name === "mmap" ? left.shift() : undefined;
    if (index !== undefined) kernel.take(placeAt(index), bytes);
  };
}

function startsOf({ kernel }: FakeActor): number[] {
  return kernel.mappings.map(({ start }) => (start - low) / bytes);
}

/** Ticks of the only call of a class. */
function ticksOf({ report }: FakeActor, name: (typeof pathClasses)[number]): number {
  const { ticks, counts } = report().latencies[pathClasses.indexOf(name)] ?? {};
  assert.deepEqual([...(counts ?? [])], [1], name);
  return ticks?.[0] as number;
}

const gone = { rejected: 1, attempts: 2, placed: 1, searches: 2, fresh: 2, stale: 1 };
const had = { reservations: 1, reservedBytes: bytes };
const cleaned = { misplaced: 1, cleanups: 1, wastedBytes: bytes };

test("a reservation is the lowest place that the search finds", () => {
  const fake = open();
  fake.kernel.take(placeAt(0), bytes);
  fake.actor.step();
  assert.deepEqual(startsOf(fake), [0, 1]);
  const counts = { ...had, searches: 1, fresh: 1, attempts: 1, placed: 1 };
  assert.deepEqual(countsSeen(fake.report()), counts);
});

test("who loses a place that was just found searches again above it, and is stale once", () => {
  const fake = open();
  takeBeforeMmap(fake, [0]);
  fake.actor.step();
  assert.deepEqual(startsOf(fake), [0, 1]);
  assert.deepEqual(countsSeen(fake.report()), { ...had, ...gone });
});

test("on a kernel that ignores the flag a lost place is cleaned up", () => {
  for (const strategy of ["fixed-noreplace", "noreplace-or-hint", "hint-munmap"]) {
    const fake = open({ strategy }, { kernel: { flag: "ignored" } });
    takeBeforeMmap(fake, [0]);
    fake.actor.step();
    assert.deepEqual(startsOf(fake), [0, 1]);
    const { rejected, ...others } = gone;
    assert.deepEqual(countsSeen(fake.report()), { ...had, ...others, ...cleaned });
  }
});

test("where the kernel rejects the flag only those that fall back get a place", () => {
  const flagUse = { isUnusable: true, pretendOldKernel: false };
  const kernel = { flag: "rejected", rejectsWith: EINVAL } as const;
  const strict = open({}, { kernel, flagUse });
  strict.actor.step();
  assert.deepEqual([...strict.report().errnos], [[EINVAL, 1]], "there is nothing to retry");
  assert.deepEqual(
    [strict.report().counts.failed, strict.report().counts.givenUp, startsOf(strict)],
    [1, 1, []],
  );
  const portable = open({ strategy: "noreplace-or-hint" }, { kernel, flagUse });
  portable.actor.step();
  assert.deepEqual(startsOf(portable), [0]);
});

test("a pretended old kernel is never shown the flag", () => {
  const flagUse = { isUnusable: false, pretendOldKernel: true };
  for (const { id } of strategies.filter(({ clobbers, addressed }) => addressed && !clobbers)) {
    const fake = open({ strategy: id }, { flagUse });
    takeBeforeMmap(fake, [0]);
    fake.actor.step();
    const flags = fake.calls.log.filter(([name]) => name === "mmap").map((call) => call[4] ?? 0);
    assert.ok(flags.every((flag) => (flag & MAP_FIXED_NOREPLACE) === 0));
    assert.equal(fake.report().counts.cleanups, 1);
  }
});

test("a reservation is given up after so many attempts, and holds nothing", () => {
  const fake = open(hint);
  takeBeforeMmap(fake, [0, 1, 2, 3, 4]);
  fake.actor.step();
  const { attempts, cleanups, givenUp, placed, stale } = fake.report().counts;
  assert.deepEqual([attempts, cleanups, givenUp, placed, stale], [3, 3, 1, 0, 3]);
  fake.actor.drain();
  assert.equal(fake.report().counts.releases, 0);
});

test("a limit ends a reservation at its first attempt, and says nothing of the place", () => {
  const fake = open({ search: "cached-maps" }, { kernel: { mmapsLeft: 1 } });
  for (let step = 0; step < 3; step++) fake.actor.step();
  const { attempts, failed, placed, givenUp } = fake.report().counts;
  assert.deepEqual([attempts, failed, placed, givenUp], [3, 2, 1, 2]);
  assert.equal(fake.calls.count("openat"), 1, "the maps are not read again");
});

test("a full range is given up without an attempt, and takes the time of its search", () => {
  const fake = open();
  fake.kernel.take(low, 8 * bytes);
  fake.actor.step();
  assert.deepEqual(countsSeen(fake.report()), { reservations: 1, givenUp: 1, searches: 1 });
  const searched = callTicks * fake.calls.log.length;
  assert.equal(ticksOf(fake, "search-kernel"), searched);
  assert.equal(ticksOf(fake, "reservation"), searched);
});

test("who does not search asks for the lowest place, steps on, and is never fresh", () => {
  const fake = open({ ...hint, search: "none", retry: "next-step" });
  fake.kernel.take(placeAt(0), bytes);
  fake.actor.step();
  assert.deepEqual(startsOf(fake), [0, 1]);
  assert.deepEqual(countsSeen(fake.report()), { ...had, ...cleaned, attempts: 2, placed: 1 });
});

test("what lands in the range is kept where the way accepts it, and given back", () => {
  const kernel = { flag: "relocating" } as const;
  const fake = open({ search: "none", acceptsInRange: true }, { kernel });
  const constraints = { ...profile.constraints, high: (2 ** 46) as never };
  const wide = open({ search: "none", acceptsInRange: true }, { kernel, profile: { constraints } });
  fake.actor.step();
  assert.deepEqual([fake.report().counts.kept, fake.report().counts.cleanups], [0, 3]);
  wide.actor.step();
  const { reservedBytes } = had;
  const kept = { reservations: 1, attempts: 1, misplaced: 1, kept: 1, reservedBytes };
  assert.deepEqual(countsSeen(wide.report()), kept);
  wide.actor.drain();
  assert.deepEqual([wide.report().counts.releases, startsOf(wide)], [1, []]);
});

test("halving keeps every piece around what others have, and gives all of them back", () => {
  const least = { leastBytes: bytes, tries: 31, stepBytes: bytes };
  const whole = { ...profile.constraints, bytes: 8 * bytes };
  const retry = { search: "none", retry: "halve-in-place" };
  const fake = open(retry, { profile: { ...least, constraints: whole } });
  fake.kernel.take(placeAt(3), bytes);
  fake.actor.step();
  assert.deepEqual(startsOf(fake), [0, 2, 3, 4]);
  const { attempts, placed, rejected, reservations, givenUp } = fake.report().counts;
  assert.deepEqual([attempts, placed, rejected], [7, 3, 4]);
  assert.deepEqual([reservations, givenUp], [1, 0]);
  assert.equal(fake.report().counts.reservedBytes, 7 * bytes);
  fake.actor.drain();
  assert.deepEqual([startsOf(fake), fake.report().counts.releases], [[3], 3]);
});

test("so many reservations are held, and the oldest goes first", () => {
  const fake = open({}, { profile: { hold: 2 } });
  for (let step = 0; step < 4; step++) fake.actor.step();
  assert.deepEqual(startsOf(fake), [0, 1, 2], "the fourth is where the first was");
  assert.deepEqual([fake.report().counts.placed, fake.report().counts.releases], [4, 1]);
  fake.actor.step();
  assert.deepEqual(fake.calls.log.findLast(([name]) => name === "munmap")?.[1], placeAt(1));
  fake.actor.drain();
  assert.deepEqual([startsOf(fake), fake.report().counts.releases], [[], 5]);
});

test("who follows itself begins behind its last place, and anew behind the end", () => {
  const way = { search: "none", retry: "next-step" };
  const fake = open(way, { profile: { followsLast: true } });
  const asked = () => fake.calls.log.filter(([name]) => name === "mmap").map((call) => call[1]);
  for (let step = 0; step < 9; step++) fake.actor.step();
  // Behind the eighth place there is none.
  assert.equal(fake.report().counts.givenUp, 0);
  assert.deepEqual(asked(), [...Array.from({ length: 8 }, (_, i) => placeAt(i)), placeAt(0)]);
});

test("the lock is held from before the search to after the last attempt, and no longer", () => {
  const memory = new PathMemory(2);
  const carving = {
    way: { kind: "carve", id: "c", commit: "mprotect", free: "dontneed", touch: false },
    pieces: [65_536],
  } as const;
  const fake = open({ locked: true }, { memory, profile: { carving, hold: 1 } });
  const locked: string[] = [];
  const free: string[] = [];
  fake.calls.before = (name) => (memory.lock[0] === 1 ? locked : free).push(name);
  fake.actor.step();
  fake.kernel.take(low, 8 * bytes);
  fake.actor.step();
  const search = ["openat", "read", "read", "close"];
  assert.deepEqual(locked, ["openat", "read", "close", "mmap", ...search]);
  assert.deepEqual(free, ["mprotect", "madvise"]);
  assert.equal(memory.lock[0], 0, "also where there was no place");
});

test("check-then-fixed replaces what came in between, which its owner and it both notice", () => {
  const memory = new PathMemory(2);
  const victim = open({}, { memory, actor: 1 });
  const fake = open({ strategy: "check-then-fixed" }, { memory, kernel: victim.kernel });
  let isTime = true;
  fake.calls.before = (name) => {
    if (name === "mmap" && isTime) victim.actor.step();
    isTime &&= name !== "mmap";
  };
  fake.actor.step();
  assert.deepEqual([startsOf(fake), fake.report().doubleOwners], [[0], 1]);
  victim.actor.drain();
  assert.equal(victim.report().clobbers, 1);
});

test("a reservation's time ends with the call that won it; carving comes after", () => {
  const carving = {
    way: { kind: "carve", id: "c", commit: "map-fixed", free: "map-fixed-none", touch: false },
    pieces: [65_536, 65_536],
  } as const;
  const fake = open(hint, { profile: { carving } });
  takeBeforeMmap(fake, [0]);
  fake.actor.step();
  const names = fake.calls.log.map(([name]) => name);
  const carved = names.slice(-4);
  assert.deepEqual(carved, ["mmap", "mmap", "mmap", "mmap"]);
  const reserving = callTicks * (names.length - carved.length);
  assert.equal(ticksOf(fake, "reservation"), reserving);
  assert.equal(ticksOf(fake, "reservation-kernel"), reserving);
  assert.equal(ticksOf(fake, "lost"), 2 * callTicks);
});

for (const search of ["maps-text", "cached-maps", "procmap-query"]) {
  test(`${search} closes what it has opened, whether a place was had or not`, () => {
    const fake = open({ search });
    takeBeforeMmap(fake, [0, 5]);
    for (let step = 0; step < 3; step++) fake.actor.step();
    fake.actor.drain();
    fake.actor.close();
    assert.equal(fake.calls.count("openat"), fake.calls.count("close"));
    assert.deepEqual(startsOf(fake), [0, 5]);
  });
}
