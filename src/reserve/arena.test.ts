import assert from "node:assert/strict";
import { test } from "node:test";
import { address } from "../model.ts";
import type { Profile } from "../profiles/profile.ts";
import { ENOMEM } from "../sys/constants.ts";
import { FakeKernel } from "../sys/fake-kernel.test.data.ts";
import { openArena, releaseArena, reserveArena } from "./arena.ts";
import {
  bytes,
  countsSeen,
  type FakeActor,
  fakeActor,
  low,
  profile,
} from "./fake-actor.test.data.ts";
import { arenaPieces, PathMemory } from "./path-memory.ts";

/** Room for `places`, aligned to a place. */
function rangeOf(places: number): Partial<Profile> {
  return { constraints: { ...profile.constraints, high: address(low + places * bytes) } };
}

/** Actors of one process. */
function crew(size: number, changes: Partial<Profile>): [FakeActor, ...FakeActor[]] {
  const memory = new PathMemory(size);
  const kernel = new FakeKernel();
  const one = (actor: number) => fakeActor({ actor, memory, kernel, profile: changes });
  return [one(0), ...Array.from({ length: size - 1 }, (_, index) => one(index + 1))];
}

/** Bits that are set in the bitmap of pieces. */
function takenPieces({ tools }: FakeActor): number {
  const [low32 = 0, high32 = 0] = tools.memory.arena.slice(4);
  return [low32, high32].reduce((sum, word) => sum + bitsOf(word >>> 0), 0);
}

function bitsOf(word: number): number {
  return [...word.toString(2)].filter((bit) => bit === "1").length;
}

test("an arena is one mapping of as many pieces as there is room for, and given back whole", () => {
  for (const places of [1, 2, 7, 33, arenaPieces, 2 * arenaPieces]) {
    const [{ tools, kernel, report }] = crew(1, rangeOf(places));
    reserveArena(tools);
    const end = low + Math.min(places, arenaPieces) * bytes;
    assert.deepEqual(kernel.mappings, [{ start: low, end }], `${places} places`);
    assert.deepEqual([report().counts.attempts, report().counts.placed], [1, 1]);
    releaseArena(tools);
    assert.deepEqual(kernel.mappings, []);
  }
});

test("an arena is the lowest of the largest gap, whoever stands in the range", () => {
  const [{ tools, kernel, calls }] = crew(1, rangeOf(16));
  kernel.take(low + 4 * bytes, bytes);
  kernel.take(low + 10 * bytes, bytes);
  reserveArena(tools);
  const [, own] = kernel.mappings;
  assert.deepEqual(own, { start: low + 5 * bytes, end: low + 10 * bytes });
  assert.equal(calls.count("openat"), 1, "the maps are read once");
  assert.equal(calls.count("close"), 1);
  releaseArena(tools);
  assert.equal(kernel.mappings.length, 2);
});

test("an arena that is lost is asked for again, smaller; where there is none, all give up", () => {
  const [{ tools, kernel, calls, report }] = crew(1, rangeOf(4));
  calls.before = (name) => {
    if (name === "mmap" && calls.count("mmap") === 0) kernel.take(low + 3 * bytes, bytes);
  };
  reserveArena(tools);
  assert.deepEqual(kernel.mappings[0], { start: low, end: low + 3 * bytes });
  assert.equal(report().counts.cleanups, 1);
  releaseArena(tools);
  kernel.take(low, 4 * bytes);
  reserveArena(tools);
  releaseArena(tools);
  assert.deepEqual(kernel.mappings, [{ start: low, end: low + 4 * bytes }]);
  const actor = openArena(tools);
  const attempts = report().counts.attempts;
  for (let step = 0; step < 3; step++) actor.step();
  const { reservations, givenUp, attempts: now } = report().counts;
  assert.deepEqual([reservations, givenUp, now], [3, 3, attempts]);
});

test("pieces are at home on multiples of the alignment, and no larger than asked for", () => {
  const constraints = {
    ...profile.constraints,
    bytes: bytes + 65_536,
    high: address(low + 2 ** 24),
  };
  const [{ tools, calls }] = crew(1, { constraints, hold: 3 });
  reserveArena(tools);
  const actor = openArena(tools);
  for (let step = 0; step < 3; step++) actor.step();
  const pieces = calls.log.filter(([name]) => name === "mmap").slice(1);
  assert.deepEqual(
    pieces.map(([, at, size]) => [at, size]),
    [0, 1, 2].map((index) => [low + index * 2 * bytes, bytes + 65_536]),
  );
});

test("actors never share a piece, and all bits are back when all have drained", () => {
  const actors = crew(3, { ...rangeOf(arenaPieces), hold: 20 });
  const [first] = actors;
  reserveArena(first.tools);
  const opened = actors.map(({ tools }) => openArena(tools));
  for (let step = 0; step < 50; step++) for (const actor of opened) actor.step();
  // 21 each, and the last of the 64 pieces is nobody's.
  assert.equal(takenPieces(first), 63);
  for (const { report } of actors) {
    const { reservations, placed, givenUp } = report().counts;
    // The first one's attempts include that for the arena.
    const pieces = placed - Number(report === first.report);
    assert.deepEqual([reservations, pieces, givenUp], [50, 50, 0]);
    assert.deepEqual([report().doubleOwners, report().clobbers], [0, 0]);
  }
  for (const actor of opened) actor.drain();
  assert.equal(takenPieces(first), 0);
  assert.deepEqual(first.kernel.mappings.at(-1)?.end, low + arenaPieces * bytes, "still mapped");
  releaseArena(first.tools);
  assert.deepEqual(first.kernel.mappings, []);
});

test("who finds the arena full gives up without a call, and makes room for its next turn", () => {
  const [first, other] = crew(2, { ...rangeOf(3), hold: 7 }) as [FakeActor, FakeActor];
  reserveArena(first.tools);
  const [one, two] = [openArena(first.tools), openArena(other.tools)];
  for (let step = 0; step < 3; step++) one.step();
  const calls = other.calls.log.length;
  two.step();
  assert.equal(other.calls.log.length, calls);
  assert.deepEqual(countsSeen(other.report()), { reservations: 1, givenUp: 1 });
  one.step();
  assert.deepEqual([first.report().counts.givenUp, first.report().counts.releases], [1, 0]);
  one.step();
  assert.deepEqual([first.report().counts.givenUp, first.report().counts.releases], [1, 1]);
  one.drain();
  two.drain();
  assert.equal(takenPieces(first), 0);
});

test("a piece that the kernel refuses to map goes back to the arena", () => {
  const [fake] = crew(1, rangeOf(2));
  reserveArena(fake.tools);
  const actor = openArena(fake.tools);
  fake.calls.refuses = (name) => (name === "mmap" ? ENOMEM : undefined);
  for (let step = 0; step < 3; step++) actor.step();
  assert.equal(takenPieces(fake), 0);
  const { reservations, givenUp, failed } = fake.report().counts;
  assert.deepEqual([reservations, givenUp, failed], [3, 3, 3]);
  fake.calls.refuses = () => undefined;
  actor.step();
  assert.equal(takenPieces(fake), 1);
});

test("a given piece is blank again, and nothing of it is unmapped", () => {
  const [fake] = crew(1, rangeOf(1));
  reserveArena(fake.tools);
  const actor = openArena(fake.tools);
  for (let step = 0; step < 4; step++) actor.step();
  assert.equal(fake.calls.count("munmap"), 0);
  assert.deepEqual(fake.kernel.mappings, [{ start: low, end: low + bytes }]);
  assert.equal(fake.report().counts.releases, 3);
  actor.drain();
  releaseArena(fake.tools);
  assert.equal(fake.calls.count("munmap"), 1);
});
