/**
 * The shift between two unpaired samples: Hodges-Lehmann estimate and exact rank-sum interval.
 * Assumes independent values, and that the two distributions differ by a shift only. Imports
 * nothing but its neighbours.
 */

import { assertFinite, type NullLaw, type ShiftInterval, shiftInterval } from "./shift.ts";

/**
 * The most pairs of a baseline and a candidate value: 120 by 120, or 40 by 360. The time grows
 * with the square of the pairs: milliseconds for 60 by 60, tenths of a second for the most.
 */
export const mostPairings = 14_400;

/**
 * The median of all differences candidate - baseline, and the exact interval between two of them,
 * from the null distribution of the Mann-Whitney statistic. `n` is the size of the smaller sample
 * and `needed` the size that suffices on both sides: a large sample may make up for a small one,
 * so that n < needed does not always mean too few.
 *
 * With ties the coverage is a lower bound, for the reason given for signed ranks.
 *
 * Source: M. Hollander, D. A. Wolfe and E. Chicken, Nonparametric Statistical Methods, 3rd edition
 * (2014), sections 4.1 to 4.3; L. E. Moses' interval, there named after him.
 *
 * @param baseline finite, in any order; so is `candidate`; their sizes multiply to at most
 *   {@link mostPairings}.
 * @throws RangeError for a NaN or infinite value, or too many.
 */
export function rankSumInterval(
  baseline: readonly number[],
  candidate: readonly number[],
  confidence = 0.95,
): ShiftInterval {
  assertFinite(baseline, "baseline");
  assertFinite(candidate, "candidate");
  const sizes = [baseline.length, candidate.length] as const;
  if (sizes[0] * sizes[1] > mostPairings) {
    throw new RangeError(`Cannot rank ${sizes.join(" by ")} values: ${mostPairings} pairs at most`);
  }
  const [small, large] = [Math.min(...sizes), Math.max(...sizes)];
  const law = lawOf(small, large);
  const differences = allDifferences(baseline, candidate);
  return shiftInterval(differences, law, confidence, small, neededOnEachSide(confidence));
}

/** A comparison ranks some hundred figures of the same few sizes. */
const laws = new Map<string, NullLaw>();
const mostLaws = 16;

function lawOf(small: number, large: number): NullLaw {
  const sizes = `${small} ${large}`;
  const law = laws.get(sizes) ?? rankSumLaw(small, large);
  if (laws.size >= mostLaws) laws.clear();
  laws.set(sizes, law);
  return law;
}

/** In no order. */
function allDifferences(baseline: readonly number[], candidate: readonly number[]): Float64Array {
  const differences = new Float64Array(baseline.length * candidate.length);
  let filled = 0;
  for (const to of candidate) {
    for (const from of baseline) differences[filled++] = to - from;
  }
  return differences;
}

/**
 * Among the C(m+n, m) orders of m and n values, how many have u pairs with the first above the
 * second. The largest of all is either one of the m, above all n, or one of the n:
 * N(u; m, n) = N(u - n; m - 1, n) + N(u; m, n - 1).
 *
 * Source: H. B. Mann and D. R. Whitney, "On a test of whether one of two random variables is
 * stochastically larger than the other", Annals of Mathematical Statistics 18 (1947), 50-60.
 */
function rankSumLaw(m: number, n: number): NullLaw {
  const half = Math.ceil((m * n) / 2);
  const rows = Array.from({ length: m + 1 }, () => new Float64Array(half).fill(1, 0, 1));
  for (let j = 1; j <= n; j++) {
    // Row i becomes N(.; i, j) in place; row i - 1 already is N(.; i - 1, j).
    for (let i = 1; i <= m; i++) addShifted(rows[i] as Float64Array, rows[i - 1], j, i * j);
  }
  let total = 1;
  // Multiplied before it is divided: every step is a binomial coefficient, a whole number.
  for (let i = 1; i <= m; i++) total = (total * (n + i)) / i;
  return { counts: rows[m] as Float64Array, total };
}

/** row[u] += below[u - by], for u up to `most` where the row reaches so far. */
function addShifted(row: Float64Array, below: Float64Array | undefined, by: number, most: number) {
  const last = Math.min(row.length - 1, most);
  for (let u = by; u <= last; u++) {
    row[u] = (row[u] as number) + (below?.[u - by] as number);
  }
}

/** The smallest n for which [smallest, largest] difference of n by n reaches the confidence. */
function neededOnEachSide(confidence: number): number {
  if (!(confidence < 1)) return Number.POSITIVE_INFINITY;
  let n = 1;
  // 1 - 2 / C(2n, n)
  for (let orders = 2; 1 - 2 / orders < confidence; n++) {
    orders = (orders * 2 * (2 * n + 1)) / (n + 1);
  }
  return n;
}
