/**
 * The shared memory of one case: the barrier where its actors meet, the ranges that they own, the
 * lock of those who take one, and the bitmap of a common arena.
 */

import { Barrier, barrierBytes } from "../measure/barrier.ts";
import { LiveRanges, liveRangesBytes } from "./live-ranges.ts";

/** Pieces that a common arena can be cut into, and the words of its bitmap. */
export const arenaPieces = 64;
const arenaWords = 4 + arenaPieces / 32;

export class PathMemory {
  readonly buffer: SharedArrayBuffer;
  readonly barrier: Barrier;
  /** 0 while nobody has the lock, 1 while somebody has it, 2 while somebody waits, too. */
  readonly lock: Int32Array;
  /** Start of the common arena in words of 16 bits, then one bit a piece. */
  readonly arena: Int32Array;
  readonly #parties: number;

  /** `buffer` joins a memory that another thread made. */
  constructor(parties: number, buffer?: SharedArrayBuffer) {
    const rangesBytes = liveRangesBytes(parties);
    const wordsAt = rangesBytes + barrierBytes;
    this.buffer = buffer ?? new SharedArrayBuffer(wordsAt + 4 * (1 + arenaWords));
    this.barrier = new Barrier(new Int32Array(this.buffer, rangesBytes, 2), parties);
    this.lock = new Int32Array(this.buffer, wordsAt, 1);
    this.arena = new Int32Array(this.buffer, wordsAt + 4, arenaWords);
    this.#parties = parties;
  }

  rangesOf(actor: number): LiveRanges {
    return new LiveRanges(this.buffer, 0, this.#parties, actor);
  }
}
