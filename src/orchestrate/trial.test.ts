/** Every scenario with every strategy, in real forks on the running kernel, for facts alone. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { loadCode } from "../probe/native.ts";
import {
  type Arm,
  type BenchOptions,
  type Fork,
  runSchema,
  type Trial,
} from "../results/schema.ts";
import { scenarios } from "../scenarios/index.ts";
import { strategies, strategyOf } from "../strategies/index.ts";
import { readHost } from "../sys/host.ts";
import { executeRun } from "./execute.ts";
import { setupOf, smallOptions } from "./plan.test.data.ts";
import { planRun } from "./plan.ts";

const native = loadCode();
const noNative = native.state === "unavailable" && native.reason;
const { pageBytes } = readHost();
const everything = smallOptions({
  scenarios: scenarios.map(({ id }) => id),
  strategies: strategies.map(({ id }) => id),
  actors: [1, 2],
  windowBytes: 16 * pageBytes,
});

/** One fork for each group of strategies, without time: one block an arm. */
async function smoke(options: BenchOptions): Promise<Fork[]> {
  const forks: Fork[] = [];
  for (const fork of planRun(options).forks) {
    const events = executeRun(
      { options, forks: [{ ...fork, index: 0 }] },
      { setup: setupOf(options, pageBytes), endsAtMs: 0, signal: new AbortController().signal },
    );
    for await (const event of events) if (event.kind === "fork-ended") forks.push(event.fork);
  }
  return forks;
}

interface Measured {
  readonly trial: Trial;
  readonly arm: Arm;
}

const armsOf = (forks: readonly Fork[]): Measured[] =>
  forks.flatMap(({ trials }) =>
    trials.flatMap((trial) => trial.arms.map((arm) => ({ trial, arm }))),
  );

for (const [probe, skip] of [
  ["native", noNative],
  ["libc", false],
] as const) {
  test(`every scenario and strategy with the ${probe} probe: facts`, { skip }, async (t) => {
    const forks = await smoke({ ...everything, probe });
    assert.deepEqual(
      forks.map(({ status, error, strategies: ids }) => [status, error, ids]),
      [
        [
          "complete",
          undefined,
          ["hint-munmap", "fixed-noreplace", "noreplace-or-hint", "kernel-chosen"],
        ],
        ["complete", undefined, ["fixed"]],
      ],
    );
    assert.deepEqual(runSchema.shape.forks.parse(forks), forks);
    const measured = armsOf(forks);
    assert.equal(measured.length, 7 * strategies.length);
    for (const { trial, arm } of measured) assertArm(trial, arm);
    assertControl(measured);
    const { flagVerdict } = setupOf(everything, pageBytes);
    if (flagVerdict === "supported") measured.forEach(assertNoReplace);
    else t.diagnostic("this kernel does not know MAP_FIXED_NOREPLACE");
  });
}

test("touched windows among interlopers and ballast, not pinned, not anchored: facts", async () => {
  const [fork] = await smoke({
    ...everything,
    scenarios: ["spread", "hot"],
    strategies: ["hint-munmap", "fixed-noreplace", "kernel-chosen"],
    actors: [2],
    prot: "rw",
    touch: true,
    vmas: 200,
    interlopers: { map: 1, fault: 1 },
    pinned: false,
    anchored: false,
  });
  assert.deepEqual([fork?.status, fork?.error, fork?.trials.length], ["complete", undefined, 2]);
  for (const { trial, arm } of armsOf(fork ? [fork] : [])) {
    assertArm(trial, arm);
    assert.ok(trial.mappings > 200, "the ballast is there");
    assert.ok(arm.counts.placed === 0 || arm.minorFaults > 0, "pages were touched");
  }
});

/** What holds for every arm, whoever won. */
function assertArm({ spec, violations, refusedWindows }: Trial, arm: Arm): void {
  const what = `${arm.strategy} in ${spec.scenario} of ${spec.actors}`;
  const { counts, safety, blocks } = arm;
  assert.deepEqual(violations, [], what);
  assert.equal(refusedWindows, 0, what);
  assert.equal(
    counts.attempts,
    counts.placed + counts.rejected + counts.misplaced + counts.failed,
    what,
  );
  assert.deepEqual([counts.cleanups, counts.releases], [counts.misplaced, counts.placed], what);
  assert.equal(counts.failed, 0, what);
  assert.equal(safety.leaks, 0, what);
  assert.ok(blocks.order.length === 1 || arm.voidedBlocks === 1, what);
  assert.ok(counts.attempts > 0 || arm.voidedBlocks === 1, what);
  assert.equal(arm.placedByActor.length, spec.actors, what);
  if (!strategyOf(arm.strategy).clobbers) {
    assert.deepEqual([safety.doubleOwners, safety.clobbers, safety.canaries], [0, 0, 0], what);
  }
  const conflicts = counts.rejected + counts.misplaced;
  const isAddressed = strategyOf(arm.strategy).addressed;
  if (spec.scenario === "solo" || !isAddressed) assert.equal(conflicts, 0, what);
  if (spec.scenario === "occupied" && isAddressed && arm.strategy !== "fixed") {
    assert.equal(counts.placed, 0, what);
  }
  // A lost hint is two calls, and both together are timed once more.
  if (arm.strategy === "hint-munmap") {
    assert.equal(counts.rejected, 0, what);
    assert.equal(arm.distributions.lost?.quantiles.count ?? 0, counts.cleanups, what);
  }
}

/** A lost attempt with the flag is one call. */
function assertNoReplace({ arm }: Measured): void {
  if (arm.strategy !== "fixed-noreplace") return;
  assert.deepEqual([arm.counts.misplaced, arm.counts.cleanups], [0, 0]);
  assert.equal(arm.distributions.lost, undefined);
}

/** The detector sees what plain MAP_FIXED does to a third party. */
function assertControl(measured: readonly Measured[]): void {
  const control = measured.filter(
    ({ trial, arm }) => arm.strategy === "fixed" && trial.spec.scenario === "occupied",
  );
  assert.equal(control.length, 2);
  for (const { arm } of control) {
    assert.ok(arm.safety.doubleOwners > 0, "double owners");
    assert.ok(arm.safety.clobbers > 0, "clobbers");
  }
}
