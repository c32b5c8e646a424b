/** A gate's result in one line, for scripts: the only output whose form is promised. */

import type { Gate, JudgedMetric } from "../results/gate-schema.ts";
import { changeWords, oneLine } from "./gate-wording.ts";

const mostNameCharacters = 200;

/**
 * One line without its newline, always the last one that a gate prints:
 *
 *     noclobber-gate verdict=regressed exit=1 comparison=paired pairs=20 metrics=5 regressed=1
 *     improved=0 inconclusive=0 violations=0 worst="spread/1 ... +12.3 % [+8.1, +16.0]"
 *
 * (here on two for its length). Fields are added at the end and never renamed. `verdict` is
 * held, improved, no-regression, inconclusive, regressed or violated; `comparison` is paired,
 * unpaired or exact; `pairs` is those measured, or the forks of the smaller side, 0 where
 * nothing was compared; `violations` counts every breach of an exact law. `worst` is the metric
 * with the worst verdict, of those the slowest, and what it changed by; "" without metrics.
 * Between its quotes there is printable ASCII alone, and neither a quote, a backslash, a
 * backtick nor a dollar sign.
 */
export function gateLine(gate: Gate): string {
  const { laws, metrics, pairs } = gate;
  const counted = (verdict: JudgedMetric["verdict"]) =>
    metrics.filter((metric) => metric.verdict === verdict).length;
  const fields = {
    verdict: gate.verdict,
    exit: gate.exitCode,
    comparison: gate.comparison,
    pairs: pairs?.measured ?? 0,
    metrics: metrics.length,
    regressed: counted("regressed"),
    improved: counted("improved"),
    inconclusive: counted("inconclusive"),
    violations: laws.reduce((sum, { brokenCount }) => sum + brokenCount, 0),
    worst: quoted(worstOf(metrics)),
  };
  const pieces = Object.entries(fields).map(([key, value]) => `${key}=${value}`);
  return `noclobber-gate ${pieces.join(" ")}`;
}

const fromWorst: readonly JudgedMetric["verdict"][] = [
  "regressed",
  "inconclusive",
  "no-regression",
  "improved",
];

function worstOf(metrics: readonly JudgedMetric[]): string {
  const [worst] = metrics.toSorted(
    (a, b) =>
      fromWorst.indexOf(a.verdict) - fromWorst.indexOf(b.verdict) || estimateOf(b) - estimateOf(a),
  );
  if (!worst) return "";
  return `${oneLine(worst.name, mostNameCharacters)} ${changeWords(worst.slowdown)}`;
}

/** A change without an estimate is taken for worse than any that has one. */
function estimateOf({ slowdown }: JudgedMetric): number {
  return slowdown.estimate ?? Number.MAX_VALUE;
}

function quoted(text: string): string {
  return `"${text.replace(/["`$\\]/g, "'").replace(/[^ -~]/g, "?")}"`;
}

/** The same line where there is no verdict: a mistake, a side that cannot measure, Ctrl-C. */
export const noVerdictLine = "noclobber-gate verdict=none exit=2";
