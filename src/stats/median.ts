/**
 * The exact confidence interval of a median, from order statistics. It assumes nothing of the
 * distribution but independent values, and it refuses where too few values cannot reach the
 * confidence. Imports nothing.
 */

/** What the values say about their median; in their own unit. */
export type MedianInterval =
  | {
      readonly state: "interval";
      readonly median: number;
      readonly lo: number;
      readonly hi: number;
      /** Probability that such an interval holds the true median; at least what was asked for. */
      readonly coverage: number;
      readonly n: number;
    }
  | {
      readonly state: "too-few";
      /** Undefined where there is no value at all. */
      readonly median: number | undefined;
      readonly n: number;
      /** The smallest n that reaches the confidence. */
      readonly needed: number;
    };

/**
 * The narrowest symmetric pair of order statistics that holds the median with at least the
 * confidence: [x(k), x(n+1-k)], coverage 1 - 2 P(B < k) with B ~ Binomial(n, 1/2). With ties the
 * coverage is a lower bound. Never throws; `values` are finite numbers in any order.
 *
 * Source: H. A. David and H. N. Nagaraja, Order Statistics, 3rd edition (2003), section 7.1.
 */
export function medianInterval(values: readonly number[], confidence = 0.95): MedianInterval {
  const n = values.length;
  const sorted = Float64Array.from(values).sort();
  const rank = medianRank(n, confidence);
  if (rank === undefined) {
    return { state: "too-few", median: medianOf(sorted), n, needed: valuesNeeded(confidence) };
  }
  return {
    state: "interval",
    median: medianOf(sorted) as number,
    lo: sorted[rank.k - 1] as number,
    hi: sorted[n - rank.k] as number,
    coverage: rank.coverage,
    n,
  };
}

/**
 * The middle of ascending values; of an even number, the middle between the two inner ones;
 * undefined of none.
 */
export function medianOf(sorted: Float64Array): number | undefined {
  if (sorted.length === 0) return undefined;
  const upper = sorted[sorted.length >> 1] as number;
  if (sorted.length % 2 === 1) return upper;
  const lower = sorted[(sorted.length >> 1) - 1] as number;
  return lower + (upper - lower) / 2;
}

/** The smallest n for which [smallest, largest] reaches the confidence: 1 - 2^(1-n). */
export function valuesNeeded(confidence: number): number {
  if (!(confidence < 1)) return Number.POSITIVE_INFINITY;
  let n = 1;
  while (1 - 2 ** (1 - n) < confidence) n++;
  return n;
}

/** The largest k whose interval reaches the confidence; undefined where none does. */
function medianRank(n: number, confidence: number): { k: number; coverage: number } | undefined {
  // Certainty has no interval; in doubles the coverage would reach 1 all the same.
  if (confidence >= 1) return undefined;
  let found: { k: number; coverage: number } | undefined;
  // In logarithms: 2^-n leaves the range of a double at n = 1075.
  let logTerm = -n * Math.LN2;
  let below = 0;
  for (let k = 1; 2 * k <= n + 1; k++) {
    below += Math.exp(logTerm);
    const coverage = 1 - 2 * below;
    if (!(coverage >= confidence)) break;
    found = { k, coverage };
    logTerm += Math.log((n - k + 1) / k);
  }
  return found;
}
