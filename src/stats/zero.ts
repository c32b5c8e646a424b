/**
 * What seeing nothing says: "0 in N" bounds a rate from above, and proves no absence. Imports
 * nothing.
 */

/**
 * The exact 95 % upper bound of a rate that showed 0 events in n independent trials: the p that
 * solves (1 - p)^n = 0.05, which is 1 - 0.05^(1/n). 1 where n is 0: nothing was learned.
 *
 * The "rule of three", 3/n, is its approximation for large n: J. A. Hanley and A. Lippman-Hand,
 * "If nothing goes wrong, is everything all right?", JAMA 249 (1983), 1743-1745.
 */
export function upperBound95(n: number): number {
  // expm1 keeps the digits that 1 - 0.05^(1/n) loses where n is in the millions.
  return -Math.expm1(Math.log(0.05) / n);
}
