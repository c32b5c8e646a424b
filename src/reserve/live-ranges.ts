/**
 * Who owns which range right now, in shared memory: every owner publishes a range when it has it
 * and withdraws it before it gives it back. Two that overlap were owned at once: nobody who keeps
 * the rules can bring that about, at whatever address.
 */

import type { Address } from "../model.ts";

/** Ranges that one actor can own at a time. */
export const rangesPerActor = 1024;

/** A range in one word, so that it is read and written whole: first page, and number of pages. */
const pageShift = 12n;
const countBits = 28n;
const countMask = (1n << countBits) - 1n;

/** Bytes of shared memory for so many actors. */
export function liveRangesBytes(actors: number): number {
  return actors * (rangesPerActor + 1) * 8;
}

export class LiveRanges {
  /** Of every actor: how many slots it ever used, then the slots; 0 is an empty one. */
  readonly #words: BigInt64Array;
  readonly #actor: number;
  readonly #actors: number;

  constructor(buffer: SharedArrayBuffer, byteOffset: number, actors: number, actor: number) {
    this.#words = new BigInt64Array(buffer, byteOffset, actors * (rangesPerActor + 1));
    this.#actors = actors;
    this.#actor = actor;
  }

  /**
   * Publishes a range that this actor has just been given. Returns how many others own a part of
   * it. Publish first, look then: of two owners at once, at least the later one sees the other.
   */
  publish(at: Address, bytes: number): number {
    const from = this.#actor * (rangesPerActor + 1);
    const used = Number(this.#words[from]);
    let slot = 1;
    while (slot <= used && this.#words[from + slot] !== 0n) slot++;
    if (slot > rangesPerActor) throw new RangeError(`An actor owns over ${rangesPerActor} ranges`);
    Atomics.store(this.#words, from + slot, packed(at, bytes));
    if (slot > used) Atomics.store(this.#words, from, BigInt(slot));
    return this.#othersWithin(at, bytes);
  }

  /**
   * Withdraws a range that this actor is about to give back. Returns how many others own a part of
   * it: those took it from its owner.
   */
  withdraw(at: Address, bytes: number): number {
    const from = this.#actor * (rangesPerActor + 1);
    const slot = this.#words.indexOf(packed(at, bytes), from + 1) - from;
    if (slot < 1 || slot > rangesPerActor) throw new RangeError("A range that was not published");
    const others = this.#othersWithin(at, bytes);
    Atomics.store(this.#words, from + slot, 0n);
    return others;
  }

  #othersWithin(at: Address, bytes: number): number {
    const start = BigInt(at) >> pageShift;
    const end = BigInt(at + bytes) >> pageShift;
    let others = 0;
    for (let actor = 0; actor < this.#actors; actor++) {
      if (actor === this.#actor) continue;
      const from = actor * (rangesPerActor + 1);
      const used = Number(Atomics.load(this.#words, from));
      for (let slot = 1; slot <= used; slot++) {
        const word = Atomics.load(this.#words, from + slot);
        const first = word >> countBits;
        if (word !== 0n && first < end && first + (word & countMask) > start) others++;
      }
    }
    return others;
  }
}

/** A size of 2^28 pages, 1 TiB, or an address beyond 47 bits has no word. */
function packed(at: Address, bytes: number): bigint {
  const pages = BigInt(bytes) >> pageShift;
  if (pages > countMask || at >= 2 ** 47) throw new RangeError("A range that no word can hold");
  return ((BigInt(at) >> pageShift) << countBits) | pages;
}
