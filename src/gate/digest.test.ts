import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { formatSlowdown } from "../report/slowdown.ts";
import type { Gate, Verdict } from "../results/gate-schema.ts";
import { contender, type Metric, policySchema } from "../results/policy-schema.ts";
import type { Arm, Run } from "../results/schema.ts";
import {
  delay,
  digested,
  fileOf,
  forks,
  intervalOf,
  measuredAt,
  pairedWith,
  policy,
  slow,
} from "./compared-runs.test.data.ts";
import { metricsOf, refuseFewPairs } from "./digest.ts";
import { contenderMetrics, defaultMetrics, metricName } from "./metrics.ts";
import { armOf, recount } from "./sound-run.test.data.ts";

const near = (found: number, wanted: number, within: number, what: string) =>
  assert.ok(Math.abs(found - wanted) <= within, `${what}: ${found}, want ${wanted}`);

const unpairedWith = (candidate: Run, baseline = measuredAt(0)) => ({
  kind: "unpaired" as const,
  ...{ baseline: fileOf(baseline, "baseline"), candidate: fileOf(candidate, "candidate") },
});

const both = (run: Run) => [pairedWith(run), unpairedWith(run)];

/**
 * Candidates, and the sign of each default metric's slowdown: flag / hint lost, flag / control
 * lost, hint / control lost, flag / control placed, flag / hint attempts a second.
 */
const changes: readonly [what: string, (arm: Arm) => void, signs: string, verdict: Verdict][] = [
  ["equal code", () => {}, "0 0 0 0 0", "no-regression"],
  ["a slower flag", slow({ "fixed-noreplace": 1.3 }), "+ + 0 + +", "regressed"],
  ["a slower hint", slow({ "hint-munmap": 1.3 }), "- 0 + 0 -", "regressed"],
  [
    "two slower ways",
    slow({ "fixed-noreplace": 1.3, "hint-munmap": 1.3 }),
    "0 + + + 0",
    "regressed",
  ],
  // By the ratios alone, a slower control cannot be told from two faster ways.
  ["a slower control", slow({ "kernel-chosen": 1.3 }), "0 - - - 0", "improved"],
  ["a faster flag", slow({ "fixed-noreplace": 1 / 1.3 }), "- - 0 - -", "improved"],
  // A slower clock and a slower kernel look alike: ratios see neither.
  [
    "everything slower by a factor",
    slow({ "fixed-noreplace": 1.3, "hint-munmap": 1.3, "kernel-chosen": 1.3 }),
    "0 0 0 0 0",
    "no-regression",
  ],
  // The same time more of every call shows, because not all are equally long.
  ["every call slower by 300 ns", delay(300), "+ + - 0 +", "regressed"],
];

const signOf = { regressed: "+", improved: "-", "no-regression": "0", inconclusive: "?" } as const;

for (const [what, change, signs, verdict] of changes) {
  test(`digestGate() says ${verdict} of ${what}: ${signs}`, () => {
    for (const evidence of both(measuredAt(1, change))) {
      const { metrics, ...gate } = digested(evidence);
      assert.equal(gate.verdict, verdict, evidence.kind);
      assert.equal(metrics.map((metric) => signOf[metric.verdict]).join(" "), signs, evidence.kind);
      assert.equal(gate.exitCode, verdict === "regressed" ? 1 : 0);
      assert.deepEqual(
        metrics.map(({ name }) => name),
        defaultMetrics.map(metricName),
      );
    }
  });
}

test("digestGate() says how much slower, of times and of rates alike", () => {
  const table: [factor: number, slowdowns: number[]][] = [
    [1.3, [0.3, 0.3, 0, 0.3, 0.3]],
    [0.8, [-0.2, -0.2, 0, -0.2, -0.2]],
  ];
  for (const [factor, slowdowns] of table) {
    for (const evidence of both(measuredAt(1, slow({ "fixed-noreplace": factor })))) {
      for (const [index, { name, slowdown }] of digested(evidence).metrics.entries()) {
        const { lo, hi, estimate } = intervalOf(slowdown);
        near(estimate, slowdowns[index] ?? Number.NaN, 0.01, name);
        assert.ok(lo <= estimate && estimate <= hi, name);
      }
    }
  }
});

describe("digestGate() with a twin", () => {
  const twins: [what: string, factor: number, said: RegExp][] = [
    ["slower", 1.3, /twin \+(29|30|31)\.\d % \[.*more than 5 % slower$/],
    ["faster", 1 / 1.3, /twin -2[234]\.\d % \[.*more than 5 % faster$/],
  ];
  for (const [what, factor, said] of twins) {
    for (const [candidate, change] of changes.slice(0, 3)) {
      test(`that is ${what} calls ${candidate} inconclusive in every metric`, () => {
        const again = measuredAt(2, slow({ "fixed-noreplace": factor }));
        const gate = digested(pairedWith(measuredAt(1, change), { again }));
        assert.deepEqual([gate.verdict, gate.exitCode], ["inconclusive", 3]);
        for (const { verdict, reason, slowdown } of gate.metrics) {
          assert.equal(verdict, "inconclusive");
          assert.ok(reason.startsWith(`${formatSlowdown(slowdown)}, ${forks} pairs; `), reason);
          const moved = "; but the machine moved: spread/1 fixed-noreplace lost-p50 / hint-munmap ";
          assert.ok(reason.includes(moved), reason);
          assert.match(reason, said);
        }
      });
    }
  }

  test("that moved still has a broken law for what it is", () => {
    const again = measuredAt(2, slow({ "fixed-noreplace": 2 }));
    const candidate = measuredAt(1);
    recount(armOf(candidate, "hint-munmap", "spread"), { cleanups: -1 });
    const gate = digested(pairedWith(candidate, { again }));
    assert.deepEqual([gate.verdict, gate.exitCode], ["violated", 1]);
  });

  test("has nothing of the kind for two files", () => {
    for (const { environment } of digested(unpairedWith(measuredAt(1))).metrics) {
      assert.equal(environment, null);
    }
  });
});

test("digestGate() sets the twin against the baseline, not against the candidate", () => {
  const everywhere = slow({ "fixed-noreplace": 1.3 });
  const evidence = pairedWith(measuredAt(1), {
    baseline: measuredAt(0, everywhere),
    again: measuredAt(2, everywhere),
  });
  const { verdict, metrics } = digested(evidence);
  assert.equal(verdict, "improved");
  for (const { environment, name } of metrics) {
    near(environment?.estimate ?? Number.NaN, 0, 0.01, name);
  }
});

describe("digestGate() shares the error among looks and metrics", () => {
  const looks = { only: 0.05, first: 0.01, last: 0.04 } as const;
  for (const look of ["only", "first", "last"] as const) {
    for (const members of [1, 2, 5]) {
      test(`${looks[look]} of the ${look} look, over ${members}`, () => {
        const metrics = defaultMetrics.slice(0, members);
        const gate = digested(pairedWith(measuredAt(1), { look }), { metrics });
        const wanted = 1 - looks[look] / members;
        near(gate.pairs?.confidence ?? Number.NaN, wanted, 1e-12, look);
        assert.equal(gate.pairs?.extended, look === "last");
        for (const { slowdown, environment } of gate.metrics) {
          for (const change of [slowdown, environment ?? assert.fail()]) {
            assert.ok(intervalOf(change).coverage >= wanted);
          }
        }
        for (const { slowdown } of gate.shown) assert.ok(intervalOf(slowdown).coverage < 0.97);
      });
    }
  }

  test("all of it in two files, which are looked at once", () => {
    const gate = digested(unpairedWith(measuredAt(1)));
    near(gate.pairs?.confidence ?? Number.NaN, 0.99, 1e-12, "unpaired");
    assert.equal(gate.pairs?.extended, false);
  });
});

test("digestGate() compares two files of different numbers of forks", () => {
  const candidate = measuredAt(1, slow({ "fixed-noreplace": 1.3 }));
  candidate.forks = candidate.forks.slice(2).map((fork, index) => ({ ...fork, index }));
  const gate = digested(unpairedWith(candidate));
  assert.equal(gate.verdict, "regressed");
  assert.equal(gate.pairs?.measured, forks - 2);
  assert.deepEqual(
    gate.sides.map(({ role, forks }) => [role, forks]),
    [
      ["baseline", forks],
      ["candidate", forks - 2],
    ],
  );
  for (const { baseline, candidate: ours, slowdown } of [...gate.metrics, ...gate.shown]) {
    assert.deepEqual([baseline.values.length, ours.values.length], [forks, forks - 2]);
    assert.ok(![...baseline.values, ...ours.values].includes(null));
    assert.equal(slowdown.n, forks - 2);
  }
});

describe("digestGate() of the exact laws alone", () => {
  const exact = { kind: "exact" as const, why: "There is no baseline.", isAskedFor: true };
  const { isAskedFor: _, ...notAskedFor } = exact;

  test("holds where that was asked for", () => {
    const gate = digested({ ...exact, candidate: fileOf(measuredAt(1), "candidate") });
    assert.deepEqual([gate.verdict, gate.exitCode, gate.comparison], ["held", 0, "exact"]);
    assert.match(gate.sentence, /^The exact laws hold: /);
    assert.deepEqual([gate.metrics, gate.shown, gate.differences, gate.pairs], [[], [], [], null]);
    assert.deepEqual(gate.notes, ["There is no baseline.", "a note of the occasion"]);
    assert.deepEqual(
      gate.sides.map(({ role, run }) => [role, run]),
      [["candidate", "results/candidate.json"]],
    );
  });

  test("is inconclusive where a comparison was asked for, and passes if the policy lets it", () => {
    const evidence = { ...notAskedFor, candidate: fileOf(measuredAt(1), "candidate") };
    const gate = digested(evidence);
    assert.deepEqual([gate.verdict, gate.exitCode], ["inconclusive", 3]);
    assert.match(gate.sentence, /nothing was compared$/);
    const lenient = { ...policy, onInconclusive: "pass" as const };
    assert.equal(digested(evidence, { policy: lenient }).exitCode, 0);
  });

  test("is violated where a law is broken", () => {
    const run = measuredAt(1);
    recount(armOf(run, "hint-munmap", "spread"), { cleanups: -1 });
    for (const each of [exact, notAskedFor]) {
      const gate = digested({ ...each, candidate: fileOf(run, "candidate") });
      assert.deepEqual([gate.verdict, gate.exitCode], ["violated", 1]);
    }
  });
});

test("digestGate() never contradicts itself, whatever became slower or faster", () => {
  const factor = fc.double({ min: 0.8, max: 1.25, noNaN: true });
  const side = fc.record({
    "fixed-noreplace": factor,
    "hint-munmap": factor,
    "kernel-chosen": factor,
  });
  const still = { "fixed-noreplace": 1, "hint-munmap": 1, "kernel-chosen": 1 };
  const asked = fc.record({
    candidate: fc.oneof(side, fc.constant(still)),
    twin: fc.oneof({ weight: 3, arbitrary: fc.constant(still) }, side),
    paired: fc.boolean(),
    onInconclusive: fc.constantFrom("fail" as const, "pass" as const),
    limits: fc.constantFrom([5, 10], [1, 2], [0.5, 20], [20, 20]),
  });
  const seen = new Set<Verdict>();
  fc.assert(
    fc.property(asked, ({ candidate, twin, paired, onInconclusive, limits }) => {
      const [slowerPercent, toleratedPercent] = limits;
      const own = policySchema.parse({ slowerPercent, toleratedPercent, onInconclusive });
      const run = measuredAt(1, slow(candidate));
      const again = measuredAt(2, slow(twin));
      const gate = digested(paired ? pairedWith(run, { again }) : unpairedWith(run), {
        policy: own,
      });
      assertConsistent(gate);
      seen.add(gate.verdict);
    }),
    { seed: 1, numRuns: 30 },
  );
  assert.deepEqual([...seen].sort(), ["improved", "inconclusive", "no-regression", "regressed"]);
});

const words = {
  held: /^The exact laws hold: /,
  improved: /^Improved: /,
  "no-regression": /^No regression of /,
  inconclusive: /^Inconclusive: /,
  regressed: /^Regressed: /,
  violated: /^Violated: /,
} as const;

/** The headline, the exit code and the table say the same. */
function assertConsistent({ verdict, sentence, exitCode, metrics, policy: own }: Gate): void {
  const verdicts = metrics.map((metric) => metric.verdict);
  const worst = (["regressed", "inconclusive", "improved", "no-regression"] as const).find((each) =>
    verdicts.includes(each),
  );
  assert.equal(verdict, worst);
  assert.match(sentence, words[verdict]);
  const open = own.onInconclusive === "fail" ? 3 : 0;
  assert.equal(exitCode, verdict === "regressed" ? 1 : verdict === "inconclusive" ? open : 0);
  const named = metrics.filter((metric) => metric.verdict === verdict);
  if (verdict === "no-regression") assert.ok(sentence.includes(`${metrics.length} metrics`));
  else assert.ok(sentence.includes(`: ${named.length} of ${metrics.length} metrics`), sentence);
  const beyond = (change: Gate["metrics"][number]["slowdown"]): string => {
    const { lo, hi } = intervalOf(change);
    if (lo * 100 > own.slowerPercent) return "regressed";
    if (hi * 100 < -own.slowerPercent) return "improved";
    return hi * 100 < own.toleratedPercent ? "no-regression" : "inconclusive";
  };
  const isMoved = metrics.some(
    ({ environment }) => environment && /regressed|improved/.test(beyond(environment)),
  );
  for (const { name, slowdown, verdict: each } of metrics) {
    const isNamed = sentence.includes(`${name} ${formatSlowdown(slowdown)}`);
    const isDue: boolean = each === verdict && verdict !== "no-regression" && !isMoved;
    assert.equal(isNamed, isDue, `${name}: ${sentence}`);
  }
  for (const { name, slowdown, verdict: each, reason } of metrics) {
    assert.equal(each, isMoved ? "inconclusive" : beyond(slowdown), name);
    assert.equal(reason.includes("the machine moved"), isMoved);
  }
}

test("refuseFewPairs() asks for what the first look at every metric needs", () => {
  const policy = (pairs: number, extendTo: number | null) => ({
    ...policySchema.parse({}),
    ...{ pairs, extendTo },
  });
  const six = Array.from({ length: 6 }, () => defaultMetrics[0] as Metric);
  assert.throws(() => refuseFewPairs(six, policy(10, 40)), {
    name: "UsageError",
    message: /^10 pairs are too few for 6 metrics and an extension.*: 11 are needed\. Ask for more/,
  });
  refuseFewPairs(six, policy(11, 40));
  refuseFewPairs(six, policy(10, null));
});

test("metricsOf() has the policy's metrics, else the family that fits the sides", () => {
  assert.deepEqual(metricsOf(policy, false), defaultMetrics);
  assert.deepEqual(metricsOf(policy, true), contenderMetrics);
  const own = contenderMetrics.slice(0, 1);
  for (const differ of [true, false])
    assert.deepEqual(metricsOf({ ...policy, metrics: own }, differ), own);
  assert.ok(contenderMetrics.every(({ strategy }) => strategy === contender));
});
