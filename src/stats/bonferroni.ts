/**
 * How sure each of several intervals must be, for all to hold at once. Imports nothing.
 */

/**
 * The confidence for each member of a family, so that all intervals hold together with at least
 * `confidence`, however their metrics depend on each other: 1 - (1 - confidence) / members. The
 * family is what was declared, never what a filter left of it.
 *
 * Source: O. J. Dunn, "Multiple comparisons among means", JASA 56 (1961), 52-64, from
 * Bonferroni's inequality.
 *
 * @param confidence between 0 and 1, both excluded.
 * @param members how many metrics are declared; 1 or more.
 * @throws RangeError where no family has such a confidence or size: callers validate.
 */
export function familyConfidence(confidence: number, members: number): number {
  if (!(confidence > 0 && confidence < 1)) {
    throw new RangeError(`Cannot divide a confidence of ${confidence}: must lie between 0 and 1`);
  }
  if (!(Number.isSafeInteger(members) && members >= 1)) {
    throw new RangeError(`Cannot divide a confidence over ${members} members: 1 or more, whole`);
  }
  return 1 - (1 - confidence) / members;
}
