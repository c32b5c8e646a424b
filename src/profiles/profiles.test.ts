import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { rangesPerActor } from "../reserve/live-ranges.ts";
import { arenaPieces } from "../reserve/path-memory.ts";
import type { SearchingWay, Way } from "../reserve/way.ts";
import { soundnessOf } from "../reserve/way-facts.ts";
import { retryRules } from "../retry/index.ts";
import { searches } from "../search/index.ts";
import { strategies } from "../strategies/index.ts";
import { profileOf, profiles } from "./index.ts";
import type { Profile } from "./profile.ts";
import { anyPageBytes } from "./sizes.ts";
import { searchingWays } from "./ways.ts";

/** The smallest page of any kernel. */
const pageBytes = 4096;
/** The usual vm.mmap_min_addr, and the end of user space with four levels of page tables. */
const lowestAddress = 65_536;
const userSpaceEnd = 2 ** 47;
const mostWays = 40;
const idsOf = (entries: readonly { readonly id: string }[]) => entries.map(({ id }) => id);
const isSearching = (way: Way): way is SearchingWay => way.kind === "searching";

/** What each program does today, as its source has it: search, strategy, retry; or the way's id. */
const today: Readonly<Record<string, readonly string[]>> = {
  "cuda-startup": ["maps-text", "hint-munmap", "next-gap"],
  "cuda-checkpoint": ["restore-unguarded"],
  "dynamorio-region": ["maps-text", "noreplace-or-hint", "next-gap"],
  "go-arena": ["none", "hint-munmap", "next-step"],
  "luajit-low2g": ["none", "hint-munmap", "next-step"],
  "tcmalloc-tagged": ["none", "noreplace-or-hint", "random"],
  "zgc-heap": ["none", "fixed-noreplace", "next-step"],
  "wine-startup": ["none", "fixed-noreplace", "halve-in-place"],
  carve: ["map-fixed+map-fixed-none"],
};

test("profiles have ids that are their files' names, and only once", () => {
  assert.deepEqual(idsOf(profiles).toSorted(), Object.keys(today).toSorted());
  for (const { id } of profiles) assert.ok(existsSync(`src/profiles/${id}.ts`), id);
});

test("profileOf() finds by id and knows no others", () => {
  for (const profile of profiles) assert.equal(profileOf(profile.id), profile);
  assert.throws(() => profileOf("cuda"), /No profile "cuda"/);
});

test("the whole catalogue stays small enough to be run", () => {
  const ways = profiles.flatMap((profile) => profile.ways);
  assert.ok(ways.length <= mostWays, `${ways.length} ways`);
});

test("searchingWays() names a way after what is not the profile's own", () => {
  const way = searchingWays({ search: "none", retry: "random" });
  const table: [SearchingWay, string][] = [
    [way("hint-munmap"), "hint-munmap"],
    [way("hint-munmap", { acceptsInRange: true }), "hint-munmap"],
    [way("fixed-noreplace", { search: "maps-text" }), "fixed-noreplace+maps-text"],
    [way("fixed-noreplace", { retry: "halve" }), "fixed-noreplace+halve"],
    [way("check-then-fixed", { id: "process-lock", locked: true }), "process-lock"],
  ];
  for (const [{ id }, expected] of table) assert.equal(id, expected);
});

for (const profile of profiles) {
  const { id, constraints, ways } = profile;
  const { low, high, bytes, alignBytes } = constraints;

  test(`${id} says who does it, in which function`, () => {
    assert.match(profile.summary, /^\S.{10,90}$/);
    assert.match(profile.source, /\w\(\)/);
    if (profile.scaled !== undefined) assert.match(profile.scaled, /^\S.{10,}/);
  });

  test(`${id} asks for whole pages in a range that a process has`, () => {
    assert.ok(lowestAddress <= low && low < high && high < userSpaceEnd);
    assert.equal(Math.log2(alignBytes) % 1, 0);
    for (const size of [low, high, alignBytes]) assert.equal(size % anyPageBytes, 0);
    for (const size of [bytes, profile.stepBytes]) assert.equal(size % alignBytes, 0);
    assert.ok(bytes <= high - low);
    assert.ok(profile.leastBytes >= alignBytes && profile.leastBytes <= bytes);
    assert.equal(profile.leastBytes % alignBytes, 0);
  });

  test(`${id} has room for all that is held at once`, () => {
    const held = profile.actors * (profile.hold + 1) + profile.interlopers;
    if (keepsPieces(profile)) assert.match(profile.scaled ?? "", /piece by piece/);
    else assert.ok(held < Math.floor((high - low) / bytes), `${held} held`);
    const pieces = keepsPieces(profile) ? bytes / profile.leastBytes : 1;
    assert.ok((profile.hold + 1) * pieces <= rangesPerActor);
    assert.ok(profile.actors >= 1 && profile.tries >= 1);
  });

  test(`${id} offers ways of known parts, each only once`, () => {
    assert.equal(new Set(idsOf(ways)).size, ways.length);
    const known = [...idsOf(strategies), "check-then-fixed"];
    for (const way of ways.filter(isSearching)) {
      assert.ok(known.includes(way.strategy), way.strategy);
      assert.ok(idsOf(searches).includes(way.search), way.search);
      assert.ok(idsOf(retryRules).includes(way.retry), way.retry);
    }
  });

  test(`${id} begins with what the program does, and offers something sound beside it`, () => {
    const [first, ...others] = ways;
    const parts = isSearching(first) ? [first.search, first.strategy, first.retry] : [first.id];
    assert.deepEqual(parts, today[id]);
    assert.ok(others.some((way) => soundnessOf(way) === "sound"));
    if (!isSearching(first)) return;
    const other = first.strategy === "hint-munmap" ? "fixed-noreplace" : "hint-munmap";
    assert.ok(
      others.some((way) => isSearching(way) && way.id === other),
      other,
    );
    if (first.search === "none") return;
    for (const search of ["procmap-query", "cached-maps"]) {
      assert.ok(
        others.some((way) => isSearching(way) && way.search === search),
        search,
      );
    }
  });

  test(`${id} replaces what others have only where that is the lesson`, () => {
    const unsafe = ways.filter((way) => isSearching(way) && way.strategy === "check-then-fixed");
    if (unsafe.length > 0) {
      assert.ok(["cuda-startup", "dynamorio-region"].includes(id));
      assert.ok(profile.interlopers > 0);
    }
    const locked = ways.filter((way) => isSearching(way) && way.locked);
    for (const way of locked) assert.equal(soundnessOf(way), "sound-if-all");
  });

  test(`${id} has an arena that holds a piece for everybody, if it has one`, () => {
    if (!ways.some((way) => way.kind === "arena")) return;
    const fitting = Math.min(arenaPieces, Math.floor((high - low) / bytes));
    const pieces = 2 ** Math.floor(Math.log2(fitting));
    assert.ok(profile.actors * (profile.hold + 1) <= pieces, `${pieces} pieces`);
  });

  test(`${id} carves whole pages out of what it has, if it carves`, () => {
    const { pieces, way } = profile.carving ?? { pieces: [] };
    for (const size of pieces) assert.equal(size % pageBytes, 0);
    assert.ok(pieces.reduce((sum, size) => sum + size, 0) <= bytes);
    if (way) assert.equal(soundnessOf(way), "sound");
    assert.equal(
      ways[0].kind === "carve",
      ways.every(({ kind }) => kind === "carve"),
    );
    if (ways[0].kind === "carve") assert.equal(way, ways[0]);
  });
}

function keepsPieces({ ways }: Profile): boolean {
  const kept = retryRules.filter((rule) => rule.keepsPieces).map(({ id }) => id);
  return ways.some((way) => isSearching(way) && kept.includes(way.retry));
}
