import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { armsOf, type SampleChoice, sampleRun } from "../report/sample-run.test.data.ts";
import type { Arm, Run } from "../results/schema.ts";
import { shownFigures } from "./shown.ts";

const forks = 3;

function runOf(choice: SampleChoice = {}, change: (arm: Arm, fork: number) => void = () => {}) {
  const run = sampleRun({ forks, scenarios: ["occupied", "spread"], actors: [1, 2], ...choice });
  for (const { arm, fork } of armsOf(run)) change(arm, fork);
  return run;
}

const names = (baseline: Run, candidate: Run) =>
  shownFigures(baseline, candidate).map(({ name }) => name);

describe("shownFigures()", () => {
  test("has every figure that a strategy has, in the order of the scenarios", () => {
    const run = runOf({ actors: [1] });
    assert.deepEqual(names(run, run), [
      "occupied/1 hint-munmap lost p50 (ns)",
      "occupied/1 hint-munmap lost p99 (ns)",
      "occupied/1 hint-munmap attempts/s",
      "occupied/1 fixed-noreplace lost p50 (ns)",
      "occupied/1 fixed-noreplace lost p99 (ns)",
      "occupied/1 fixed-noreplace attempts/s",
      ...["hint-munmap", "fixed-noreplace"].flatMap((strategy) =>
        ["lost p50 (ns)", "lost p99 (ns)", "placed p50 (ns)", "placed p99 (ns)", "attempts/s"].map(
          (figure) => `spread/1 ${strategy} ${figure}`,
        ),
      ),
      "spread/1 kernel-chosen placed p50 (ns)",
      "spread/1 kernel-chosen placed p99 (ns)",
      "spread/1 kernel-chosen attempts/s",
    ]);
  });

  test("leaves the control out of occupied windows, where it alone is placed", () => {
    const run = runOf();
    const control = names(run, run).filter((name) => name.includes("kernel-chosen"));
    assert.ok(control.length > 0 && control.every((name) => name.startsWith("spread/")));
  });

  const sides: readonly [what: string, choice: SampleChoice, common: RegExp][] = [
    ["a scenario", { scenarios: ["spread"] }, /^spread\//],
    ["a number of actors", { actors: [2] }, /^\w+\/2 /],
    ["a strategy", { strategies: ["fixed-noreplace", "kernel-chosen"] }, / (fixed-nor|kernel-cho)/],
  ];
  for (const [what, choice, common] of sides) {
    test(`has what both sides have in common, where one lacks ${what}`, () => {
      const [whole, part] = [runOf(), runOf(choice)];
      const wanted = names(whole, whole).filter((name) => common.test(name));
      assert.ok(wanted.length > 0 && wanted.length < names(whole, whole).length);
      assert.deepEqual(names(whole, part), wanted);
      assert.deepEqual(names(part, whole), wanted);
    });
  }

  test("has nothing of sides that have nothing in common", () => {
    assert.deepEqual(names(runOf({ actors: [1] }), runOf({ actors: [2] })), []);
  });

  test("takes each fork's own figure, in its own unit", () => {
    const baseline = runOf();
    const candidate = runOf({}, ({ distributions, blocks }) => {
      for (const { quantiles } of Object.values(distributions)) quantiles.p99 *= 3;
      blocks.wallNs = blocks.wallNs.map((ns) => ns * 2);
    });
    for (const { name, isRate, base, ours } of shownFigures(baseline, candidate)) {
      const factor = isRate ? 0.5 : name.includes("p99") ? 3 : 1;
      assert.equal(isRate, name.endsWith("attempts/s"));
      assert.deepEqual([...base.keys()], [0, 1, 2]);
      for (const [fork, value] of base) assert.equal(ours.get(fork), value * factor, name);
    }
    const found = shownFigures(baseline, candidate).find(({ name }) =>
      name.startsWith("spread/2 fixed-noreplace lost p99"),
    );
    const trial = baseline.forks[1]?.trials.find(
      ({ spec }) => spec.scenario === "spread" && spec.actors === 2,
    );
    const arm = trial?.arms.find(({ strategy }) => strategy === "fixed-noreplace");
    assert.equal(found?.base.get(1), arm?.distributions.rejected?.quantiles.p99);
    assert.ok(found?.base.get(1));
  });

  test("has a lost attempt whole, its cleanup included, where one was misplaced", () => {
    const run = runOf({ actors: [1] });
    const found = shownFigures(run, run).find(({ name }) => name.includes("hint-munmap lost p50"));
    const arm = run.forks[0]?.trials[0]?.arms.find(({ strategy }) => strategy === "hint-munmap");
    assert.equal(found?.base.get(0), arm?.distributions.lost?.quantiles.p50);
  });

  test("has no figure of 0 and none of a division by it, of one fork or of all", () => {
    const spoil = (arm: Arm) => {
      arm.blocks.wallNs.fill(0);
      for (const { quantiles } of Object.values(arm.distributions)) quantiles.p50 = 0;
    };
    const one = runOf({}, (arm, fork) => fork === 1 && spoil(arm));
    for (const { name, base, ours } of shownFigures(runOf(), one)) {
      assert.deepEqual([...base.keys()], [0, 1, 2]);
      assert.deepEqual([...ours.keys()], name.includes("p99") ? [0, 1, 2] : [0, 2], name);
    }
    const all = names(runOf(), runOf({}, spoil));
    assert.ok(all.length > 0 && all.every((name) => name.includes("p99")));
  });

  test("leaves out what a fork measured before it was lost, as the metrics do", () => {
    const lost = runOf();
    Object.assign(lost.forks[1] ?? {}, { status: "crashed" });
    for (const { ours } of shownFigures(runOf(), lost)) assert.deepEqual([...ours.keys()], [0, 2]);
    const none = runOf();
    for (const fork of none.forks) fork.status = "hung";
    assert.deepEqual(names(runOf(), none), []);
  });
});
