/**
 * A barrier between threads on shared memory. The last to arrive may do something while all the
 * others still sleep; threads meet at Atomics, never at timers.
 */

import { InvariantError } from "../errors.ts";

const GENERATION = 0;
const ARRIVED = 1;

/** Bytes of shared memory that a barrier needs. */
export const barrierBytes = 8;

/** Longer than any block; a thread that is later than this has died or hangs. */
const patienceMs = 20_000;

export class Barrier {
  readonly #words: Int32Array;
  readonly #parties: number;

  constructor(words: Int32Array, parties: number) {
    this.#words = words;
    this.#parties = parties;
  }

  /**
   * Sleeps until all parties have arrived; the last one runs `onLast` before it wakes the others.
   * @throws InvariantError when somebody does not come
   */
  arrive(onLast?: () => void): void {
    const words = this.#words;
    const generation = Atomics.load(words, GENERATION);
    if (Atomics.add(words, ARRIVED, 1) + 1 === this.#parties) {
      Atomics.store(words, ARRIVED, 0);
      onLast?.();
      Atomics.add(words, GENERATION, 1);
      Atomics.notify(words, GENERATION);
      return;
    }
    while (Atomics.load(words, GENERATION) === generation) {
      if (Atomics.wait(words, GENERATION, generation, patienceMs) === "timed-out") {
        throw new InvariantError(`An actor did not reach the barrier within ${patienceMs} ms`);
      }
    }
  }
}
