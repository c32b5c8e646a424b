import assert from "node:assert/strict";
import { test } from "node:test";
import { type CallClass, callClasses } from "../model.ts";
import { ENOMEM } from "../sys/constants.ts";
import type { ActorReport, BlockCounts, BlockFacts } from "./actor.ts";
import { mergeReports } from "./merge.ts";
import { batchOf, countsOf } from "./records.test.data.ts";
import { type RecordCounts, Tally } from "./tally.ts";

type Numbers = Partial<Record<CallClass, number>>;

const hint = "hint-munmap";
const lostTwice: Numbers = { placed: 1, misplaced: 2, cleanup: 2, lost: 2, release: 1 };

function block(index: number, numbers: Numbers, more: Partial<BlockCounts> = {}): BlockCounts {
  const { placed = 0, rejected = 0, misplaced = 0, failed = 0 } = numbers;
  return {
    index,
    warmup: false,
    strategy: hint,
    attempts: placed + rejected + misplaced + failed,
    records: countsOf(numbers),
    usage: { voluntarySwitches: 1, involuntarySwitches: 2, minorFaults: 3, majorFaults: 4 },
    violations: [],
    latencies: { lost: undefined, placed: undefined, release: undefined },
    lastCalls: [],
    refused: 0,
    isCut: false,
    ...more,
  };
}

/** Of two blocks without a timed call. */
const noLatencies = { p50: [null, null], p90: [null, null] };

function fact(index: number, more: Partial<BlockFacts> = {}): BlockFacts {
  return {
    index,
    strategy: hint,
    wallNs: 20_000_000.4,
    insideShare: 0.98765,
    startSkewNs: 1200.6,
    tlbShootdowns: 5,
    othersCpuMs: 9.7,
    unexpectedMappings: 0,
    lostOccupants: 0,
    ...more,
  };
}

/** An actor's report; the latencies are those of the blocks not voided, a tick a call. */
function report(
  blocks: readonly BlockCounts[],
  facts: readonly BlockFacts[] = [],
  voided: readonly number[] = [],
): ActorReport {
  const tallies = new Map<string, Tally>();
  for (const { index, strategy, records } of blocks) {
    if (voided.includes(index)) continue;
    const tally = tallies.get(strategy) ?? new Tally();
    const kinds = callClasses.flatMap((kind, place) =>
      Array.from({ length: records.byClass[place] as number }, () => ({ kind })),
    );
    tally.add(batchOf(kinds));
    tallies.set(strategy, tally);
  }
  const latencies = new Map([...tallies].map(([id, tally]) => [id, tally.counts()]));
  return { blocks, facts, latencies };
}

const records = (numbers: Numbers, more: Partial<RecordCounts>): Partial<BlockCounts> => ({
  records: countsOf(numbers, more),
});

test("mergeReports() adds actors up, block by block", () => {
  const warmup = block(1, lostTwice, { warmup: true });
  const first = [block(0, lostTwice), warmup, block(3, { placed: 5, release: 5 })];
  const second = [block(0, { placed: 2, release: 2 }), warmup, block(3, lostTwice)];
  const actors = [report(first, [fact(0), fact(1), fact(3)], [1]), report(second, [], [1])];
  const { arms, violations } = mergeReports(actors, [hint], 1);
  assert.deepEqual(violations, []);
  const [arm] = arms;
  assert.deepEqual(arm?.counts, {
    attempts: 13,
    placed: 9,
    rejected: 0,
    misplaced: 4,
    refused: 0,
    failed: 0,
    cleanups: 4,
    releases: 9,
  });
  assert.deepEqual(arm.placedByActor, [6, 3]);
  assert.deepEqual([arm.minorFaults, arm.majorFaults, arm.warmupCalls], [12, 16, 12]);
  assert.deepEqual(arm.blocks, {
    order: [0, 3],
    wallNs: [20_000_000, 20_000_000],
    insideShare: [0.9877, 0.9877],
    attempts: [5, 8],
    placed: [3, 6],
    startSkewNs: [1201, 1201],
    voluntarySwitches: [2, 2],
    involuntarySwitches: [4, 4],
    tlbShootdowns: [5, 5],
    othersCpuMs: [10, 10],
    latencies: { lost: noLatencies, placed: noLatencies, release: noLatencies },
  });
  assert.equal(arm.distributions.placed?.quantiles.count, 9);
  assert.equal(arm.distributions.lost?.quantiles.count, 4);
  assert.equal(arm.distributions.rejected, undefined);
});

test("mergeReports() keeps strategies apart, in the order asked for", () => {
  const rejected = { strategy: "fixed-noreplace" };
  const actor = report(
    [block(0, lostTwice), block(1, { rejected: 7 }, rejected)],
    [fact(0), fact(1, rejected)],
  );
  const { arms } = mergeReports([actor], ["fixed-noreplace", hint, "kernel-chosen"], 1);
  assert.deepEqual(
    arms.map(({ strategy, counts }) => [strategy, counts.attempts]),
    [
      ["fixed-noreplace", 7],
      [hint, 3],
      ["kernel-chosen", 0],
    ],
  );
  assert.equal(arms[0]?.distributions.lost, undefined);
});

test("mergeReports() drops a voided block, but never its safety", () => {
  const clobbered = records(lostTwice, { doubleOwners: 1, clobbers: 2, canaries: 3 });
  const facts = [fact(0), fact(1, { unexpectedMappings: 2 }), fact(2)];
  const blocks = [block(0, lostTwice), block(1, lostTwice, clobbered), block(2, lostTwice)];
  const { arms, violations } = mergeReports([report(blocks, facts, [1])], [hint], 1);
  assert.deepEqual(violations, []);
  const [arm] = arms;
  assert.deepEqual([arm?.voidedBlocks, arm?.counts.attempts], [1, 6]);
  assert.deepEqual(arm?.blocks.order, [0, 2]);
  assert.deepEqual(arm.safety, { doubleOwners: 1, clobbers: 2, canaries: 3, leaks: 0, strays: 2 });
});

test("mergeReports() calls a mapping a leak where the accounts do not balance", () => {
  const leaky = { misplaced: 2, cleanup: 1, lost: 2 };
  const violations = ["hint-munmap: 2 misplaced mappings, but 1 cleanup unmaps: a leak"];
  const actor = report([block(0, leaky, { violations })], [fact(0)]);
  const merged = mergeReports([actor], [hint], 1);
  assert.deepEqual(merged.violations, violations);
  assert.equal(merged.arms[0]?.safety.leaks, 1);
  assert.equal(merged.arms[0]?.safety.strays, 0);
});

test("mergeReports() counts a mapping left in a window once", () => {
  const violations = ["hint-munmap: 2 placed windows, but 1 releases after the drain: a leak"];
  const left = block(0, { placed: 2, release: 1 }, { violations });
  const actor = report([left], [fact(0, { unexpectedMappings: 1 })], [0]);
  assert.equal(mergeReports([actor], [hint], 1).arms[0]?.safety.leaks, 1);
});

test("mergeReports() counts replaced third parties as clobbers", () => {
  const actor = report([block(0, { placed: 1, release: 1 })], [fact(0, { lostOccupants: 64 })]);
  assert.equal(mergeReports([actor], [hint], 1).arms[0]?.safety.clobbers, 64);
});

test("mergeReports() names errnos, and adds them up", () => {
  const failed = records({ failed: 2 }, { errnos: new Map([[ENOMEM, 2]]) });
  const other = records(
    { failed: 2 },
    {
      errnos: new Map([
        [ENOMEM, 1],
        [4000, 1],
      ]),
    },
  );
  const actors = [
    report([block(0, { failed: 2 }, failed)], [fact(0)]),
    report([block(0, { failed: 2 }, other)]),
  ];
  const [arm] = mergeReports(actors, [hint], 1).arms;
  assert.deepEqual(arm?.errnos, { ENOMEM: 3, "errno 4000": 1 });
});

test("mergeReports() says where a histogram has not what was counted", () => {
  const actor = report([block(0, lostTwice)], [fact(0)]);
  const merged = mergeReports([{ ...actor, latencies: new Map() }], [hint], 1);
  assert.deepEqual(merged.violations, [
    "hint-munmap: 1 placed calls, but 0 in their histogram",
    "hint-munmap: 2 misplaced calls, but 0 in their histogram",
    "hint-munmap: 2 cleanup calls, but 0 in their histogram",
    "hint-munmap: 2 lost calls, but 0 in their histogram",
    "hint-munmap: 1 release calls, but 0 in their histogram",
  ]);
});

test("mergeReports() finds lost attempts whole where one actor was only rejected", () => {
  const actors = [report([block(0, lostTwice)], [fact(0)]), report([block(0, { rejected: 3 })])];
  assert.deepEqual(mergeReports(actors, [hint], 1).violations, []);
});

test("mergeReports() keeps each block's middle latencies, of several actors the middle one", () => {
  const lost = (p50: number) => ({
    latencies: { lost: { p50, p90: 2 * p50 }, placed: undefined, release: undefined },
  });
  const of = (...ticks: number[]) => ticks.map((p50, index) => block(index, lostTwice, lost(p50)));
  const merged = mergeReports(
    [report(of(100, 400), [fact(0), fact(1)]), report(of(300, 600), []), report(of(200, 500), [])],
    [hint],
    2,
  );
  const { lost: found, placed } = merged.arms[0]?.blocks.latencies ?? assert.fail();
  assert.deepEqual(found, { p50: [100, 250], p90: [200, 500] });
  assert.deepEqual(placed, noLatencies);
});
