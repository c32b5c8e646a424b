/**
 * Exact counts of one class of calls: how often each number of ticks was seen. Filled between
 * blocks or between calls, so adding is one increment; histograms are made from it once a trial.
 */

import type { TickCounts } from "../results/histogram.ts";

/** Ticks below this are counted in a dense table, the few above in a list. */
const denseTicks = 65_536;
/** A tick count that says "this much or more", as the probe's records do. */
const mostTicks = 0xffffffff;

export class TickTable {
  // All up front: memory that nobody touches costs nothing, and none is mapped during the race.
  readonly #dense = new Uint32Array(denseTicks);
  /** One above the highest tick counted in the dense table: what lies above is untouched. */
  #denseEnd = 0;
  readonly #large: number[] = [];

  /** Adds a whole number of ticks from 0 up. */
  add(ticks: number): void {
    if (ticks < denseTicks) {
      this.#dense[ticks] = (this.#dense[ticks] as number) + 1;
      if (ticks >= this.#denseEnd) this.#denseEnd = ticks + 1;
    } else {
      this.#large.push(Math.min(ticks, mostTicks));
    }
  }

  counts(): TickCounts {
    const ticks: number[] = [];
    const counts: number[] = [];
    for (let value = 0; value < this.#denseEnd; value++) {
      const count = this.#dense[value] as number;
      if (count === 0) continue;
      ticks.push(value);
      counts.push(count);
    }
    for (const value of this.#large) {
      ticks.push(value);
      counts.push(1);
    }
    return { ticks: Uint32Array.from(ticks), counts: Uint32Array.from(counts) };
  }
}

/** Two counts as one; a value may then stand twice. */
export function joinCounts(a: TickCounts, b: TickCounts): TickCounts {
  return {
    ticks: Uint32Array.from([...a.ticks, ...b.ticks]),
    counts: Uint32Array.from([...a.counts, ...b.counts]),
  };
}
