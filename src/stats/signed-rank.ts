/**
 * The shift of paired values: Hodges-Lehmann estimate and exact signed-rank interval. Assumes
 * independent differences, each symmetric about the shift, which a balanced order of the two
 * sides within a pair gives. Imports nothing but its neighbours.
 */

import { valuesNeeded } from "./median.ts";
import { assertFinite, type NullLaw, type ShiftInterval, shiftInterval } from "./shift.ts";

/** The most differences taken: 125 250 Walsh averages, and counts up to 2^500, fit easily. */
export const mostDifferences = 500;

/**
 * The median of the n(n+1)/2 Walsh averages (x_i + x_j) / 2, i <= j, and the exact interval
 * between two of them, from the null distribution of Wilcoxon's signed-rank statistic. `n` and
 * `needed` count differences.
 *
 * With ties or zeros the coverage is a lower bound: breaking each tie by a coin restores the
 * distribution, and the closed interval holds whatever a broken tie would hold. Identical
 * differences make one point.
 *
 * Source: M. Hollander, D. A. Wolfe and E. Chicken, Nonparametric Statistical Methods, 3rd edition
 * (2014), sections 3.1 to 3.3; J. W. Tukey's interval, there named after him.
 *
 * @param differences finite, in any order, at most {@link mostDifferences}.
 * @throws RangeError for a NaN or infinite difference, or too many.
 */
export function signedRankInterval(
  differences: readonly number[],
  confidence = 0.95,
): ShiftInterval {
  assertFinite(differences, "differences");
  const n = differences.length;
  if (n > mostDifferences) {
    throw new RangeError(`Cannot rank ${n} differences: ${mostDifferences} at most`);
  }
  // The widest interval runs from the smallest difference to the largest, as the median's does.
  const needed = valuesNeeded(confidence);
  return shiftInterval(walshAverages(differences), signedRankLaw(n), confidence, n, needed);
}

/** In no order. */
function walshAverages(values: readonly number[]): Float64Array {
  const averages = new Float64Array((values.length * (values.length + 1)) / 2);
  let filled = 0;
  for (const [i, first] of values.entries()) {
    // Halved before they are added: the sum of two finite values may not be finite.
    for (let j = 0; j <= i; j++) averages[filled++] = first / 2 + (values[j] as number) / 2;
  }
  return averages;
}

/**
 * Among the 2^n choices of signs, how many give the positive ranks the sum t: rank by rank, each
 * either left out or added.
 *
 * Source: R. L. McCornack, "Extended tables of the Wilcoxon matched pair signed rank statistic",
 * JASA 60 (1965), 864-871.
 */
function signedRankLaw(n: number): NullLaw {
  const counts = new Float64Array(Math.ceil((n * (n + 1)) / 4));
  counts[0] = 1;
  for (let rank = 1; rank <= n; rank++) {
    const last = Math.min(counts.length - 1, (rank * (rank + 1)) / 2);
    // Downwards, so that a rank is added once.
    for (let t = last; t >= rank; t--) {
      counts[t] = (counts[t] as number) + (counts[t - rank] as number);
    }
  }
  return { counts, total: 2 ** n };
}
