import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Change, LawResult, Verdict } from "../results/gate-schema.ts";
import { policySchema } from "../results/policy-schema.ts";
import { exitCodeOf, hasMoved, judge, sentenceOf, verdictOf } from "./judge.ts";

const policy = policySchema.parse({});
const interval = (lo: number, estimate: number, hi: number): Change => ({
  state: "interval",
  ...{ lo, estimate, hi, coverage: 0.99, n: 20 },
});

const table: [change: Change, verdict: Verdict, reason: string][] = [
  [
    interval(0.051, 0.08, 0.11),
    "regressed",
    "+8.0 % [+5.1, +11.0], 20 pairs; more than 5 % slower",
  ],
  [
    interval(-0.3, -0.2, -0.051),
    "improved",
    "-20.0 % [-30.0, -5.1], 20 pairs; more than 5 % faster",
  ],
  [interval(-0.02, 0.01, 0.0999), "no-regression", "+1.0 % [-2.0, +10.0], 20 pairs; excludes 10 %"],
  [
    interval(-0.04, 0.031, 0.112),
    "inconclusive",
    "+3.1 % [-4.0, +11.2], 20 pairs; cannot exclude 10 %",
  ],
  // The thresholds themselves are not beyond them.
  [
    interval(0.05, 0.07, 0.1),
    "inconclusive",
    "+7.0 % [+5.0, +10.0], 20 pairs; cannot exclude 10 %",
  ],
  [interval(-0.2, -0.1, -0.05), "no-regression", "-10.0 % [-20.0, -5.0], 20 pairs; excludes 10 %"],
  [
    { state: "too-few", estimate: 0.2, n: 4, needed: 8 },
    "inconclusive",
    "+20.0 %, 4 pairs; an interval needs 8",
  ],
  [
    { state: "too-few", estimate: null, n: 0, needed: 8 },
    "inconclusive",
    "-, 0 pairs; an interval needs 8",
  ],
];

for (const [change, verdict, reason] of table) {
  test(`judge() says ${verdict}: ${reason}`, () => {
    assert.deepEqual(judge(change, policy, "pairs"), { verdict, reason });
  });
}

test("hasMoved() takes what would be a verdict for a move, and nothing less", () => {
  assert.equal(hasMoved(interval(0.06, 0.1, 0.2), policy), true);
  assert.equal(hasMoved(interval(-0.2, -0.1, -0.06), policy), true);
  assert.equal(hasMoved(interval(0.01, 0.02, 0.04), policy), false);
  assert.equal(hasMoved(interval(-0.2, 0, 0.2), policy), false);
  assert.equal(hasMoved(null, policy), false);
});

const law = (brokenCount: number): LawResult => ({
  law: `law ${brokenCount}`,
  checked: 9,
  broken: [],
  brokenCount,
});

test("verdictOf() is the worst of what there is", () => {
  const verdicts: Verdict[] = ["improved", "no-regression", "inconclusive", "regressed"];
  const metric = fc.constantFrom(...verdicts).map((verdict) => ({ verdict }));
  fc.assert(
    fc.property(fc.array(metric, { maxLength: 6 }), fc.boolean(), (metrics, isBroken) => {
      const has = (verdict: Verdict) => metrics.some((each) => each.verdict === verdict);
      const isOpen = !has("regressed") && (has("inconclusive") || metrics.length === 0);
      const found = verdictOf([law(0), law(isBroken ? 1 : 0)], metrics, false);
      assert.equal(found === "violated", isBroken);
      if (isBroken) return;
      assert.equal(found === "regressed", has("regressed"));
      assert.equal(found === "inconclusive", isOpen);
      assert.equal(found === "improved", !isOpen && !has("regressed") && has("improved"));
    }),
    { seed: 1 },
  );
});

test("verdictOf() of the laws alone is held or violated, never a pass of times", () => {
  assert.equal(verdictOf([law(0)], [], true), "held");
  assert.equal(verdictOf([law(2)], [], true), "violated");
});

test("exitCodeOf() lets the policy decide about inconclusive alone", () => {
  const pass = { ...policy, onInconclusive: "pass" as const };
  const codes: [Verdict, number, number][] = [
    ["held", 0, 0],
    ["improved", 0, 0],
    ["no-regression", 0, 0],
    ["inconclusive", 3, 0],
    ["regressed", 1, 1],
    ["violated", 1, 1],
  ];
  for (const [verdict, failing, passing] of codes) {
    assert.equal(exitCodeOf(verdict, policy), failing, verdict);
    assert.equal(exitCodeOf(verdict, pass), passing, verdict);
  }
});

test("sentenceOf() names what the verdict rests on", () => {
  const metric = (name: string, verdict: "regressed" | "inconclusive" | "no-regression") => ({
    ...{ name, verdict, reason: "", environment: null, slowdown: interval(0.06, 0.08, 0.1) },
    baseline: { median: 1, values: [1] },
    candidate: { median: 1, values: [1] },
  });
  const metrics = [metric("a", "regressed"), metric("b", "inconclusive")];
  const say = (verdict: Verdict, laws = [law(0)]) => sentenceOf({ verdict, laws, metrics, policy });
  assert.equal(say("regressed"), "Regressed: 1 of 2 metrics: a +8.0 % [+6.0, +10.0]");
  assert.equal(say("inconclusive"), "Inconclusive: 1 of 2 metrics: b +8.0 % [+6.0, +10.0]");
  const moved = { ...metric("c", "inconclusive"), environment: interval(0.06, 0.1, 0.2) };
  assert.equal(
    sentenceOf({ verdict: "inconclusive", laws: [], metrics: [...metrics, moved], policy }),
    "Inconclusive: 2 of 3 metrics, because the machine moved: c, the baseline's twin " +
      "+10.0 % [+6.0, +20.0]",
  );
  assert.equal(say("violated", [law(0), law(3)]), "Violated: it does not hold that law 3");
  assert.equal(say("held"), "The exact laws hold: 1 laws, looked at in 9 places");
  assert.equal(say("no-regression"), "No regression of 10 % or more in 2 metrics");
});
