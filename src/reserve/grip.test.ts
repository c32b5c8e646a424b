import assert from "node:assert/strict";
import { test } from "node:test";
import { pathClasses } from "../model.ts";
import { EINVAL, ENOMEM, MAP_FIXED, MAP_FIXED_NOREPLACE } from "../sys/constants.ts";
import type { FakeOptions } from "../sys/fake-kernel.test.data.ts";
import {
  bytes,
  callTicks,
  countsSeen,
  type FakeActor,
  fakeActor,
  placeAt,
} from "./fake-actor.test.data.ts";
import type { Fate } from "./grip.ts";
import { PathMemory } from "./path-memory.ts";
import type { TapeReport } from "./tape.ts";

const place = { at: placeAt(1), bytes };
const once = callTicks;
const twice = 2 * callTicks;

/** The classes that were timed, each with its ticks in turn. */
function timesSeen({ latencies }: TapeReport): Record<string, number[]> {
  const entries = pathClasses.map((name, index) => {
    const { ticks = [], counts = [] } = latencies[index] ?? {};
    return [name, [...ticks].flatMap((value, i) => Array<number>(counts[i] ?? 0).fill(value))];
  });
  return Object.fromEntries(entries.filter(([, values]) => values?.length));
}

interface Outcome {
  readonly kernel?: FakeOptions;
  readonly isTaken?: true;
  readonly flags: number;
  readonly accepts?: true;
  readonly fate: Fate;
  readonly counts: Record<string, number>;
  readonly times: Record<string, number[]>;
  readonly errnos?: Record<number, number>;
  readonly failedUnmaps?: number;
  /** What stands in the end, beside what others had. */
  readonly mapped: number;
}

const placed = { attempts: 1, placed: 1, reservedBytes: bytes };
const cleanedUp = { attempts: 1, misplaced: 1, cleanups: 1, wastedBytes: bytes };
const lostTimes = { misplaced: [once], cleanup: [once], lost: [twice] };

const outcomes: Readonly<Record<string, Outcome>> = {
  "a free place with the flag": {
    ...{ flags: MAP_FIXED_NOREPLACE, fate: "placed", counts: placed, mapped: 1 },
    times: { placed: [once] },
  },
  "a free place as a hint": {
    ...{ flags: 0, fate: "placed", counts: placed, mapped: 1 },
    times: { placed: [once] },
  },
  "a taken place with the flag": {
    ...{ isTaken: true, flags: MAP_FIXED_NOREPLACE, fate: "lost", mapped: 0 },
    counts: { attempts: 1, rejected: 1 },
    times: { rejected: [once], lost: [once] },
  },
  "a taken place as a hint": {
    ...{ isTaken: true, flags: 0, fate: "lost", mapped: 0 },
    ...{ counts: cleanedUp, times: lostTimes },
  },
  "a taken place, on a kernel that ignores the flag": {
    ...{ kernel: { flag: "ignored" }, isTaken: true, flags: MAP_FIXED_NOREPLACE, fate: "lost" },
    ...{ counts: cleanedUp, times: lostTimes, mapped: 0 },
  },
  "a place that is had elsewhere and kept": {
    ...{ isTaken: true, flags: 0, accepts: true, fate: "kept", mapped: 1 },
    counts: { attempts: 1, misplaced: 1, kept: 1, reservedBytes: bytes },
    times: { misplaced: [once] },
  },
  "a place with MAP_FIXED, taken or not": {
    ...{ isTaken: true, flags: MAP_FIXED, fate: "placed", counts: placed, mapped: 0 },
    times: { placed: [once] },
  },
  "a kernel that has no room": {
    ...{ kernel: { mmapsLeft: 0 }, flags: 0, fate: "failed", mapped: 0 },
    counts: { attempts: 1, failed: 1 },
    times: { failed: [once] },
    errnos: { [ENOMEM]: 1 },
  },
  "a kernel that rejects the flag": {
    ...{ kernel: { flag: "rejected", rejectsWith: EINVAL }, flags: MAP_FIXED_NOREPLACE },
    ...{ fate: "failed", mapped: 0 },
    counts: { attempts: 1, failed: 1 },
    times: { failed: [once] },
    errnos: { [EINVAL]: 1 },
  },
  "a cleanup that the kernel refuses": {
    ...{ kernel: { munmapErrno: EINVAL }, isTaken: true, flags: 0, fate: "lost", mapped: 1 },
    ...{ counts: cleanedUp, times: lostTimes, failedUnmaps: 1 },
  },
};

for (const [title, outcome] of Object.entries(outcomes)) {
  test(`Grip.attempt(): ${title}`, () => {
    const { isTaken, flags, accepts, fate, counts, times, errnos = {}, mapped } = outcome;
    const actor = fakeActor(outcome.kernel && { kernel: outcome.kernel });
    const { grip } = actor.tools;
    if (isTaken) actor.kernel.take(place.at, bytes);
    const before = actor.kernel.mappings.length;
    const answer = grip.attempt(place, flags, () => accepts ?? false);
    const report = actor.report();
    assert.equal(answer.fate, fate);
    assert.deepEqual(countsSeen(report), counts);
    assert.deepEqual(timesSeen(report), times);
    assert.deepEqual(Object.fromEntries(report.errnos), errnos);
    assert.equal(report.failedUnmaps, outcome.failedUnmaps ?? 0);
    assert.equal(actor.kernel.mappings.length, before + mapped);
    assertOwns(actor, answer.held);
  });
}

/** Exactly what was had is owned: it can be given up once, and is gone after its release. */
function assertOwns({ tools, kernel, report }: FakeActor, held: typeof place | undefined): void {
  if (!held) {
    assert.throws(() => tools.grip.disown(place), /not published/);
    return;
  }
  assert.equal(kernel.isFree(held.at, held.bytes), false);
  tools.grip.release(held);
  assert.ok(kernel.isFree(held.at, held.bytes));
  assert.throws(() => tools.grip.disown(held), /not published/);
  assert.deepEqual([report().counts.releases, timesSeen(report())["release"]], [1, [once]]);
}

test("Grip counts a place with living owners once, and an owner who lost it once", () => {
  const memory = new PathMemory(4);
  const { kernel, ...thief } = fakeActor({ memory, actor: 0 });
  const victims = [1, 2, 3].map((actor) => fakeActor({ memory, actor, kernel }));
  const held = victims.map(({ tools }, index) => {
    const own = tools.grip.attempt({ at: placeAt(index), bytes }, 0).held;
    assert.ok(own);
    return own;
  });
  const { held: stolen } = thief.tools.grip.attempt(
    { at: placeAt(0), bytes: 2 * bytes },
    MAP_FIXED,
  );
  assert.ok(stolen);
  assert.equal(thief.report().doubleOwners, 1, "one place, whoever owned it");
  victims.forEach(({ tools }, index) => {
    tools.grip.release(held[index] as typeof stolen);
  });
  assert.deepEqual(
    victims.map(({ report }) => report().clobbers),
    [1, 1, 0],
  );
  thief.tools.grip.release(stolen);
  assert.equal(thief.report().clobbers, 0, "all others have given up");
});

test("Grip.attemptAnywhere() has what it gets, and owns none of it yet", () => {
  const { tools, kernel, report } = fakeActor({ kernel: { mmapsLeft: 1 } });
  const at = tools.grip.attemptAnywhere(bytes);
  assert.equal(kernel.mappings[0]?.start, at);
  assert.equal(tools.grip.attemptAnywhere(bytes), undefined);
  assert.deepEqual(countsSeen(report()), { attempts: 2, placed: 1, failed: 1 });
  assert.deepEqual(timesSeen(report()), { placed: [once], failed: [once] });
  assert.deepEqual(Object.fromEntries(report().errnos), { [ENOMEM]: 1 });
});

test("Grip.trim() unmaps what stands over, and makes no call where nothing does", () => {
  const { tools, kernel, calls, report } = fakeActor();
  kernel.take(place.at, bytes);
  tools.grip.trim(place.at, 0);
  assert.equal(calls.log.length, 0);
  tools.grip.trim(place.at, bytes / 2);
  assert.deepEqual(countsSeen(report()), { cleanups: 1, wastedBytes: bytes / 2 });
  assert.deepEqual(timesSeen(report()), { cleanup: [once] });
  assert.deepEqual(kernel.mappings, [{ start: place.at + bytes / 2, end: place.at + bytes }]);
});

test("Grip.carve() times and counts a call that was refused, and says so", () => {
  const { tools, kernel, report } = fakeActor();
  const piece = [place.at, bytes, 3] as const;
  assert.equal(tools.grip.carve("commit", "mprotect", ...piece), false);
  kernel.take(place.at, bytes);
  assert.equal(tools.grip.carve("commit", "mprotect", ...piece), true);
  assert.equal(tools.grip.carve("free", "madvise", place.at, bytes, 4), true);
  assert.equal(tools.grip.change("mprotect", place.at, bytes, 0), true);
  assert.deepEqual(countsSeen(report()), { commits: 2, frees: 1 });
  assert.deepEqual(timesSeen(report()), { commit: [once, once], free: [once] });
  assert.deepEqual([report().refusedCarvings, report().failedUnmaps], [1, 0]);
});

test("Grip: an unmap that is refused is a leak, whatever it was for", () => {
  const { tools, report } = fakeActor({ kernel: { munmapErrno: EINVAL } });
  const { held } = tools.grip.attempt(place, 0);
  assert.ok(held);
  tools.grip.trim(place.at, bytes);
  tools.grip.release(held);
  assert.equal(report().failedUnmaps, 2);
});

test("Grip.blank() maps over a piece without access, and unmaps nothing", () => {
  const { tools, kernel, calls, report } = fakeActor();
  const { held } = tools.grip.attempt(place, 0);
  assert.ok(held);
  tools.grip.disown(held);
  tools.grip.blank(held);
  assert.equal(calls.count("munmap"), 0);
  assert.equal(kernel.isFree(place.at, bytes), false);
  assert.equal(report().counts.releases, 1);
});
