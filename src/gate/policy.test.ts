import assert from "node:assert/strict";
import { test } from "node:test";
import { type Policy, policySchema } from "../results/policy-schema.ts";
import { defaultMetrics } from "./metrics.ts";
import { completePolicy, type Overrides } from "./policy.ts";

const complete = (file: object, overrides: Overrides = {}): Policy =>
  completePolicy(policySchema.parse(file), overrides, "gate.json");
const metric = { ...defaultMetrics[0] };

test("completePolicy() fills in what the file leaves out", () => {
  const policy = complete({ $schema: "./policy.schema.json", slowerPercent: 3 });
  assert.deepEqual(policy, {
    ...{ slowerPercent: 3, toleratedPercent: 10, pairs: 20, extendTo: 40, rounds: 10 },
    ...{ blockMs: 4, mostDroppedShare: 0.2, onInconclusive: "fail" },
  });
});

test("completePolicy() lets the command line have the last word", () => {
  const { pairs, extendTo, onInconclusive } = complete({}, { pairs: 50, onInconclusive: "pass" });
  assert.deepEqual([pairs, extendTo, onInconclusive], [50, null, "pass"]);
});

const bad: [file: object, message: RegExp][] = [
  [
    { toleratedPercent: 4 },
    /^gate\.json: toleratedPercent 4 is below slowerPercent 5: .* Raise it/,
  ],
  [{ pairs: 40 }, /extendTo 40 is not above pairs 40\. Raise it, or say null/],
  [{ metrics: [{ ...metric, scenario: "spred" }] }, /no scenario "spred" .*Known: occupied/],
  [{ metrics: [{ ...metric, scenario: "solo", actors: 2 }] }, /2 actors, and solo .* Say 1\.$/],
  [{ metrics: [{ ...metric, strategy: "fixed" }] }, /names "fixed", which the gate cannot measure/],
  [{ metrics: [{ ...metric, against: "none" }] }, /names "none".*Known: hint-munmap/],
  [{ metrics: [metric, metric] }, /is declared twice\. Take one out/],
  [{ metrics: [{ ...metric, against: metric.strategy }] }, /is always 1/],
  [
    { metrics: [{ ...metric, againstFigure: "attempts-per-second" }] },
    /divides a time by a rate, or a rate by a time/,
  ],
];

for (const [file, message] of bad) {
  test(`completePolicy() refuses ${JSON.stringify(file).slice(0, 60)}`, () => {
    assert.throws(() => complete(file), { name: "UsageError", message });
  });
}
