import assert from "node:assert/strict";
import { test } from "node:test";
import { sampleRun } from "../report/sample-run.test.data.ts";
import { contender, figureIds, type Metric } from "../results/policy-schema.ts";
import type { Arm, Run } from "../results/schema.ts";
import { contenderMetrics, defaultMetrics, isRate, metricByFork, metricName } from "./metrics.ts";

const lost: Metric = {
  ...{ scenario: "spread", actors: 2, figure: "lost-p50" },
  ...{ strategy: "fixed-noreplace", against: "hint-munmap" },
};
const run = sampleRun();

/** The run, with every arm of a strategy changed. */
function changed(strategy: string, change: (arm: Arm) => Arm): Run {
  const copy = structuredClone(run);
  for (const trial of copy.forks.flatMap(({ trials }) => trials)) {
    trial.arms = trial.arms.map((arm) => (arm.strategy === strategy ? change(arm) : arm));
  }
  return copy;
}

const near = (found: number | undefined, wanted: number) =>
  assert.ok(Math.abs((found ?? Number.NaN) / wanted - 1) < 1e-9, `${found}, want ${wanted}`);

test("metricName() says scenario, actors, strategies and figures", () => {
  assert.equal(metricName(lost), "spread/2 fixed-noreplace lost-p50 / hint-munmap lost-p50");
  const other = { ...lost, against: "kernel-chosen", againstFigure: "release-p50" } as const;
  assert.match(metricName(other), / \/ kernel-chosen release-p50$/);
});

test("metricByFork() has every complete fork that ran both strategies", () => {
  const values = metricByFork(run, lost);
  assert.deepEqual(
    [...values.keys()],
    run.forks.map(({ index }) => index),
  );
  const crashed = structuredClone(run);
  (crashed.forks[1] as Run["forks"][number]).status = "crashed";
  assert.equal(metricByFork(crashed, lost).has(1), false);
  assert.equal(metricByFork(run, { ...lost, scenario: "hot", actors: 7 }).size, 0);
  assert.equal(metricByFork(run, { ...lost, strategy: "fixed" }).size, 0);
});

test("metricByFork() is the median over turns of neighbouring blocks' ratio", () => {
  const slow = changed("fixed-noreplace", (arm) => {
    const { lost: of } = arm.blocks.latencies;
    // Twice as slow in most turns; a preempted turn changes nothing.
    const p50 = of.p50.map((ns, turn) => ns && ns * (turn === 0 ? 1000 : 2));
    const latencies = { ...arm.blocks.latencies, lost: { ...of, p50 } };
    return { ...arm, blocks: { ...arm.blocks, latencies } };
  });
  const [before, after] = [metricByFork(run, lost), metricByFork(slow, lost)];
  for (const [fork, value] of before) near(after.get(fork), 2 * value);
});

test("metricByFork() matches turns, not places in the list, where a block was voided", () => {
  const metric: Metric = { ...lost, figure: "attempts-per-second", against: "kernel-chosen" };
  // Each turn has a speed of its own, which a wrong match would show.
  const speedUp = (arm: Arm): Arm => ({
    ...arm,
    blocks: {
      ...arm.blocks,
      wallNs: arm.blocks.order.map((place) => 1e6 * 2 ** Math.floor(place / 3)),
      attempts: arm.blocks.order.map(() => 1000),
    },
  });
  const speedy = structuredClone(run);
  for (const { arms } of speedy.forks.flatMap(({ trials }) => trials)) {
    arms.forEach((arm, at) => {
      arms[at] = speedUp(arm);
    });
  }
  const voided = structuredClone(speedy);
  for (const { arms } of voided.forks.flatMap(({ trials }) => trials)) {
    const { blocks } = arms.find(({ strategy }) => strategy === "fixed-noreplace") as Arm;
    for (const list of [blocks.order, blocks.wallNs, blocks.attempts]) list.shift();
  }
  for (const each of [speedy, voided]) {
    for (const value of metricByFork(each, metric).values()) near(value, 1);
  }
});

test("metricByFork() reads every figure, rates as rates", () => {
  for (const figure of figureIds) {
    const values = metricByFork(run, { ...lost, figure });
    assert.ok(values.size > 0, figure);
    for (const value of values.values()) assert.ok(value > 0 && Number.isFinite(value), figure);
    assert.equal(isRate(figure), figure.includes("per-second"));
  }
});

test("metricByFork() finds the side's one contender, and refuses two", () => {
  const metric: Metric = { ...lost, strategy: contender, against: "kernel-chosen" };
  assert.throws(() => metricByFork(run, metric), /^UsageError: .*the run has 2: hint-munmap/);
  const alone = structuredClone(run);
  alone.options.strategies = ["fixed-noreplace", "kernel-chosen"];
  const named = metricByFork(run, { ...metric, strategy: "fixed-noreplace" });
  assert.deepEqual(metricByFork(alone, metric), named);
});

test("the default families are declared for one actor, and at most six", () => {
  for (const family of [defaultMetrics, contenderMetrics]) {
    assert.ok(family.length <= 6);
    assert.equal(new Set(family.map(metricName)).size, family.length);
    for (const { actors } of family) assert.equal(actors, 1);
  }
});
