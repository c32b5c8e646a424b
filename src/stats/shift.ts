/**
 * What the signed-rank and the rank-sum interval share: their result, and the choice of two order
 * statistics by the exact null distribution. Leaves the estimators and their distributions to
 * signed-rank.ts and rank-sum.ts. Imports nothing but the median.
 */

import { medianOf } from "./median.ts";

/** What the values say about a shift; in their own unit. */
export type ShiftInterval =
  | {
      readonly state: "interval";
      /** The Hodges-Lehmann estimate. */
      readonly estimate: number;
      readonly lo: number;
      readonly hi: number;
      /** Probability that such an interval holds the true shift; at least what was asked for. */
      readonly coverage: number;
      readonly n: number;
    }
  | {
      readonly state: "too-few";
      /** Undefined where there is no value at all. */
      readonly estimate: number | undefined;
      readonly n: number;
      /** The smallest n that reaches the confidence. */
      readonly needed: number;
    };

/** The null distribution of a rank statistic T in 0..M, which is symmetric about M / 2. */
export interface NullLaw {
  /**
   * counts[t] of the equally likely arrangements have T = t; only the t < M / 2. Exact up to
   * 2^53; above, sums of positive terms, which are off by less than one part in 10^10.
   */
  readonly counts: Float64Array;
  /** How many arrangements there are. */
  readonly total: number;
}

/**
 * The narrowest symmetric pair of order statistics of M estimates (Walsh averages, differences)
 * that holds the shift with at least the confidence: [x(k), x(M+1-k)] with coverage
 * 1 - 2 P(T < k), for T = how many of the M lie above the true shift.
 *
 * Source: D. F. Bauer, "Constructing confidence sets using rank statistics", JASA 67 (1972),
 * 687-690. Why ties only raise the coverage: G. E. Noether, "Wilcoxon confidence intervals for
 * location parameters in the discrete case", JASA 62 (1967), 184-188.
 */
export function shiftInterval(
  estimates: Float64Array,
  law: NullLaw,
  confidence: number,
  n: number,
  needed: number,
): ShiftInterval {
  const sorted = estimates.sort();
  const rank = orderRank(law, confidence);
  if (rank === undefined) return { state: "too-few", estimate: medianOf(sorted), n, needed };
  return {
    state: "interval",
    estimate: medianOf(sorted) as number,
    lo: sorted[rank.k - 1] as number,
    hi: sorted[sorted.length - rank.k] as number,
    coverage: rank.coverage,
    n,
  };
}

/** @throws RangeError where a value is NaN or infinite, which has no rank: callers validate. */
export function assertFinite(values: readonly number[], name: string): void {
  const index = values.findIndex((value) => !Number.isFinite(value));
  if (index === -1) return;
  throw new RangeError(`Cannot rank ${name}[${index}]: ${values[index]} is not a finite number`);
}

/** The largest k whose interval reaches the confidence; undefined where none does. */
function orderRank(law: NullLaw, confidence: number): { k: number; coverage: number } | undefined {
  // Certainty has no interval; in doubles the coverage would reach 1 all the same.
  if (confidence >= 1) return undefined;
  let found: { k: number; coverage: number } | undefined;
  let below = 0;
  for (const [t, count] of law.counts.entries()) {
    below += count;
    const coverage = 1 - (2 * below) / law.total;
    if (!(coverage >= confidence)) break;
    found = { k: t + 1, coverage };
  }
  return found;
}
