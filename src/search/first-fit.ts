/**
 * The lowest place that fits between what is mapped. Owns the rule; where the ranges come from, a
 * text, a kernel or a memory of both, is each search's own matter.
 */

import { type Address, address, type Constraints } from "../model.ts";

/** Ranges of an address space, looked at upwards. */
export interface Ranges {
  /**
   * Moves to the next range that ends above `at`; false where there is none. `at` is no lower than
   * the end of the range before.
   */
  seek(at: number): boolean;
  /** Of the range that was moved to. */
  readonly start: number;
  readonly end: number;
}

/**
 * The lowest aligned place at or above both `low` and `from` that ends at or below `high` and
 * shares no byte with a range; undefined where there is none. Ranges may touch, overlap and repeat
 * each other, as in a maps file that changed while it was read. One that reaches back below a range
 * that fitted came after it in time, and is left to the race.
 */
export function firstFit(
  ranges: Ranges,
  { low, high, bytes, alignBytes }: Constraints,
  from: Address,
): Address | undefined {
  let place = alignUp(Math.max(low, from), alignBytes);
  while (place + bytes <= high) {
    if (!ranges.seek(place) || ranges.start >= place + bytes) return address(place);
    place = alignUp(ranges.end, alignBytes);
  }
  return undefined;
}

/** Exact for powers of two, which change no digit of a number. */
function alignUp(at: number, alignBytes: number): number {
  return Math.ceil(at / alignBytes) * alignBytes;
}
