import assert from "node:assert/strict";
import { test } from "node:test";
import type { RecordCounts } from "../measure/tally.ts";
import { address, callClasses } from "../model.ts";
import { isForbidden } from "./outcome.ts";
import { countOutcomes, outcomesOf, unitBytes, unitsOf, windowsOf } from "./race.ts";
import { adjacent } from "./races/adjacent.ts";
import { duel } from "./races/duel.ts";
import { races } from "./races/index.ts";
import { overlapHead } from "./races/overlap-head.ts";

function counts(numbers: Record<string, number>, more: Partial<RecordCounts> = {}): RecordCounts {
  return {
    byClass: Uint32Array.from(callClasses, (kind) => numbers[kind] ?? 0),
    doubleOwners: 0,
    clobbers: 0,
    canaries: 0,
    failedUnmaps: 0,
    errnos: new Map(),
    ...more,
  };
}

test("every race has an id of its own, a window an actor and a drawing's worth of units", () => {
  assert.equal(new Set(races.map(({ id }) => id)).size, races.length);
  for (const race of races) {
    assert.ok(race.actors >= race.windows.length, race.id);
    assert.ok(unitsOf(race) <= 8, race.id);
  }
});

test("windowsOf() gives overlapping windows a claim in common, and neighbours none", () => {
  const claims = (race: typeof duel): Set<number>[] =>
    windowsOf(race, address(2 ** 40)).map(
      ({ firstClaim, claims: n }) => new Set(Array.from({ length: n }, (_, i) => firstClaim + i)),
    );
  const [a, b] = claims(overlapHead) as [Set<number>, Set<number>];
  assert.ok([...a].some((claim) => b.has(claim)));
  const [c, d] = claims(adjacent) as [Set<number>, Set<number>];
  assert.ok(![...c].some((claim) => d.has(claim)));
  const [first] = windowsOf(overlapHead, address(2 ** 40));
  assert.equal(first?.start, 2 ** 40 + unitBytes);
});

test("countOutcomes() tells owners, losers, double owners and clobbered ones apart", () => {
  const outcomes = countOutcomes(
    [
      counts({ placed: 10, rejected: 3, misplaced: 2 }, { doubleOwners: 4, clobbers: 5 }),
      counts({ placed: 1, failed: 7 }, { canaries: 1, errnos: new Map([[12, 7]]) }),
    ],
    { free: 3, lost: 2 },
  );
  assert.deepEqual(Object.fromEntries(outcomes), {
    owner: 7,
    lost: 5,
    "two-owners": 4,
    clobbered: 6,
    "free-again": 3,
    "lost-window": 2,
    "failed-ENOMEM": 7,
  });
});

test("isForbidden() is what is declared forbidden, and what nobody declared", () => {
  const table: [race: typeof duel, clobbers: boolean, seen: string, forbidden: boolean][] = [
    [duel, false, "owner", false],
    [duel, false, "lost", false],
    [duel, false, "two-owners", true],
    [duel, true, "two-owners", false],
    [duel, true, "lost-window", true],
    [adjacent, false, "lost", true],
    [duel, false, "failed-ENOMEM", true],
  ];
  for (const [race, clobbers, seen, forbidden] of table) {
    assert.equal(isForbidden(outcomesOf(race, clobbers), new Map([[seen, 1]])), forbidden, seen);
    assert.equal(isForbidden(outcomesOf(race, clobbers), new Map([[seen, 0]])), false);
  }
});

test("outcomesOf() shares its ids between the sound way and the broken one", () => {
  const ids = (clobbers: boolean): string[] => outcomesOf(duel, clobbers).map(({ id }) => id);
  assert.deepEqual(ids(true), ids(false));
});
