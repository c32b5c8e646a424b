/**
 * A gate's result as JUnit XML: a case for each exact law and each metric. Broken and regressed are
 * failures, inconclusive is skipped.
 */

import type { Gate, JudgedMetric, LawResult } from "../results/gate-schema.ts";
import { changeWords, comparisonWords, ratioWords, verdictWords } from "./gate-wording.ts";
import { type JunitCase, renderJunit } from "./junit.ts";
import { plural } from "./wording.ts";

/** A document with two suites, "exact" and "metrics"; ends with a newline. */
export function renderGateJunit(gate: Gate): string {
  const properties = {
    verdict: gate.verdict,
    sentence: gate.sentence,
    compared: comparisonWords(gate),
    command: gate.command.join(" "),
  };
  return renderJunit("noclobber gate", gate.startedAt, [
    { name: "exact", properties, cases: gate.laws.map(lawCase) },
    { name: "metrics", properties, cases: metricCases(gate) },
  ]);
}

/** Where no verdict came: the harness is in error, not the candidate. */
export function renderNoVerdictJunit(message: string, startedAt: string): string {
  const result = { state: "error", type: "no-verdict", message, lines: [] } as const;
  const cases = [{ className: "noclobber.gate", name: "verdict", result }];
  return renderJunit("noclobber gate", startedAt, [{ name: "gate", properties: {}, cases }]);
}

/** An answer that nothing was compared for is open as well. */
function metricCases(gate: Gate): JunitCase[] {
  const { metrics, verdict, sentence, notes } = gate;
  if (metrics.length > 0 || verdict !== "inconclusive") {
    return metrics.map((metric) => metricCase(metric, gate));
  }
  const output = [sentence, ...notes].join("; ");
  return [
    { className: "noclobber.metrics", name: "comparison", output, result: { state: "skipped" } },
  ];
}

function lawCase({ law, checked, broken, brokenCount }: LawResult): JunitCase {
  const rest = brokenCount - broken.length;
  const message = `broken ${plural(brokenCount, "time")}`;
  const lines = rest > 0 ? [...broken, `and ${rest} more`] : broken;
  return {
    className: "noclobber.exact",
    name: law,
    properties: { checked: String(checked) },
    result:
      brokenCount === 0
        ? { state: "passed" }
        : { state: "failure", type: "violated", message, lines },
  };
}

function metricCase(metric: JudgedMetric, { policy }: Gate): JunitCase {
  const { name, verdict, slowdown, baseline, candidate, reason } = metric;
  const common = {
    className: "noclobber.metrics",
    name,
    properties: {
      verdict: verdictWords(verdict, policy),
      slowdown: changeWords(slowdown),
      n: String(slowdown.n),
      baseline: ratioWords(baseline.median),
      candidate: ratioWords(candidate.median),
    },
  };
  if (verdict === "regressed") {
    return { ...common, result: { state: "failure", type: verdict, message: reason, lines: [] } };
  }
  // "skipped" takes no message in the package behind, so the reason is what the case printed.
  const state = verdict === "inconclusive" ? "skipped" : "passed";
  return { ...common, output: reason, result: { state } };
}
