import assert from "node:assert/strict";
import { test } from "node:test";
import { type PathClass, pathClasses } from "../model.ts";
import { type SystemCall, systemCalls } from "../probe/timed-calls.ts";
import type { Profile } from "../profiles/profile.ts";
import { decodeHistogram } from "../results/histogram.ts";
import { caseSchema } from "../results/path-schema.ts";
import { EINVAL, ENOMEM } from "../sys/constants.ts";
import { profile, wayOf } from "./fake-actor.test.data.ts";
import { mergePath } from "./merge-path.ts";
import type { WayReport } from "./run-path.ts";
import { type CountName, countNames, type TapeReport } from "./tape.ts";
import type { CarveWay, Way } from "./way.ts";

type Counts = Partial<Record<CountName, number>>;
type Calls = Partial<Record<SystemCall, number>>;
type Times = Partial<Record<PathClass, number>>;

/** What an actor saw: so many counts, calls of the kernel, and times of a class, 100 ticks each. */
interface Seen {
  readonly counts: Counts;
  readonly calls: Calls;
  readonly times: Times;
  readonly refusedCarvings?: number;
}

const nothing: Seen = { counts: {}, calls: {}, times: {} };

function tapeOf({ counts, times, refusedCarvings = 0 }: Seen): TapeReport {
  return {
    counts: Object.fromEntries(countNames.map((name) => [name, counts[name] ?? 0])) as never,
    ...{ doubleOwners: 0, clobbers: 0, failedUnmaps: 0, refusedCarvings },
    errnos: new Map(),
    latencies: pathClasses.map((name) => {
      const count = times[name] ?? 0;
      const [ticks, each] = count > 0 ? [[100], [count]] : [[], []];
      return { ticks: Uint32Array.from(ticks), counts: Uint32Array.from(each) };
    }),
  };
}

function reportOf(seen: Seen, other: Seen = nothing): WayReport {
  return {
    measured: tapeOf(seen),
    measuredCalls: callsOf(seen),
    other: tapeOf(other),
    otherCalls: callsOf(other),
    wallNs: 1e6,
  };
}

function callsOf({ calls }: Seen): Uint32Array {
  return Uint32Array.from(systemCalls, (name) => calls[name] ?? 0);
}

function carving(commit: CarveWay["commit"], free: CarveWay["free"]): CarveWay {
  return { kind: "carve", id: "carves", commit, free, touch: false };
}

interface Sample {
  readonly way: Way;
  readonly carving?: NonNullable<Profile["carving"]>;
  readonly seen: Seen;
}

const advising = { way: carving("map-fixed", "dontneed"), pieces: [65_536] };

/** A way of every kind, and what an actor of it may have seen. */
const samples = {
  searching: {
    way: wayOf({ acceptsInRange: true }),
    carving: advising,
    seen: {
      counts: {
        ...{ reservations: 3, givenUp: 1, searches: 5, fresh: 5, stale: 2, attempts: 5, placed: 1 },
        ...{ rejected: 1, misplaced: 2, kept: 1, failed: 1, cleanups: 1, releases: 2 },
        ...{ commits: 2, frees: 2 },
      },
      calls: { mmap: 7, munmap: 3, madvise: 2, openat: 5, read: 10, close: 5 },
      times: {
        ...{ search: 5, "search-kernel": 5, placed: 1, rejected: 1, misplaced: 2, failed: 1 },
        ...{ cleanup: 1, lost: 2, reservation: 3, "reservation-kernel": 3, release: 2 },
        ...{ commit: 2, free: 2 },
      },
    },
  },
  halving: {
    way: wayOf({ search: "none", retry: "halve-in-place" }),
    seen: {
      counts: { reservations: 1, attempts: 3, placed: 2, rejected: 1, releases: 2 },
      calls: { mmap: 3, munmap: 2 },
      times: {
        ...{ placed: 2, rejected: 1, lost: 1, release: 2 },
        ...{ reservation: 1, "reservation-kernel": 1 },
      },
    },
  },
  arena: {
    way: { kind: "arena", id: "arena" },
    carving: { ...advising, way: carving("mprotect", "munmap") },
    seen: {
      counts: {
        ...{ reservations: 4, givenUp: 2, attempts: 3, placed: 2, failed: 1, releases: 2 },
        ...{ commits: 2, frees: 2 },
      },
      calls: { mmap: 5, mprotect: 2, munmap: 2 },
      times: {
        ...{ placed: 2, failed: 1, release: 2, reservation: 3, "reservation-kernel": 3 },
        ...{ commit: 2, free: 2 },
      },
    },
  },
  trim: {
    way: { kind: "trim", id: "trim" },
    seen: {
      counts: { reservations: 2, attempts: 2, placed: 2, cleanups: 3, releases: 2 },
      calls: { mmap: 2, munmap: 5 },
      times: { placed: 2, cleanup: 3, release: 2, reservation: 2, "reservation-kernel": 2 },
    },
  },
  placeholder: {
    way: { kind: "restore", id: "restore", placeholder: true },
    seen: {
      // The first place, then twice a placeholder and what replaces it, and one loss.
      counts: { reservations: 3, givenUp: 1, attempts: 6, placed: 5, rejected: 1, releases: 3 },
      calls: { mmap: 6, munmap: 3, openat: 1, close: 1 },
      times: {
        ...{ placed: 5, rejected: 1, lost: 1, release: 3 },
        ...{ reservation: 3, "reservation-kernel": 3 },
      },
    },
  },
  unguarded: {
    way: { kind: "restore", id: "restore", placeholder: false },
    seen: {
      counts: { reservations: 2, attempts: 3, placed: 3, releases: 3 },
      calls: { mmap: 3, munmap: 3 },
      times: { placed: 3, release: 3, reservation: 2, "reservation-kernel": 2 },
    },
  },
  carving: {
    way: carving("mprotect", "madv-free"),
    seen: {
      counts: { reservations: 3, attempts: 1, placed: 1, releases: 1, commits: 3, frees: 3 },
      calls: { mmap: 1, munmap: 1, mprotect: 6, madvise: 3, openat: 1, close: 1 },
      times: { placed: 1, release: 1, commit: 3, free: 3 },
    },
  },
} as const satisfies Record<string, Sample>;

function violationsOf({ way, carving: carved, seen }: Sample): string[] {
  const { carving: _, ...bare } = profile;
  const whole: Profile = { ...bare, ways: [way], ...(carved && { carving: carved }) };
  const { violations } = mergePath(whole, [new Map([[way.id, reportOf(seen)]])], 1);
  return violations;
}

test("mergePath() finds no law broken where everything adds up", () => {
  for (const [name, sample] of Object.entries(samples)) {
    assert.deepEqual(violationsOf(sample), [], name);
  }
});

const changes: readonly [
  sample: keyof typeof samples,
  counts: Counts,
  sentences: readonly string[],
][] = [
  ["searching", { attempts: 6 }, ["5 attempts, of the outcomes, not 6", "7 mmap calls, not 8"]],
  [
    "searching",
    { searches: 4 },
    ["5 search calls in their histogram, not 4", "5 search-kernel calls in their histogram, not 4"],
  ],
  [
    "searching",
    { cleanups: 0 },
    [
      "1 cleanup calls in their histogram, not 0",
      "0 cleanup unmaps, not 1",
      "3 munmap calls, not 2",
    ],
  ],
  [
    "searching",
    { releases: 1 },
    ["2 release calls in their histogram, not 1", "1 releases, not 2", "3 munmap calls, not 2"],
  ],
  ["searching", { givenUp: 0 }, ["3 reservations with a place, not 2"]],
  [
    "searching",
    { commits: 3 },
    ["2 commit calls in their histogram, not 3", "7 mmap calls, not 8"],
  ],
  ["searching", { frees: 1 }, ["2 free calls in their histogram, not 1", "2 madvise calls, not 1"]],
  // The rule keeps as many pieces as it finds.
  ["halving", { givenUp: 1 }, []],
  [
    "arena",
    { releases: 3 },
    ["2 release calls in their histogram, not 3", "3 releases, not 2", "5 mmap calls, not 6"],
  ],
  ["arena", { givenUp: 1 }, ["3 reservations with a place, not 2"]],
  ["trim", { cleanups: 2 }, ["3 cleanup calls in their histogram, not 2", "5 munmap calls, not 4"]],
  ["placeholder", { givenUp: 0 }, ["3 releases, not 2"]],
  ["unguarded", { givenUp: 1 }, []],
  [
    "carving",
    { frees: 2 },
    [
      ...["3 free calls in their histogram, not 2", "6 mprotect calls, not 5"],
      "3 madvise calls, not 2",
    ],
  ],
];

test("mergePath() names the laws that a wrong count breaks, and no others", () => {
  for (const [name, counts, sentences] of changes) {
    const { way, seen, ...rest }: Sample = samples[name];
    const wrong = { way, ...rest, seen: { ...seen, counts: { ...seen.counts, ...counts } } };
    const expected = sentences.map((sentence) => `${way.id}: ${sentence}`);
    assert.deepEqual(violationsOf(wrong), expected, `${name} ${JSON.stringify(counts)}`);
  }
});

test("mergePath() misses no call of any name, and no class that was timed", () => {
  for (const [name, sample] of Object.entries<Sample>(samples)) {
    const { seen } = sample;
    for (const call of systemCalls.filter((each) => each !== "read" && each !== "ioctl")) {
      const calls = { ...seen.calls, [call]: (seen.calls[call] ?? 0) + 1 };
      assert.equal(violationsOf({ ...sample, seen: { ...seen, calls } }).length, 1, name + call);
    }
    for (const each of pathClasses) {
      const times = { ...seen.times, [each]: (seen.times[each] ?? 0) + 1 };
      assert.match(
        violationsOf({ ...sample, seen: { ...seen, times } }).join(),
        new RegExp(`^[a-z-]+: \\d+ ${each} calls in their histogram, not \\d+$`),
      );
    }
  }
});

test("mergePath() tells a commit or a free that was refused, and calls it no leak", () => {
  const { way, seen } = samples.carving;
  const refused = { way, seen: { ...seen, refusedCarvings: 2 } };
  assert.deepEqual(violationsOf(refused), [
    "carves: 2 commits and frees that the kernel refused, not 0",
  ]);
});

test("mergePath() merges what the actors measured; safety is of everybody, at any time", () => {
  const { way, seen } = samples.unguarded;
  const warmup: Seen = { ...nothing, calls: { mmap: 2, munmap: 1 } };
  const reports = [reportOf(seen, warmup), reportOf(seen, warmup), reportOf(seen, warmup)];
  const [one, , interloper] = reports as [WayReport, WayReport, WayReport];
  const others = new Map([["another", reportOf(seen)]]);
  Object.assign(one, { wallNs: 1_234_567.8 });
  Object.assign(one.measured, { doubleOwners: 1, clobbers: 2, failedUnmaps: 3 });
  Object.assign(one.other, { doubleOwners: 10, clobbers: 20, failedUnmaps: 30 });
  Object.assign(interloper.measured, { doubleOwners: 100, clobbers: 200 });
  Object.assign(interloper.other, { failedUnmaps: 300 });
  Object.assign(one.measured, {
    errnos: new Map([
      [ENOMEM, 2],
      [EINVAL, 1],
    ]),
  });
  Object.assign(reports[1]?.measured ?? {}, { errnos: new Map([[ENOMEM, 3]]) });
  const { arms } = mergePath(
    { ...profile, actors: 2, interlopers: 1, ways: [way] },
    reports.map((report) => new Map([...others, [way.id, report]])),
    0.5,
  );
  const [arm] = arms;
  assert.ok(arm && arms.length === 1);
  assert.equal(arm.wallNs, 1_234_568);
  assert.deepEqual([arm.counts.reservations, arm.counts.placed, arm.counts.releases], [4, 6, 6]);
  assert.deepEqual(arm.systemCalls, { mmap: 6, munmap: 6 });
  assert.deepEqual(arm.warmupCalls, { mmap: 4, munmap: 2 });
  assert.deepEqual(arm.errnos, { ENOMEM: 5, EINVAL: 1 });
  assert.deepEqual(arm.safety, { doubleOwners: 111, clobbers: 222, leaks: 333 });
  const timed = Object.keys(arm.distributions);
  assert.deepEqual(timed, ["placed", "reservation", "reservation-kernel", "release"]);
  assert.deepEqual(arm.distributions.placed?.quantiles.count, 6);
  const histogram = decodeHistogram(arm.distributions.placed?.histogram ?? "");
  assert.deepEqual([histogram?.totalCount, histogram?.maxValue], [6, 200], "100 ticks are 200 ns");
  caseSchema.shape.arms.parse(arms);
});
