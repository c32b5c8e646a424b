import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Run } from "../results/schema.ts";
import { type Digest, digestRun } from "./digest.ts";
import { armsOf, changedRun, type SampleChoice, sampleRun } from "./sample-run.test.data.ts";

function digestOf(change: (run: Run) => void, choice?: SampleChoice): Digest {
  return digestRun(changedRun(change, choice));
}

function rowOf(digest: Digest, scenario: string, actors: number, strategy: string) {
  const row = digest.scenarios
    .find((entry) => entry.scenario === scenario)
    ?.tables.find((table) => table.actors === actors)
    ?.rows.find((entry) => entry.strategy === strategy);
  assert.ok(row, `no row ${scenario} ${actors} ${strategy}`);
  return row;
}

describe("digestRun() figures", () => {
  const digest = digestRun(sampleRun());

  test("lists scenarios, actors and strategies in one order", () => {
    assert.deepEqual(
      digest.scenarios.map(({ scenario, tables }) => [scenario, tables.map((t) => t.actors)]),
      [
        ["occupied", [1, 2, 4]],
        ["hot", [1, 2, 4]],
        ["spread", [1, 2, 4]],
        ["solo", [1]],
      ],
    );
    const strategies = digest.scenarios[0]?.tables[0]?.rows.map((row) => row.strategy);
    assert.deepEqual(strategies, ["hint-munmap", "fixed-noreplace", "kernel-chosen"]);
  });

  test("takes the median over forks of what each fork measured", () => {
    const run = sampleRun();
    const rates = armsOf(run)
      .filter(({ scenario, actors }) => scenario === "hot" && actors === 2)
      .filter(({ arm }) => arm.strategy === "fixed-noreplace")
      .map(({ arm }) => arm.counts.placed / 0.08)
      .sort((a, b) => a - b);
    const row = rowOf(digest, "hot", 2, "fixed-noreplace");
    const found = row.reservationsPerSecond;
    assert.ok(found.state === "interval" && found.n === 12);
    const close = (a: number, b: number | undefined) =>
      assert.ok(Math.abs(a / (b ?? 0) - 1) < 1e-9, `${a} ${b}`);
    close(found.median, ((rates[5] ?? 0) + (rates[6] ?? 0)) / 2);
    close(found.lo, rates[2]);
    close(found.hi, rates[9]);
    close(row.reservationsPerSecondPerActor.median ?? 0, found.median / 2);
  });

  test("counts system calls per lost attempt and per reservation", () => {
    const calls = (strategy: string) => {
      const row = rowOf(digest, "occupied", 2, strategy);
      return [row.callsPerLostAttempt.median, row.callsPerReservation.median];
    };
    assert.deepEqual(calls("hint-munmap"), [2, undefined]);
    assert.deepEqual(calls("fixed-noreplace"), [1, undefined]);
    assert.deepEqual(calls("kernel-chosen"), [undefined, 2]);
  });

  test("reads a lost attempt whole where one was misplaced, else the rejected ones", () => {
    const change = (run: Run) => {
      for (const { arm } of armsOf(run)) {
        for (const [name, distribution] of Object.entries(arm.distributions)) {
          const p50 = { lost: 700, rejected: 300, misplaced: 500 }[name];
          if (p50 !== undefined) distribution.quantiles.p50 = p50;
        }
      }
    };
    const changed = digestOf(change);
    assert.equal(rowOf(changed, "hot", 2, "hint-munmap").lost.p50Ns.median, 700);
    assert.equal(rowOf(changed, "hot", 2, "fixed-noreplace").lost.p50Ns.median, 300);
    assert.equal(rowOf(changed, "solo", 1, "hint-munmap").lost.p50Ns.n, 0);
  });

  test("takes the maximum over all forks, untrimmed", () => {
    const changed = digestOf((run) => {
      const wanted = armsOf(run).find(({ fork, arm }) => fork === 7 && arm.distributions.rejected);
      const rejected = wanted?.arm.distributions.rejected;
      if (rejected) rejected.quantiles.max = 9e9;
    });
    assert.equal(rowOf(changed, "occupied", 1, "fixed-noreplace").lost.maxNs, 9e9);
  });

  test("keeps the finished trials of forks that did not end well", () => {
    const changed = digestOf((run) => {
      Object.assign(run.forks[2] ?? {}, { status: "crashed", error: "SIGSEGV", trials: [] });
      Object.assign(run.forks[11] ?? {}, { status: "interrupted" });
      run.forks[11]?.trials.splice(1);
    });
    assert.equal(rowOf(changed, "occupied", 1, "hint-munmap").forks, 11);
    assert.equal(rowOf(changed, "hot", 1, "hint-munmap").forks, 10);
    assert.deepEqual(
      changed.incompleteForks.map(({ fork, counted, error }) => [fork, counted, error]),
      [
        [2, false, "SIGSEGV"],
        [11, true, "no reason recorded"],
      ],
    );
    const { planned, complete, counted } = changed.identity.forks;
    assert.deepEqual([planned, complete, counted], [12, 10, 11]);
  });

  test("does without an arm whose blocks were all voided", () => {
    const changed = digestOf((run) => {
      const arm = run.forks[0]?.trials[0]?.arms[0];
      assert.ok(arm);
      for (const name of Object.keys(arm.counts)) Object.assign(arm.counts, { [name]: 0 });
      arm.distributions = {};
      arm.blocks.wallNs = [];
      arm.voidedBlocks = 4;
      arm.safety.strays = 4;
    });
    assert.equal(rowOf(changed, "occupied", 1, "hint-munmap").forks, 11);
    assert.equal(changed.ratios[0]?.lostP50.n, 11);
    assert.equal(changed.safety.state, "clean");
    assert.match(
      changed.safety.sentence,
      /^4 strays in .*; 0 clobbers, double ownerships and leaks/,
    );
  });
});

describe("digestRun() ratios", () => {
  test("are taken within the fork: a drift of the whole fork leaves them alone", () => {
    const drifted = digestOf((run) => {
      for (const { fork, arm } of armsOf(run)) {
        for (const { quantiles } of Object.values(arm.distributions)) quantiles.p50 *= 1 + fork;
        arm.blocks.wallNs = arm.blocks.wallNs.map((ns) => ns * (1 + fork));
      }
    });
    const plain = digestRun(sampleRun());
    drifted.ratios.forEach((row, index) => {
      for (const name of ["lostP50", "reservations"] as const) {
        const [a, b] = [row[name], plain.ratios[index]?.[name]];
        assert.equal(a.n, b?.n);
        if (a.median !== undefined) assert.ok(Math.abs(a.median / (b?.median ?? 0) - 1) < 1e-9);
      }
    });
  });

  test("compare each contender to the control, where it placed anything", () => {
    const { ratios } = digestRun(sampleRun());
    const find = (scenario: string) => ratios.find((row) => row.scenario === scenario)?.toControl;
    assert.deepEqual(
      find("solo")?.map(({ strategy, reservations }) => [strategy, reservations.n]),
      [
        ["hint-munmap", 12],
        ["fixed-noreplace", 12],
      ],
    );
    assert.deepEqual(
      find("occupied")?.map(({ reservations }) => reservations.n),
      [0, 0],
    );
  });

  test("are none where nothing ran beside another", () => {
    assert.deepEqual(digestRun(sampleRun({ strategies: ["hint-munmap"] })).ratios, []);
  });
});

describe("digestRun() disturbance and notes", () => {
  test("shares the run out between measuring and the rest", () => {
    const { disturbance } = digestRun(sampleRun({ forks: 6 }));
    assert.equal(disturbance.measuredNs, 6 * 30 * 4 * 20e6);
    assert.equal(disturbance.measuredShare, 0.5);
    assert.equal(disturbance.insideShare.n, 6);
    assert.equal(disturbance.perSecond?.tlbShootdowns, 25);
    assert.equal(disturbance.othersCpus, 0.125);
  });

  test("names failed attempts and clamped calls", () => {
    const { notes } = digestOf((run) => {
      for (const { trials } of run.forks) {
        const hot = trials.find(({ spec }) => spec.scenario === "hot");
        assert.ok(hot?.arms[0]?.distributions.placed);
        hot.arms[0].errnos = { ENOMEM: 2 };
        hot.arms[0].distributions.placed.overflow = 1;
      }
    });
    assert.deepEqual(notes, [
      "24 failed attempts of hint-munmap in hot with ENOMEM",
      "12 calls took longer than can be told, and stand at the longest that can",
    ]);
  });

  test("is the same at every call and leaves the run alone", () => {
    const run = sampleRun();
    const before = structuredClone(run);
    assert.deepEqual(digestRun(run), digestRun(run));
    assert.deepEqual(run, before);
  });
});
