import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { armsOf } from "../report/sample-run.test.data.ts";
import type { Gate } from "../results/gate-schema.ts";
import type { Metric } from "../results/policy-schema.ts";
import type { Arm, Fork, Run } from "../results/schema.ts";
import {
  digested,
  fileOf,
  forks,
  intervalOf,
  loseFork,
  measuredAt,
  pairedWith,
  policy,
  slow,
  spoilFork,
} from "./compared-runs.test.data.ts";
import { defaultMetrics } from "./metrics.ts";

interface Sides {
  readonly baseline: Run;
  readonly candidate: Run;
  readonly "baseline-again": Run;
}

const roles = ["baseline", "candidate", "baseline-again"] as const;

function threeSides(change: (arm: Arm) => void = () => {}): Sides {
  return {
    baseline: measuredAt(0),
    candidate: measuredAt(1, change),
    "baseline-again": measuredAt(2),
  };
}

function pairs({ baseline, candidate, "baseline-again": again }: Sides) {
  return pairedWith(candidate, { baseline, again });
}

function files({ baseline, candidate }: Sides) {
  return {
    kind: "unpaired" as const,
    ...{ baseline: fileOf(baseline, "baseline"), candidate: fileOf(candidate, "candidate") },
  };
}

/** All that the forks' times say. */
function figuresOf({ metrics, shown }: Gate) {
  return { metrics, shown };
}

describe("digestGate() drops a pair", () => {
  for (const lost of roles) {
    test(`whose fork of the ${lost} crashed, on every side and in every figure`, () => {
      const sides = threeSides();
      loseFork(sides[lost], 4, "killed by SIGKILL");
      const gate = digested(pairs(sides));
      const dropped = [{ pair: 4, side: lost, reason: "killed by SIGKILL" }];
      assert.deepEqual(gate.pairs?.dropped, dropped);
      assert.equal(gate.pairs?.measured, forks);
      for (const { baseline, candidate, slowdown } of [...gate.metrics, ...gate.shown]) {
        for (const { values } of [baseline, candidate]) {
          assert.deepEqual([values.length, values.indexOf(null)], [forks, 4]);
          assert.equal(values.lastIndexOf(null), 4);
        }
        assert.equal(slowdown.n, forks - 1);
      }
      for (const { environment } of gate.metrics) assert.equal(environment?.n, forks - 1);
      // Whatever the other sides measured in that pair, the figures are the same.
      for (const role of roles) spoilFork(sides[role], 4);
      assert.deepEqual(figuresOf(digested(pairs(sides))), figuresOf(gate));
    });
  }

  test("that one side did not come to, at the end as elsewhere", () => {
    for (const late of roles) {
      const sides = threeSides();
      sides[late].forks.pop();
      const gate = digested(pairs(sides));
      const dropped = [{ pair: forks - 1, side: late, reason: "it did not run" }];
      assert.deepEqual(gate.pairs, { ...gate.pairs, measured: forks, dropped });
      for (const { baseline, candidate } of gate.metrics) {
        assert.deepEqual([baseline.values.length, candidate.values.length], [forks, forks]);
        assert.deepEqual([baseline.values.at(-1), candidate.values.at(-1)], [null, null]);
      }
    }
  });

  test("once, and says how the fork ended where there is no error", () => {
    for (const status of ["hung", "failed", "interrupted"] as const) {
      const sides = threeSides();
      for (const role of roles) Object.assign(sides[role].forks[0] ?? {}, { status });
      assert.deepEqual(digested(pairs(sides)).pairs?.dropped, [
        { pair: 0, side: "baseline", reason: status },
      ]);
    }
  });

  test("and takes no crash for a slowdown", () => {
    const sides = threeSides();
    loseFork(sides.candidate, 4);
    loseFork(sides.candidate, 7);
    assert.equal(digested(pairs(sides)).verdict, "no-regression");
  });
});

describe("digestGate() refuses to judge what a crash left", () => {
  const lenient = { ...policy, mostDroppedShare: 0.25 };
  const remedy = /A crash is no regression: see why the forks end, then gate again\.$/;

  test("of pairs, above the policy's share and not at it", () => {
    const sides = threeSides();
    for (const pair of [1, 2]) loseFork(sides.candidate, pair, "out of memory");
    loseFork(sides["baseline-again"], 5);
    assert.equal(digested(pairs(sides), { policy: lenient }).metrics[0]?.slowdown.n, 9);
    loseFork(sides.baseline, 6);
    const refusal = () => digested(pairs(sides), { policy: lenient });
    assert.throws(refusal, remedy);
    assert.throws(refusal, {
      name: "UsageError",
      message: /^4 of 12 pairs were lost, more than the 25 % that the policy allows; the first /,
    });
    assert.throws(refusal, /the first on the candidate's side: out of memory\. /);
  });

  for (const role of ["baseline", "candidate"] as const) {
    test(`of the ${role}'s file`, () => {
      const sides = threeSides();
      for (const fork of [1, 2, 3]) loseFork(sides[role], fork, "out of memory");
      const gate = digested(files(sides), { policy: lenient });
      assert.equal(gate.pairs?.measured, 9);
      for (const { slowdown } of [...gate.metrics, ...gate.shown]) assert.equal(slowdown.n, 9);
      loseFork(sides[role], 9);
      const refusal = () => digested(files(sides), { policy: lenient });
      assert.throws(refusal, remedy);
      const message = new RegExp(
        `^4 of 12 forks were lost, more than the 25 % .* on the ${role}'s side: out of memory\\.`,
      );
      assert.throws(refusal, { name: "UsageError", message });
    });
  }
});

describe("digestGate() refuses a metric that is not there", () => {
  const withoutHint = (run: Run) => {
    for (const trial of run.forks.flatMap(({ trials }) => trials)) {
      trial.arms = trial.arms.filter(({ strategy }) => strategy !== "hint-munmap");
    }
  };

  for (const role of roles) {
    test(`on the ${role}'s side, with the remedy`, () => {
      const sides = threeSides();
      withoutHint(sides[role]);
      const message =
        `The ${role} has no fork with the metric spread/1 fixed-noreplace lost-p50 / ` +
        "hint-munmap lost-p50. Measure its scenario, actors and strategies (fixed-noreplace, " +
        "hint-munmap) on both sides, or take it out of the policy's metrics.";
      assert.throws(() => digested(pairs(sides)), { name: "UsageError", message });
      if (role === "baseline-again") return;
      assert.throws(() => digested(files(sides)), { name: "UsageError", message });
    });
  }

  test("of a scenario that was not run", () => {
    const [metric] = defaultMetrics;
    const metrics = metric ? [{ ...metric, scenario: "hot" }] : [];
    assert.throws(() => digested(pairs(threeSides()), { metrics }), /no fork with the metric hot/);
  });
});

test("digestGate() takes forks without the metric for lost", () => {
  const sides = threeSides(slow({ "fixed-noreplace": 2 }));
  for (const { fork, arm } of armsOf(sides.candidate)) {
    if (fork >= 5) arm.blocks.latencies.lost.p50.fill(null);
  }
  assert.throws(() => digested(pairs(sides), { metrics: defaultMetrics.slice(0, 1) }), {
    name: "UsageError",
    message: /^The candidate has 5 of 12 forks with the metric spread\/1 fixed-noreplace lost-p50/,
  });
});

test("digestGate() names the broken law where no time can be compared as well", () => {
  const sides = threeSides(slow({ "fixed-noreplace": 2 }));
  for (const { arm } of armsOf(sides.candidate)) {
    arm.blocks.latencies.lost.p50.fill(null);
    arm.counts.cleanups++;
  }
  const gate = digested(pairs(sides), { metrics: defaultMetrics.slice(0, 1) });
  assert.deepEqual([gate.verdict, gate.exitCode, gate.metrics], ["violated", 1, []]);
  assert.match(gate.notes.join(), /No time is compared: The candidate has no fork with the metric/);
});

/** A metric of a fork, from its blocks: the median of the turns' ratios. */
function recomputed(fork: Fork, metric: Metric): number {
  const { figure, againstFigure = figure } = metric;
  const trial = fork.trials.find(({ spec }) => spec.scenario === metric.scenario);
  const value = (strategy: string, what: string, turn: number): number => {
    const arm = trial?.arms.find((each) => each.strategy === strategy);
    assert.ok(arm, strategy);
    const { attempts, wallNs, latencies } = arm.blocks;
    if (what === "attempts-per-second") return (attempts[turn] ?? 0) / (wallNs[turn] ?? 0);
    const [kind = "", quantile = ""] = what.split("-");
    return latencies[kind as "lost"][quantile as "p50"][turn] ?? assert.fail(what);
  };
  return middle(
    [0, 1, 2, 3].map(
      (turn) => value(metric.strategy, figure, turn) / value(metric.against, againstFigure, turn),
    ),
  );
}

function middle(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (index: number) => sorted[Math.floor(index)] ?? Number.NaN;
  return (at((values.length - 1) / 2) + at(values.length / 2)) / 2;
}

/** Hodges and Lehmann's: the middle of all averages of two, or of all differences. */
function slowdownBetween(base: number[], ours: number[], isPaired: boolean): number {
  const logs = ours.map((value, pair) => Math.log(value / (base[pair] ?? Number.NaN)));
  const averages = logs.flatMap((a, i) => logs.slice(i).map((b) => (a + b) / 2));
  const differences = ours.flatMap((to) => base.map((from) => Math.log(to / from)));
  return Math.expm1(middle(isPaired ? averages : differences));
}

const near = (found: number | null, wanted: number, what: string) =>
  assert.ok(Math.abs((found ?? Number.NaN) - wanted) <= 1e-9 * Math.abs(wanted) + 1e-12, what);

for (const evidenceOf of [pairs, files]) {
  test(`digestGate() of ${evidenceOf.name} has no figure that its runs do not have`, () => {
    const sides = threeSides(slow({ "fixed-noreplace": 1.1, "kernel-chosen": 0.9 }));
    const gate = digested(evidenceOf(sides));
    for (const [index, metric] of defaultMetrics.entries()) {
      const judged = gate.metrics[index] ?? assert.fail();
      const [base, ours] = [sides.baseline, sides.candidate].map((run) =>
        run.forks.map((fork) => recomputed(fork, metric)),
      ) as [number[], number[]];
      for (const [values, { values: told, median }] of [
        [base, judged.baseline],
        [ours, judged.candidate],
      ] as const) {
        for (const [fork, value] of values.entries()) near(told[fork] ?? null, value, judged.name);
        near(median, middle(values), judged.name);
      }
      const isRate = metric.figure === "attempts-per-second";
      const estimate = isRate
        ? slowdownBetween(ours, base, evidenceOf === pairs)
        : slowdownBetween(base, ours, evidenceOf === pairs);
      near(intervalOf(judged.slowdown).estimate, estimate, judged.name);
    }
    assert.deepEqual(
      gate.sides.map(({ run, command, forks: complete }) => ({ run, command, complete })),
      gate.sides.map(({ role }) => ({
        run: `results/${role === "baseline-again" ? "again" : role}.json`,
        ...{ command: sides[role].command, complete: forks },
      })),
    );
  });
}
