/**
 * Who owns which range right now, in shared memory: every owner publishes a range when it has it
 * and withdraws it before it gives it back. Two that overlap were owned at once: nobody who keeps
 * the rules can bring that about, at whatever address. Looking costs some nanoseconds a range: who
 * takes a place piece by piece does it in the middle of a timed reservation.
 */

import type { Address } from "../model.ts";

/** Ranges that one actor can own at a time. */
export const rangesPerActor = 1024;

/**
 * Ranges are kept in granules, so that an address fits into a word: the largest page of any kernel,
 * of which places and their sizes are multiples.
 */
const granuleBytes = 65_536;
const wordValues = 2 ** 31;

/** Of a slot: how often a range was published in it, the range's first granule, and its end. */
const VERSION = 0;
const START = 1;
/** 0 where nobody owns anything: no range ends there. */
const END = 2;
const slotWords = 3;
/** Of an actor: how many slots are in use, those above are empty; then the slots. */
const actorWords = 1 + rangesPerActor * slotWords;

/** Bytes of shared memory for so many actors. */
export function liveRangesBytes(actors: number): number {
  return actors * actorWords * 4;
}

export class LiveRanges {
  readonly #words: Int32Array;
  readonly #actor: number;
  readonly #actors: number;

  constructor(buffer: SharedArrayBuffer, byteOffset: number, actors: number, actor: number) {
    this.#words = new Int32Array(buffer, byteOffset, actors * actorWords);
    this.#actors = actors;
    this.#actor = actor;
  }

  /**
   * Publishes a range that this actor has just been given. Returns how many others own a part of
   * it. Publish first, look then: of two owners at once, at least the later one sees the other.
   * @throws RangeError on a range that is not of whole granules, or one too many
   */
  publish(at: Address, bytes: number): number {
    const start = granuleOf(at);
    const end = granuleOf(at + bytes);
    const words = this.#words;
    const from = this.#actor * actorWords;
    const used = words[from] as number;
    let index = 0;
    while (index < used && words[slotAt(from, index) + END] !== 0) index++;
    if (index === rangesPerActor)
      throw new RangeError(`An actor owns over ${rangesPerActor} ranges`);
    const slot = slotAt(from, index);
    Atomics.add(words, slot + VERSION, 1);
    Atomics.store(words, slot + START, start);
    Atomics.store(words, slot + END, end);
    // Last, and even if nothing changes: whoever loads this sees the slot with plain reads as well.
    Atomics.store(words, from, Math.max(used, index + 1));
    return this.#othersWithin(start, end);
  }

  /**
   * Withdraws a range that this actor is about to give back. Returns how many others own a part of
   * it: those took it from its owner.
   * @throws RangeError on a range that this actor has not published
   */
  withdraw(at: Address, bytes: number): number {
    const start = granuleOf(at);
    const end = granuleOf(at + bytes);
    const words = this.#words;
    const from = this.#actor * actorWords;
    let used = words[from] as number;
    let index = 0;
    for (; index < used; index++) {
      const slot = slotAt(from, index);
      if (words[slot + START] === start && words[slot + END] === end) break;
    }
    if (index === used) throw new RangeError("A range that was not published");
    const others = this.#othersWithin(start, end);
    Atomics.store(words, slotAt(from, index) + END, 0);
    while (used > 0 && words[slotAt(from, used - 1) + END] === 0) used--;
    Atomics.store(words, from, used);
    return others;
  }

  #othersWithin(start: number, end: number): number {
    const words = this.#words;
    let others = 0;
    for (let actor = 0; actor < this.#actors; actor++) {
      if (actor === this.#actor) continue;
      const from = actor * actorWords;
      const behind = slotAt(from, Atomics.load(words, from));
      for (let slot = slotAt(from, 0); slot < behind; slot += slotWords) {
        // Plain reads find out what deserves a second look; an empty slot ends nowhere above.
        const mayOverlap =
          (words[slot + END] as number) > start && (words[slot + START] as number) < end;
        if (mayOverlap && isOverlapping(words, slot, start, end)) others++;
      }
    }
    return others;
  }
}

/**
 * Whether a slot's range has a part of this one. Its end is read before its start, which is written
 * before it. Where another range was published meanwhile the two may not belong together; its owner
 * looks after that, and sees this one.
 */
function isOverlapping(words: Int32Array, slot: number, start: number, end: number): boolean {
  const version = Atomics.load(words, slot + VERSION);
  const otherEnd = Atomics.load(words, slot + END);
  const otherStart = Atomics.load(words, slot + START);
  const isOne = Atomics.load(words, slot + VERSION) === version;
  return isOne && otherStart < end && otherEnd > start;
}

function slotAt(from: number, index: number): number {
  return from + 1 + index * slotWords;
}

function granuleOf(at: number): number {
  const granule = at / granuleBytes;
  if (Number.isInteger(granule) && granule < wordValues) return granule;
  throw new RangeError(`A range is not of whole ${granuleBytes} bytes below 2^47`);
}
