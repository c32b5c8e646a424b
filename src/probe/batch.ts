/**
 * The memory that a probe works on: one batch in, one log of timed calls out. Owns the layout that
 * the assembly sources and the libc fallback share, and the allocation of the buffers behind it.
 */

import { type CallClass, callClasses, type Window } from "../model.ts";

/** Byte offsets of the batch's 64-bit words; the same table stands in attempt-loop.*.s. */
export const batchOffsets = {
  WINDOWS: 0,
  ORDER: 8,
  ORDER_MASK: 16,
  CURSOR: 24,
  ATTEMPT_LIMIT: 32,
  DEADLINE: 40,
  CLAIMS: 48,
  ACTOR: 56,
  PROT: 64,
  FLAGS: 72,
  TOUCH_BYTES: 80,
  PAGE_BYTES: 88,
  RING: 96,
  RING_BYTES: 104,
  RING_AT: 112,
  LOG: 120,
  LOG_LIMIT: 128,
  LOG_END: 136,
  STARTED: 144,
  ENDED: 152,
  NOW: 160,
  DELAY: 168,
} as const;

export type BatchWord = keyof typeof batchOffsets;

/**
 * Set on a placed record: the window had an owner. On a release record: somebody else owns it now.
 */
export const claimBroken = 0x80;
/** Set on a release record: the first page does not hold what its owner wrote there. */
export const canaryBroken = 0x40;

const batchBytes = 176;
const windowBytes = 32;
const pairBytes = 16;
const recordWords = 2;
/** A block of 24 ms at 100 ns a call fills 240,000 records. */
const logRecords = 1 << 18;

/**
 * What a caller decides once an actor and trial; everything that does not change between blocks.
 */
export interface BatchOptions {
  readonly windows: readonly Window[];
  /**
   * Windows to ask for in turn: index | delay << 16, the delay in pauses of the CPU for which an
   * owner does nothing. The length is a power of two.
   */
  readonly order: Uint32Array;
  /** Shared by all actors: one u32 a claim, 0 while nobody owns it. */
  readonly claims: Uint32Array;
  /** 1 and up; stands in the claims of this actor's windows. */
  readonly actor: number;
  readonly prot: number;
  /** Bytes written from the start of a placed window, a multiple of the page. */
  readonly touchBytes: number;
  readonly pageBytes: number;
  /** Attempts for which a placed window is kept before its release. */
  readonly hold: number;
}

/** What changes from block to block. */
export interface BlockOptions {
  /** mmap flags, MAP_PRIVATE | MAP_ANONYMOUS among them. */
  readonly flags: number;
  /** Ask for the window's address; else let the kernel choose. */
  readonly addressed: boolean;
  /** Absolute, in ticks of the probe's clock. */
  readonly deadlineTicks: bigint;
  readonly attemptLimit?: bigint;
}

/** Where native memory begins; handed in so that this file needs no door to the FFI. */
export type AddressOf = (memory: ArrayBufferView) => bigint;

/** One actor's batch with every buffer it points to. Allocated once a trial, reused every block. */
export class Batch {
  readonly words = new BigUint64Array(batchBytes / 8);
  readonly order: Uint32Array;
  readonly claims: Uint32Array;
  /** [start, bytes, first claim, claims] a window; the second table asks for no address. */
  readonly addressedTable: BigUint64Array;
  readonly anywhereTable: BigUint64Array;
  /** [address, address of its window table entry] a pair. */
  readonly ring: BigUint64Array;
  /** [ticks, class and flags | errno << 16] a record. */
  readonly log = new Uint32Array(logRecords * recordWords);
  /** Where a buffer of this batch lies in native memory. */
  readonly addressOf: AddressOf;

  constructor(options: BatchOptions, addressOf: AddressOf) {
    const { length } = options.order;
    if (length === 0 || (length & (length - 1)) !== 0) {
      throw new RangeError(`order has ${options.order.length} entries, want a power of two`);
    }
    this.addressOf = addressOf;
    this.order = options.order;
    this.claims = options.claims;
    this.addressedTable = new BigUint64Array((options.windows.length * windowBytes) / 8);
    this.anywhereTable = new BigUint64Array(this.addressedTable.length);
    options.windows.forEach((window, index) => {
      this.addressedTable.set(
        [window.start, window.bytes, window.firstClaim, window.claims].map(BigInt),
        index * 4,
      );
      this.anywhereTable[index * 4 + 1] = BigInt(window.bytes);
    });
    this.ring = new BigUint64Array(((options.hold + 1) * pairBytes) / 8);
    // Room for one attempt's records and for the release of everything held.
    const reserve = (4 + options.hold + 1) * recordWords;
    if (reserve >= this.log.length) throw new RangeError(`a hold of ${options.hold} is too long`);
    // Its pages are faulted in here, not by the first blocks.
    this.log.fill(0);
    this.set("ORDER", addressOf(this.order));
    this.set("ORDER_MASK", BigInt(this.order.length - 1));
    this.set("CLAIMS", addressOf(this.claims));
    this.set("ACTOR", BigInt(options.actor));
    this.set("PROT", BigInt(options.prot));
    this.set("TOUCH_BYTES", BigInt(options.touchBytes));
    this.set("PAGE_BYTES", BigInt(options.pageBytes));
    this.set("RING", addressOf(this.ring));
    this.set("LOG", addressOf(this.log));
    this.set("LOG_LIMIT", addressOf(this.log.subarray(this.log.length - reserve)));
  }

  /** Sets the batch up for one block; the log of the block before is gone. */
  prepare(block: BlockOptions): void {
    this.set("WINDOWS", this.addressOf(block.addressed ? this.addressedTable : this.anywhereTable));
    // The control holds nothing: what the kernel places side by side merges, and a release from the
    // middle of it is another call than that of a window.
    this.set("RING_BYTES", BigInt(block.addressed ? this.ring.byteLength : pairBytes));
    this.set("RING_AT", 0n);
    this.set("FLAGS", BigInt(block.flags));
    this.set("DEADLINE", block.deadlineTicks);
    this.set("ATTEMPT_LIMIT", block.attemptLimit ?? 1n << 62n);
    this.set("LOG_END", this.get("LOG"));
  }

  get(word: BatchWord): bigint {
    return this.words[batchOffsets[word] / 8] as bigint;
  }

  set(word: BatchWord, value: bigint): void {
    this.words[batchOffsets[word] / 8] = value;
  }

  /** The log had no room for another attempt, so the block ended before its time. */
  get isFull(): boolean {
    return this.get("LOG_END") > this.get("LOG_LIMIT");
  }

  /** Number of records in the log. */
  get records(): number {
    return Number(this.get("LOG_END") - this.get("LOG")) / (recordWords * 4);
  }
}

/** The class of a record's second word. */
export function classOf(word: number): CallClass {
  return callClasses[word & 0x3f] as CallClass;
}

/** The errno of a record's second word, 0 where the call succeeded. */
export function errnoOf(word: number): number {
  return word >>> 16;
}

/** What runs batches: the machine-code routine, or its twin over plain libc calls. */
export interface Probe {
  readonly kind: "native" | "libc";
  /** Ticks of this probe's clock, now. */
  readTicks(): bigint;
  /** Runs attempts until the deadline, the attempt limit or a full log; then drains. */
  runBatch(batch: Batch): void;
  /** Times `count` empty regions, or the cheapest system call; ticks a region. */
  timeCalls(count: number, what: "nothing" | "getppid"): Uint32Array;
}
