/**
 * The memory of one timed call: number and arguments in, result and ticks out. Owns the layout that
 * timed_call in attempt-loop.*.s shares, and writes and reads its 64-bit words as two halves,
 * because a half is a number and costs no allocation where a bigint would.
 */

import type { Word } from "../sys/libc.ts";

/** Byte offsets of the words; the same table stands in attempt-loop.*.s. */
export const callOffsets = {
  CALL_NUMBER: 0,
  CALL_ARGUMENTS: 8,
  CALL_RESULT: 56,
  CALL_BEGAN: 64,
  CALL_ENDED: 72,
} as const;

const callBytes = 80;
const twoTo32 = 2 ** 32;

// Indices of low halves; the high half follows, since the CPUs with machine code are little-endian.
const resultAt = callOffsets.CALL_RESULT / 4;
const beganAt = callOffsets.CALL_BEGAN / 4;
const endedAt = callOffsets.CALL_ENDED / 4;

/** Stands for no call where a number is expected: only the clock is read. */
export const noCall = -1;

export class CallWords {
  readonly words = new BigInt64Array(callBytes / 8);
  readonly #signed = new Int32Array(this.words.buffer);
  readonly #unsigned = new Uint32Array(this.words.buffer);
  readonly #originHigh: number;
  readonly #originLow: number;

  /** Ticks are read as those since `originTicks`. */
  constructor(originTicks: bigint) {
    this.#originHigh = Number(originTicks >> 32n);
    this.#originLow = Number(originTicks & 0xffffffffn);
  }

  setNumber(number: number): void {
    this.#signed[0] = number;
    this.#signed[1] = number >> 31;
  }

  /** Stores modulo 2^64, so a negative value has its sign extended. Numbers within 2^53. */
  setArgument(index: number, value: Word): void {
    if (typeof value === "bigint") {
      this.words[1 + index] = value;
    } else {
      this.#signed[2 + 2 * index] = value;
      this.#signed[3 + 2 * index] = Math.floor(value / twoTo32);
    }
  }

  /** What the kernel returned, as a signed number. */
  get result(): number {
    const high = this.#signed[resultAt + 1] as number;
    return high * twoTo32 + (this.#unsigned[resultAt] as number);
  }

  get beganTicks(): number {
    return this.#ticksAt(beganAt);
  }

  get endedTicks(): number {
    return this.#ticksAt(endedAt);
  }

  /** Halves first, so that only the difference must be below 2^53. */
  #ticksAt(at: number): number {
    const high = (this.#unsigned[at + 1] as number) - this.#originHigh;
    return high * twoTo32 + ((this.#unsigned[at] as number) - this.#originLow);
  }
}
