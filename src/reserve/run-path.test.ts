/** Every kind of way, step by step against a kernel that others use as well: the laws hold. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { address } from "../model.ts";
import { systemCalls } from "../probe/timed-calls.ts";
import type { Profile } from "../profiles/profile.ts";
import type { FlagUse } from "../strategies/strategy.ts";
import { FakeKernel, type FakeOptions, pageBytes } from "../sys/fake-kernel.test.data.ts";
import { carvedBytes } from "./carving.ts";
import { ActorCalls, profile as plain, wayOf } from "./fake-actor.test.data.ts";
import { mergePath } from "./merge-path.ts";
import { PathMemory } from "./path-memory.ts";
import { type PathBlock, runPath, type WayReport } from "./run-path.ts";
import type { CarveWay, Way } from "./way.ts";

const low = 2 ** 32;
const bytes = 2 * carvedBytes;
const places = 6;
const leastBytes = bytes / 4;

function carveWay(commit: CarveWay["commit"], free: CarveWay["free"]): CarveWay {
  return { kind: "carve", id: `${commit}+${free}`, commit, free, touch: false };
}

const searching = ["maps-text", "cached-maps", "procmap-query", "none"].flatMap((search) =>
  ["hint-munmap", "fixed-noreplace", "noreplace-or-hint", "check-then-fixed"].flatMap((strategy) =>
    ["next-gap", "next-step", "random", "both-ends", "halve", "halve-in-place"].map((retry) => {
      const id = `${search} ${strategy} ${retry}`;
      const locked = strategy === "check-then-fixed";
      return wayOf({ id, search, strategy, retry, locked, acceptsInRange: !locked });
    }),
  ),
);

const ways: readonly [Way, ...Way[]] = [
  { kind: "arena", id: "arena" },
  { kind: "trim", id: "trim" },
  { kind: "restore", id: "restore-unguarded", placeholder: false },
  { kind: "restore", id: "restore-placeholder", placeholder: true },
  carveWay("map-fixed", "map-fixed-none"),
  carveWay("map-fixed", "munmap"),
  carveWay("mprotect", "dontneed"),
  carveWay("mprotect", "madv-free"),
  ...searching,
];

const profile: Profile = {
  ...plain,
  constraints: {
    ...{ low: address(low), high: address(low + places * bytes), bytes, alignBytes: leastBytes },
  },
  ...{ stepBytes: leastBytes, leastBytes, tries: 6, hold: 1, followsLast: true, ways },
  carving: { way: carveWay("map-fixed", "munmap"), pieces: [65_536, 16_384] },
};

interface Played {
  readonly reports: Map<string, WayReport>;
  readonly calls: ActorCalls;
  readonly kernel: FakeKernel;
  /** Places that somebody else has in the end. */
  readonly others: ReadonlySet<number>;
}

/** With the ways of these blocks alone: each has tables of its own. */
function profileOf(blocks: readonly PathBlock[]): Profile {
  const [first, ...rest] = ways.filter(({ id }) => blocks.some((block) => block.way === id));
  return { ...profile, ways: [first as Way, ...rest] };
}

/** Plays one step a block. Before each mmap and munmap others do what `moves` says, in turn. */
function play(
  blocks: readonly PathBlock[],
  options: FakeOptions,
  flagUse: FlagUse,
  moves: readonly number[],
): Played {
  const kernel = new FakeKernel(options);
  const calls = new ActorCalls(kernel);
  const others = new Set<number>();
  let turn = 0;
  calls.before = (name) => {
    if (name !== "mmap" && name !== "munmap") return;
    const index = (moves[turn++ % (moves.length || 1)] ?? places) % (2 * places);
    const at = low + index * bytes;
    if (index >= places) return;
    if (others.delete(at)) kernel.letGo(at, bytes);
    else if (kernel.isFree(at, bytes)) {
      kernel.take(at, bytes);
      others.add(at);
    }
  };
  const trial = {
    ...{ profile: profileOf(blocks), actor: 0, actors: 1 },
    ...{ pageBytes, flagUse, blocks },
  };
  let seed = 0;
  const random = () => (seed = (seed + 0.37) % 1);
  const reports = runPath(calls, new PathMemory(1), trial, random);
  return { reports, calls, kernel, others };
}

const kernels: readonly [FakeOptions, FlagUse][] = [
  [{}, { isUnusable: false, pretendOldKernel: false }],
  [{}, { isUnusable: false, pretendOldKernel: true }],
  [{ flag: "ignored" }, { isUnusable: false, pretendOldKernel: false }],
  [{ flag: "rejected" }, { isUnusable: true, pretendOldKernel: false }],
  [{ flag: "buggy" }, { isUnusable: true, pretendOldKernel: false }],
  [{ flag: "relocating" }, { isUnusable: false, pretendOldKernel: false }],
];

const block = fc.record({
  way: fc.constantFrom(...ways).map(({ id }) => id),
  ms: fc.constant(0),
  warmup: fc.boolean(),
});
const blocks = fc.array(block, { minLength: 1, maxLength: 6 });
const moves = fc.array(fc.nat(2 * places - 1), { maxLength: 12 });

/** What others have, and what they have taken back from whoever replaced it. */
function leftOver({ kernel, others }: Played): number[] {
  const isOthers = (start: number, end: number) =>
    others.has(start - ((start - low) % bytes)) && end <= start - ((start - low) % bytes) + bytes;
  return kernel.mappings
    .filter(({ start, end }) => !isOthers(start, end))
    .map(({ start }) => start);
}

test("every way keeps the laws on every kernel, whatever others do, and leaves nothing", () => {
  fc.assert(
    fc.property(blocks, moves, fc.constantFrom(...kernels), (planned, theirs, [kernel, use]) => {
      const played = play(planned, kernel, use, theirs);
      const { arms, violations } = mergePath(profileOf(planned), [played.reports], 1);
      assert.deepEqual(violations, []);
      assert.deepEqual(leftOver(played), []);
      for (const { safety } of arms) assert.deepEqual(Object.values(safety), [0, 0, 0]);
    }),
    { seed: 1, numRuns: 120 },
  );
});

test("every call of an actor is in its report: measured, or other", () => {
  fc.assert(
    fc.property(blocks, moves, (planned, theirs) => {
      const { reports, calls } = play(planned, {}, kernels[0]?.[1] as FlagUse, theirs);
      const parts = [...reports.values()].flatMap((each) => [each.measuredCalls, each.otherCalls]);
      systemCalls.forEach((name, index) => {
        const sum = parts.reduce((total, counts) => total + (counts[index] as number), 0);
        assert.equal(sum, calls.count(name), name);
      });
      const warmedUp = new Set(planned.filter(({ warmup }) => !warmup).map(({ way }) => way));
      for (const [way, { measured, measuredCalls, wallNs }] of reports) {
        if (warmedUp.has(way)) continue;
        assert.ok(Object.values(measured.counts).every((count) => count === 0));
        assert.ok(measuredCalls.every((count) => count === 0));
        assert.equal(wallNs, 0);
      }
    }),
    { seed: 2, numRuns: 30 },
  );
});

test("no way throws or keeps anything when the kernel has no more memory in the middle", () => {
  // Every kind, and every part of those that search.
  const some = ways.filter(({ kind }, index) => kind !== "searching" || index % 7 === 0);
  for (const { id } of some) {
    for (const mmapsLeft of [0, 1, 2, 3, 5, 8]) {
      const planned = Array.from({ length: 3 }, () => ({ way: id, ms: 0, warmup: false }));
      const played = play(planned, { mmapsLeft }, kernels[0]?.[1] as FlagUse, []);
      assert.deepEqual(played.kernel.mappings, [], `${id}, ${mmapsLeft}`);
      const { violations } = mergePath(profileOf(planned), [played.reports], 1);
      for (const sentence of violations) assert.match(sentence, /frees that the kernel refused/);
    }
  }
});

test("an interloper asks once a turn for a random place, whatever the actors' way is", () => {
  const kernel = new FakeKernel();
  const calls = new ActorCalls(kernel);
  const flagUse = { isUnusable: false, pretendOldKernel: false };
  const planned = ways.slice(1, 6).map(({ id }) => ({ way: id, ms: 0, warmup: false }));
  const own = profileOf(planned);
  const trial = { profile: own, actor: 0, actors: 0, pageBytes, flagUse, blocks: planned };
  const reports = runPath(calls, new PathMemory(1), trial, () => 0.999);
  for (const { measured } of reports.values()) {
    const { attempts, placed, releases, commits } = measured.counts;
    assert.deepEqual([attempts, placed, releases, commits], [1, 1, 1, 0]);
  }
  const asked = calls.log.filter(([name]) => name === "mmap").map((call) => call[1]);
  assert.deepEqual(asked, Array(5).fill(low + (places - 1) * bytes));
  assert.deepEqual(kernel.mappings, []);
});
