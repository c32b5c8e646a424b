/**
 * The shared memory of one trial: the barrier, the clock readings that actors exchange, and the
 * claims. One buffer, so that one thing is handed to every thread.
 */

import { Barrier, barrierBytes } from "./barrier.ts";

/** Stands in the claims of windows that a third party holds. */
export const thirdParty = 0xffffffff;

const releasedAt = 0;
const arrivedAt = 1;
const deadlineAt = 2;
const perActorFrom = 3;

export class TrialMemory {
  readonly buffer: SharedArrayBuffer;
  readonly barrier: Barrier;
  /** One u32 a claim; 0 while nobody owns it. */
  readonly claims: Uint32Array;
  readonly #verdict: Int32Array;
  readonly #ticks: BigUint64Array;

  /** `parties` threads meet at the barrier; `buffer` joins a memory that another thread made. */
  constructor(parties: number, claims: number, buffer?: SharedArrayBuffer) {
    const ticks = perActorFrom + 2 * parties;
    const verdictAt = ticks * 8 + barrierBytes;
    const claimsAt = verdictAt + 4;
    this.buffer = buffer ?? new SharedArrayBuffer(claimsAt + 4 * Math.max(claims, 64));
    this.#ticks = new BigUint64Array(this.buffer, 0, ticks);
    this.barrier = new Barrier(new Int32Array(this.buffer, ticks * 8, 2), parties);
    this.#verdict = new Int32Array(this.buffer, verdictAt, 1);
    this.claims = new Uint32Array(this.buffer, claimsAt, claims);
  }

  /** Set by the last thread to arrive at the start barrier. */
  release(nowTicks: bigint, deadlineTicks: bigint): void {
    this.#ticks[releasedAt] = nowTicks;
    this.#ticks[deadlineAt] = deadlineTicks;
  }

  get deadlineTicks(): bigint {
    return this.#ticks[deadlineAt] as bigint;
  }

  /** When an actor's probe began and ended in the block that it finished. */
  report(actor: number, startedTicks: bigint, endedTicks: bigint): void {
    this.#ticks[perActorFrom + 2 * actor] = startedTicks;
    this.#ticks[perActorFrom + 2 * actor + 1] = endedTicks;
  }

  /** Set by the last thread to arrive at the end barrier. */
  arriveAll(nowTicks: bigint): void {
    this.#ticks[arrivedAt] = nowTicks;
  }

  /** The block's spans over the first `actors` actors, in ticks. */
  spans(actors: number): {
    wallTicks: number;
    startSkewTicks: number;
    /** Part of barrier to barrier between the first actor's start and the last one's end. */
    insideShare: number;
  } {
    const released = this.#ticks[releasedAt] as bigint;
    const since = (at: number): number => Number((this.#ticks[at] as bigint) - released);
    const numbers = Array.from({ length: actors }, (_, actor) => perActorFrom + 2 * actor);
    const started = numbers.map((at) => since(at));
    const ended = numbers.map((at) => since(at + 1));
    const first = Math.min(...started);
    const wallTicks = Math.max(...ended) - first;
    return {
      wallTicks,
      startSkewTicks: Math.max(...started) - first,
      insideShare: wallTicks / since(arrivedAt),
    };
  }

  /** The leader's verdict on the block that just ended. */
  set blockIsVoid(isVoid: boolean) {
    Atomics.store(this.#verdict, 0, isVoid ? 1 : 0);
  }

  get blockIsVoid(): boolean {
    return Atomics.load(this.#verdict, 0) === 1;
  }
}
