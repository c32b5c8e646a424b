import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { newBatch, runAttempts, type Situation, windowsAt } from "../probe/batch.test.data.ts";
import { libcProbe } from "../probe/libc.ts";
import { fixed } from "../strategies/fixed.ts";
import { fixedNoreplace } from "../strategies/fixed-noreplace.ts";
import { hintMunmap } from "../strategies/hint-munmap.ts";
import { kernelChosen } from "../strategies/kernel-chosen.ts";
import type { Strategy } from "../strategies/strategy.ts";
import { FakeKernel, pageBytes } from "../sys/fake-kernel.test.data.ts";
import type { FlagVerdict } from "../sys/flag-verdict.ts";
import type { Kernel } from "../sys/libc.ts";
import { violationsOf } from "./conservation.ts";
import { countsOf } from "./records.test.data.ts";
import { callsOf, countRecords, type RecordCounts } from "./tally.ts";

const sound = { placed: 3, rejected: 2, misplaced: 4, failed: 1, cleanup: 4, lost: 4, release: 3 };

test("violationsOf() is empty where all laws hold", () => {
  assert.deepEqual(violationsOf(10, countsOf(sound), hintMunmap, true), []);
  assert.deepEqual(violationsOf(0, countsOf({}), fixedNoreplace, true), []);
});

const broken: readonly [
  what: string,
  sentence: string,
  counts: RecordCounts,
  attempts?: number,
  strategy?: Strategy,
][] = [
  ["an attempt without an outcome", "11 attempts, but 10 outcomes", countsOf(sound), 11],
  ["an outcome without an attempt", "9 attempts, but 10 outcomes", countsOf(sound), 9],
  [
    "a cleanup unmap left out",
    "4 misplaced mappings, but 3 cleanup unmaps: a leak",
    countsOf({ ...sound, cleanup: 3 }),
  ],
  [
    "a lost attempt without an end",
    "4 misplaced mappings, but 3 whole lost attempts",
    countsOf({ ...sound, lost: 3 }),
  ],
  [
    "a release left out",
    "3 placed windows, but 2 releases after the drain: a leak",
    countsOf({ ...sound, release: 2 }),
  ],
  ["a failed munmap", "1 munmap calls failed: a leak", countsOf(sound, { failedUnmaps: 1 })],
  ["two owners", "2 double owners and 0 clobbers", countsOf(sound, { doubleOwners: 2 })],
  ["a clobber", "0 double owners and 1 clobbers", countsOf(sound, { clobbers: 1 })],
  [
    "a canary gone",
    "1 pages did not hold what their owner wrote",
    countsOf(sound, { canaries: 1 }),
  ],
  [
    "a flag that was taken for a hint",
    "4 mappings of a no-replace strategy landed elsewhere",
    countsOf(sound),
    10,
    fixedNoreplace,
  ],
];

for (const [what, sentence, counts, attempts = 10, strategy = hintMunmap] of broken) {
  test(`violationsOf() names ${what}, and nothing else`, () => {
    const [found, ...others] = violationsOf(attempts, counts, strategy, true);
    assert.ok(found?.startsWith(`${strategy.id}: ${sentence}`), found);
    assert.deepEqual(others, []);
  });
}

test("violationsOf() lets the negative control clobber, and an old kernel ignore the flag", () => {
  const clobbered = countsOf(sound, { doubleOwners: 1, clobbers: 2, canaries: 3 });
  assert.deepEqual(violationsOf(10, clobbered, fixed, true), []);
  assert.deepEqual(violationsOf(10, countsOf(sound), fixedNoreplace, false), []);
});

/** Others map and unmap single pages of the windows between an actor's calls. */
interface Stranger {
  readonly page: number;
  readonly takes: boolean;
}

const windows = windowsAt(2 ** 32, 4, 2 * pageBytes);
const races = fc.record({
  strategy: fc.constantFrom(hintMunmap, fixedNoreplace, kernelChosen),
  flag: fc.constantFrom<FlagVerdict["verdict"]>("supported", "ignored", "rejected"),
  mmapsLeft: fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.nat({ max: 30 })),
  order: fc.array(fc.nat({ max: 3 }), { minLength: 16, maxLength: 16 }),
  hold: fc.nat({ max: 6 }),
  blocks: fc.array(fc.integer({ min: 1, max: 25 }), { minLength: 1, maxLength: 3 }),
  strangers: fc.array(fc.record({ page: fc.nat({ max: 11 }), takes: fc.boolean() }), {
    maxLength: 60,
  }),
});

test("violationsOf() finds nothing in any race of sound strategies, on any kernel", () => {
  fc.assert(
    fc.property(races, ({ strategy, flag, mmapsLeft, strangers, blocks, ...others }) => {
      const fake = new FakeKernel({ flag, mmapsLeft });
      const foreign = new Set<number>();
      const situation: Situation = { windows, ...others, ...strategy };
      const probe = libcProbe(withStrangers(fake, foreign, strangers));
      const batch = newBatch(situation);
      for (const attempts of blocks) {
        const callsBefore = fake.calls.mmap + fake.calls.munmap;
        runAttempts(probe, batch, situation, attempts);
        const counts = countRecords(batch);
        const isSupported = flag === "supported";
        assert.deepEqual(violationsOf(attempts, counts, strategy, isSupported), []);
        assert.equal(fake.calls.mmap + fake.calls.munmap - callsBefore, callsOf(counts));
        assert.deepEqual(
          fake.mappings.map(({ start }) => start),
          [...foreign].sort((a, b) => a - b),
        );
        assert.ok(batch.claims.every((claim) => claim === 0));
      }
    }),
    { seed: 1, numRuns: 200 },
  );
});

function withStrangers(
  fake: FakeKernel,
  foreign: Set<number>,
  strangers: readonly Stranger[],
): Kernel {
  const coming = strangers.values();
  const meanwhile = (): void => {
    const { value } = coming.next();
    if (!value) return;
    const at = 2 ** 32 + value.page * pageBytes;
    if (value.takes && fake.isFree(at, pageBytes)) {
      fake.take(at, pageBytes);
      foreign.add(at);
    } else if (!value.takes && foreign.delete(at)) fake.letGo(at, pageBytes);
  };
  return {
    mmap: (...call) => {
      meanwhile();
      return fake.mmap(...call);
    },
    munmap: (...call) => {
      meanwhile();
      return fake.munmap(...call);
    },
  };
}
