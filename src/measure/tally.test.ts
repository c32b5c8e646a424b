import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type CallClass, callClasses } from "../model.ts";
import { canaryBroken, claimBroken } from "../probe/batch.ts";
import { EEXIST, EINVAL, ENOMEM } from "../sys/constants.ts";
import { batchOf, type LogRecord, pairsOf } from "./records.test.data.ts";
import { callsOf, countRecords, countRefused, Tally } from "./tally.ts";

test("countRecords() counts by class, and every oddity apart", () => {
  const counts = countRecords(
    batchOf([
      { kind: "placed" },
      { kind: "placed", flags: claimBroken },
      { kind: "placed", flags: claimBroken },
      { kind: "rejected", errno: EEXIST },
      { kind: "misplaced" },
      { kind: "cleanup", errno: EINVAL },
      { kind: "lost" },
      { kind: "failed", errno: ENOMEM },
      { kind: "failed", errno: ENOMEM },
      { kind: "failed", errno: EINVAL },
      { kind: "release" },
      { kind: "release", flags: claimBroken | canaryBroken, errno: ENOMEM },
    ]),
  );
  assert.deepEqual(Array.from(counts.byClass), [3, 1, 1, 3, 1, 1, 2]);
  const { byClass: _, ...others } = counts;
  assert.deepEqual(others, {
    doubleOwners: 2,
    clobbers: 1,
    canaries: 1,
    failedUnmaps: 2,
    errnos: new Map([
      [ENOMEM, 2],
      [EINVAL, 1],
    ]),
  });
  assert.equal(callsOf(counts), 11);
});

test("countRecords() reads no further than the log's end", () => {
  const batch = batchOf([{ kind: "placed" }, { kind: "release" }, { kind: "placed" }]);
  batch.set("LOG_END", batch.get("LOG") + 16n);
  assert.deepEqual(Array.from(countRecords(batch).byClass), [1, 0, 0, 0, 0, 0, 1]);
  assert.deepEqual(Array.from(countRecords(batchOf([])).byClass), [0, 0, 0, 0, 0, 0, 0]);
});

/** Few distinct values on both sides of the dense table's end, and the saturated one. */
const ticks = fc.oneof(
  fc.nat({ max: 40 }),
  fc.integer({ min: 65_534, max: 65_538 }),
  fc.nat({ max: 0xffffffff }),
  fc.constant(0xffffffff),
);
const records = fc.array(
  fc.record({
    kind: fc.constantFrom(...callClasses),
    ticks,
    flags: fc.constantFrom(0, 0, claimBroken, canaryBroken),
    errno: fc.constantFrom(0, 0, EEXIST),
  }),
  { maxLength: 60 },
);

test("Tally keeps every tick of every class, whatever log it came in", () => {
  fc.assert(
    fc.property(fc.array(records, { minLength: 1, maxLength: 4 }), (logs) => {
      const split = new Tally();
      for (const log of logs) split.add(batchOf(log));
      const whole = new Tally();
      whole.add(batchOf(logs.flat()));
      assert.deepEqual(split.counts().map(pairsOf), whole.counts().map(pairsOf));
      const all = logs.flat();
      const hasLost = all.some(({ kind }) => kind === "lost");
      callClasses.forEach((name, index) => {
        const kinds: CallClass[] = name === "lost" && hasLost ? ["lost", "rejected"] : [name];
        const wanted = all.filter(({ kind }) => kinds.includes(kind)).map((r) => r.ticks);
        const found = pairsOf(whole.counts()[index] as ReturnType<Tally["counts"]>[number]);
        assert.deepEqual(found, pairsOf(each(wanted)));
      });
    }),
    { seed: 1, numRuns: 60 },
  );
});

test("Tally repeats rejected attempts as lost ones only beside misplaced ones", () => {
  const lost = callClasses.indexOf("lost");
  const table: [LogRecord["kind"][], number][] = [
    [["rejected", "rejected"], 0],
    [["rejected", "lost"], 2],
    [["lost"], 1],
    [[], 0],
  ];
  for (const [kinds, calls] of table) {
    const tally = new Tally();
    tally.add(batchOf(kinds.map((kind) => ({ kind }))));
    const found = tally.counts()[lost];
    assert.equal(
      found?.counts.reduce((sum, count) => sum + count, 0),
      calls,
    );
  }
});

function each(values: readonly number[]) {
  return { ticks: Uint32Array.from(values), counts: new Uint32Array(values.length).fill(1) };
}

test("countRefused() counts misplacements on refused windows, and no conflict on others", () => {
  const misplaced: LogRecord[] = [{ kind: "misplaced" }, { kind: "cleanup" }, { kind: "lost" }];
  const log: LogRecord[] = [
    ...misplaced,
    { kind: "placed" },
    { kind: "release" },
    ...misplaced,
    { kind: "rejected", errno: EEXIST },
    ...misplaced,
  ];
  // Windows asked for, from attempt 5 on: 1, 2, 3 | delay, 0, 1.
  const batch = batchOf(log, Uint32Array.of(0, 1, 2, 3 | (9 << 16)));
  const table: [cursor: bigint, refused: number[], count: number][] = [
    [5n, [], 0],
    [5n, [1], 2],
    [5n, [3], 1],
    [5n, [2], 0],
    [4n, [0, 2], 3],
  ];
  for (const [cursor, refused, count] of table) {
    assert.equal(countRefused(batch, cursor, refused), count, `${cursor} ${refused}`);
  }
});
