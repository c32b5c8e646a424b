/** The two ends of a range, as places: where a rule that does not search begins. */

import type { Constraints } from "../model.ts";

/** The lowest aligned address at or above both `low` and `from`; what is there may end too high. */
export function lowestPlace({ low, alignBytes }: Constraints, from: number): number {
  return Math.ceil(Math.max(low, from) / alignBytes) * alignBytes;
}

/** The highest aligned address from which the size still ends in the range; it may be too low. */
export function highestPlace({ high, bytes, alignBytes }: Constraints): number {
  return alignDown(high - bytes, alignBytes);
}

/** The highest multiple of the alignment, a power of two, up to a size or an address. */
export function alignDown(value: number, alignBytes: number): number {
  return Math.floor(value / alignBytes) * alignBytes;
}
