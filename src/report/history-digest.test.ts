import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { sampleLine, sampleMetric } from "../results/history.test.data.ts";
import { digestHistory } from "./history-digest.ts";

/** A gate a day, with these medians of one metric. */
function gates(...values: readonly (number | null)[]) {
  return values.map((value, day) =>
    sampleLine(day, { metrics: [sampleMetric("lost p50", value)] }),
  );
}

const ten = [1.01, 1.02, 1, 1.01, 1.03, 1.11, 1.13, 1.12, 1.1, 1.11];

describe("digestHistory()", () => {
  test("has nothing where there is nothing", () => {
    assert.deepEqual(digestHistory([]), []);
    const [machine, ...others] = digestHistory([sampleLine(0, { metrics: [] })]);
    assert.deepEqual([machine?.lines.length, machine?.metrics, others], [1, [], []]);
  });

  test("gives level, change, and the gate that first saw it", () => {
    const lines = gates(...ten);
    const [machine] = digestHistory(lines);
    const [metric] = machine?.metrics ?? [];
    assert.deepEqual([metric?.name, metric?.values, metric?.level], ["lost p50", ten, 1.11]);
    assert.ok(Math.abs((metric?.change ?? 0) - (1.11 / 1.01 - 1)) < 1e-12);
    const [shift, ...others] = metric?.shifts ?? [];
    assert.deepEqual(others, []);
    assert.deepEqual([shift?.at, shift?.before, shift?.after], [5, 1.01, 1.11]);
    assert.equal(shift?.line, lines[5]);
  });

  test("passes over gates without the figure", () => {
    const lines = gates(null, ...ten.slice(0, 5), null, null, ...ten.slice(5));
    const without = sampleLine(99, { metrics: [] });
    const [machine] = digestHistory([without, ...lines]);
    const [metric] = machine?.metrics ?? [];
    assert.deepEqual(metric?.values, ten);
    assert.equal(metric?.shifts[0]?.line, lines[8]);
    assert.deepEqual(digestHistory(gates(null, null))[0]?.metrics, []);
  });

  test("keeps machines and metrics apart, in the order in which they appear", () => {
    const two = [sampleMetric("b", 2), sampleMetric("a", 1)];
    const history = [
      sampleLine(0, { fingerprint: "second" }),
      sampleLine(1, { fingerprint: "first", metrics: two }),
      sampleLine(2, { fingerprint: "second", metrics: two }),
    ];
    const seen = digestHistory(history).map(({ fingerprint, lines, metrics }) => [
      fingerprint,
      lines.length,
      metrics.map(({ name, values }) => `${name} ${values.length}`),
    ]);
    assert.deepEqual(seen, [
      ["second", 2, ["lost p50 1", "b 1", "a 1"]],
      ["first", 1, ["b 1", "a 1"]],
    ]);
  });

  test("has no change of a level that is 0 or below, which has no percentage", () => {
    const [machine] = digestHistory(gates(...ten.map((value) => (value > 1.05 ? 1 : 0))));
    const [metric] = machine?.metrics ?? [];
    assert.deepEqual([metric?.shifts.length, metric?.change], [1, undefined]);
  });
});
