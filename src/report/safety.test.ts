import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Run } from "../results/schema.ts";
import { type Digest, digestRun } from "./digest.ts";
import { armsOf, changedRun, type SampleChoice, sampleRun } from "./sample-run.test.data.ts";

function digestOf(change: (run: Run) => void, choice?: SampleChoice): Digest {
  return digestRun(changedRun(change, choice));
}

describe("digestSafety()", () => {
  test("bounds what was not seen by the attempts for held windows, not by the control's", () => {
    const run = sampleRun();
    const { safety } = digestRun(run);
    const attempts = armsOf(run)
      .filter(({ arm }) => arm.strategy !== "kernel-chosen")
      .filter(({ hold, scenario }) => hold > 0 || scenario === "occupied")
      .reduce((total, { arm }) => total + arm.counts.attempts, 0);
    assert.equal(safety.attempts, attempts);
    assert.ok(Math.abs(safety.upperBound - 2.9957 / attempts) < 1e-10);
    assert.match(
      safety.sentence,
      /^0 clobbers, double ownerships, leaks and strays in [\d.]+ M attempts for windows /,
    );
    assert.equal(safety.negativeControl.state, "not-run");
  });

  test("does not lose a clobber with the fork that crashed over it", () => {
    const { safety, headline } = digestOf((run) => {
      Object.assign(run.forks[3] ?? {}, { status: "failed", error: "clobber" });
      const arm = run.forks[3]?.trials[4]?.arms[1];
      if (arm) arm.safety.clobbers = 1;
    });
    assert.equal(safety.state, "broken");
    assert.match(safety.sentence, /^1 clobber in .*; 0 double ownerships, leaks and strays/);
    assert.deepEqual(
      headline.labels.map(({ code }) => code),
      ["unsafe"],
    );
  });

  const strategies = ["hint-munmap", "fixed-noreplace", "fixed"];

  test("keeps the negative control apart and says what it saw", () => {
    const { safety, identity } = digestRun(sampleRun({ strategies }));
    assert.equal(safety.state, "clean");
    assert.equal(safety.negativeControl.state, "seen");
    assert.match(safety.negativeControl.sentence, /detector saw .* clobbers and .* as it should/);
    assert.deepEqual([identity.forks.planned, identity.forks.negativeControl], [12, 12]);
  });

  test("draws the conclusion where the negative control shows nothing", () => {
    const blinded = (run: Run) => {
      for (const { arm } of armsOf(run))
        Object.assign(arm.safety, { clobbers: 0, doubleOwners: 0 });
    };
    const blind = digestOf(blinded, { strategies }).safety.negativeControl;
    assert.equal(blind.state, "blind");
    assert.match(blind.sentence, /saw nothing where it should: the zeros above prove nothing/);
    const solo = digestOf(blinded, { strategies, scenarios: ["solo"] }).safety;
    assert.equal(solo.negativeControl.state, "uncontested");
  });

  test("has nothing to say without attempts", () => {
    const { safety } = digestOf((run) => {
      run.forks = [];
    });
    assert.deepEqual([safety.state, safety.attempts, safety.upperBound], ["no-attempts", 0, 1]);
  });
});
