/**
 * What is taken, remembered as ranges that neither touch nor overlap; what lies between them are
 * the gaps. Taking and giving back keep it so.
 */

import type { Ranges } from "./first-fit.ts";

export class RangeSet implements Ranges {
  start = 0;
  end = 0;
  /** Of the ranges, ascending. */
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  /** Of the range that was moved to. */
  #index = -1;

  /** Every range that a source has to offer. */
  static of(ranges: Ranges): RangeSet {
    const set = new RangeSet();
    for (let at = 0; ranges.seek(at); at = ranges.end) set.add(ranges.start, ranges.end);
    return set;
  }

  seek(at: number): boolean {
    const next = this.#index + 1;
    // Who goes upwards mostly wants the range behind the last one: no need to look for that.
    const isNext = (this.#ends[next - 1] ?? 0) <= at && (this.#ends[next] ?? 0) > at;
    const index = isNext ? next : this.#firstEndingAbove(at);
    if (index === this.#ends.length) return false;
    this.#index = index;
    this.start = this.#starts[index] as number;
    this.end = this.#ends[index] as number;
    return true;
  }

  /** Takes [start, end), whatever of it was taken before. */
  add(start: number, end: number): void {
    if (start > (this.#ends.at(-1) ?? -1)) {
      this.#starts.push(start);
      this.#ends.push(end);
      return;
    }
    const first = this.#firstEndingAbove(start - 1);
    let behind = first;
    while (behind < this.#starts.length && (this.#starts[behind] as number) <= end) behind++;
    const merged = behind > first;
    const mergedStart = merged ? Math.min(start, this.#starts[first] as number) : start;
    const mergedEnd = merged ? Math.max(end, this.#ends[behind - 1] as number) : end;
    this.#starts.splice(first, behind - first, mergedStart);
    this.#ends.splice(first, behind - first, mergedEnd);
  }

  /** Gives [start, end) back, whatever of it was free before. */
  remove(start: number, end: number): void {
    const first = this.#firstEndingAbove(start);
    let behind = first;
    while (behind < this.#starts.length && (this.#starts[behind] as number) < end) behind++;
    if (behind === first) return;
    const lowest = this.#starts[first] as number;
    const highest = this.#ends[behind - 1] as number;
    const rest = [[lowest, start] as const, [end, highest] as const].filter(
      ([from, to]) => from < to,
    );
    this.#starts.splice(first, behind - first, ...rest.map(([from]) => from));
    this.#ends.splice(first, behind - first, ...rest.map(([, to]) => to));
  }

  #firstEndingAbove(at: number): number {
    let low = 0;
    let high = this.#ends.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#ends[middle] as number) > at) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
