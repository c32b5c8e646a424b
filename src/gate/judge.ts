/**
 * Verdicts: what an interval allows to say, and what all of them together come to. Pure.
 */

import { formatPercents, formatSlowdown } from "../report/slowdown.ts";
import type { Change, Gate, JudgedMetric, LawResult, Verdict } from "../results/gate-schema.ts";
import type { Policy } from "../results/policy-schema.ts";

export type Thresholds = Pick<Policy, "slowerPercent" | "toleratedPercent">;

export interface Judgement {
  readonly verdict: JudgedMetric["verdict"];
  readonly reason: string;
}

/** `unit` is what the interval rests on: "pairs", or "forks a side". */
export function judge(change: Change, thresholds: Thresholds, unit: string): Judgement {
  const { slowerPercent, toleratedPercent } = thresholds;
  const lead = `${formatSlowdown(change)}, ${change.n} ${unit}`;
  if (change.state === "too-few") {
    const reason = `${lead}; an interval needs ${change.needed}`;
    return { verdict: "inconclusive", reason };
  }
  const verdict = verdictOfInterval(change, thresholds);
  const reasons = {
    regressed: `more than ${slowerPercent} % slower`,
    improved: `more than ${slowerPercent} % faster`,
    "no-regression": `excludes ${toleratedPercent} %`,
    inconclusive: `cannot exclude ${toleratedPercent} %`,
  };
  return { verdict, reason: `${lead}; ${reasons[verdict]}` };
}

/** What an interval of a slowdown, in fractions, allows to say. */
export function verdictOfInterval(
  { lo, hi }: { readonly lo: number; readonly hi: number },
  { slowerPercent, toleratedPercent }: Thresholds,
): Judgement["verdict"] {
  if (lo * 100 > slowerPercent) return "regressed";
  if (hi * 100 < -slowerPercent) return "improved";
  return hi * 100 < toleratedPercent ? "no-regression" : "inconclusive";
}

/** Whether the baseline's twin moved against the baseline as a regression or gain would. */
export function hasMoved(environment: Change | null, thresholds: Thresholds): boolean {
  if (environment === null) return false;
  const { verdict } = judge(environment, thresholds, "");
  return verdict === "regressed" || verdict === "improved";
}

/** What the metrics come to: the worst there is, "improved" where nothing stands against it. */
export function verdictOf(
  laws: readonly LawResult[],
  metrics: readonly { readonly verdict: Verdict }[],
  lawsAlone: boolean,
): Verdict {
  const isThere = (verdict: Verdict) => metrics.some((metric) => metric.verdict === verdict);
  if (laws.some(({ brokenCount }) => brokenCount > 0)) return "violated";
  if (lawsAlone) return "held";
  if (isThere("regressed")) return "regressed";
  if (isThere("inconclusive") || metrics.length === 0) return "inconclusive";
  return isThere("improved") ? "improved" : "no-regression";
}

/** 0 pass, 1 a regression or a broken law, 3 inconclusive where the policy lets that block. */
export function exitCodeOf(verdict: Verdict, { onInconclusive }: Policy): Gate["exitCode"] {
  switch (verdict) {
    case "violated":
    case "regressed":
      return 1;
    case "inconclusive":
      return onInconclusive === "fail" ? 3 : 0;
    case "held":
    case "no-regression":
    case "improved":
      return 0;
    default:
      return verdict satisfies never;
  }
}

/** The headline: the verdict, and the metrics or laws that it rests on. */
export function sentenceOf(gate: Pick<Gate, "verdict" | "laws" | "metrics" | "policy">): string {
  const { verdict, laws, metrics, policy } = gate;
  const named = (wanted: Verdict) => metrics.filter((metric) => metric.verdict === wanted);
  const list = (wanted: Verdict) =>
    named(wanted)
      .map(({ name, slowdown }) => `${name} ${formatSlowdown(slowdown)}`)
      .join("; ");
  const of = (wanted: Verdict) => `${named(wanted).length} of ${metrics.length} metrics`;
  const tolerated = formatPercents(policy.toleratedPercent);
  switch (verdict) {
    case "violated": {
      const broken = laws.filter(({ brokenCount }) => brokenCount > 0);
      const [first] = broken.flatMap((law) => law.broken);
      const listed = broken.map(({ law }) => law).join("; nor that ");
      return `Violated: it does not hold that ${listed}${first ? ` (${first})` : ""}`;
    }
    case "held": {
      const checked = laws.reduce((sum, law) => sum + law.checked, 0);
      return `The exact laws hold: ${laws.length} laws, looked at in ${checked} places`;
    }
    case "regressed":
      return `Regressed: ${of("regressed")}: ${list("regressed")}`;
    case "inconclusive": {
      const moved = metrics.find(({ environment }) => hasMoved(environment, policy));
      if (moved?.environment) {
        const twin = `${moved.name}, the baseline's twin ${formatSlowdown(moved.environment)}`;
        return `Inconclusive: ${of("inconclusive")}, because the machine moved: ${twin}`;
      }
      return metrics.length === 0
        ? "Inconclusive: the exact laws hold, and nothing was compared"
        : `Inconclusive: ${of("inconclusive")}: ${list("inconclusive")}`;
    }
    case "improved":
      return `Improved: ${of("improved")}, none ${tolerated} slower: ${list("improved")}`;
    case "no-regression":
      return `No regression of ${tolerated} or more in ${metrics.length} metrics`;
    default:
      return verdict satisfies never;
  }
}
