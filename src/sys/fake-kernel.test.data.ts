/**
 * A kernel without a machine, for tests: an address space in memory that answers mmap and munmap
 * by the rules of the real one, with MAP_FIXED_NOREPLACE read as any of the kernels out there
 * reads it. A test holds it to the running kernel.
 */

import {
  EEXIST,
  EINVAL,
  ENOMEM,
  EPERM,
  errnoName,
  MAP_FIXED,
  MAP_FIXED_NOREPLACE,
} from "./constants.ts";
import type { FlagVerdict } from "./flag-verdict.ts";
import type { Kernel } from "./libc.ts";

export const pageBytes = 4096;
export const EOPNOTSUPP = 95;

/** vm.mmap_min_addr of most systems, and where user space ends with four levels of page tables. */
const userStart = 65_536;
const userEnd = 2 ** 47 - pageBytes;
/** What no address was asked for goes below this, far above the windows of tests. */
const top = 2 ** 46;

export interface FakeOptions {
  /**
   * "ignored": before 4.17, and sandboxes; "buggy": 4.17 to 7aa867dd8952; "relocating": puts what
   * is asked for with the flag at a place of its own choice.
   */
  readonly flag?: FlagVerdict["verdict"];
  /** What a kernel answers that rejects the flag. */
  readonly rejectsWith?: number;
  /** mmap succeeds so many times, then answers ENOMEM, as at vm.max_map_count. */
  readonly mmapsLeft?: number;
  /** Every munmap answers this errno and does nothing. */
  readonly munmapErrno?: number;
}

export interface FakeMapping {
  readonly start: number;
  readonly end: number;
}

export class FakeKernel implements Kernel {
  /** Calls made so far; tests take, let go and look without a call. */
  readonly calls = { mmap: 0, munmap: 0 };
  readonly #options: FakeOptions;
  #mappings: FakeMapping[] = [];
  #mmapsLeft: number;

  constructor(options: FakeOptions = {}) {
    this.#options = options;
    this.#mmapsLeft = options.mmapsLeft ?? Number.POSITIVE_INFINITY;
  }

  mmap(at: number, bytes: number, _prot: number, flags: number, _descriptor = -1): number {
    this.calls.mmap++;
    if (bytes === 0) return -EINVAL;
    if (this.#mmapsLeft <= 0) return -ENOMEM;
    const result = this.#place(at, roundUp(bytes), flags);
    if (result >= 0) this.#mmapsLeft--;
    return result;
  }

  munmap(at: number, bytes: number): number {
    this.calls.munmap++;
    const { munmapErrno } = this.#options;
    if (munmapErrno !== undefined) return -munmapErrno;
    if (at % pageBytes !== 0 || bytes === 0) return -EINVAL;
    this.letGo(at, roundUp(bytes));
    return 0;
  }

  /** Maps a range on somebody else's behalf. */
  take(start: number, bytes: number): void {
    this.letGo(start, bytes);
    this.#mappings.push({ start, end: start + bytes });
  }

  /** Unmaps a range on somebody else's behalf; a mapping that reaches out of it is split. */
  letGo(start: number, bytes: number): void {
    const end = start + bytes;
    this.#mappings = this.#mappings.flatMap((mapping) =>
      [
        { start: mapping.start, end: Math.min(mapping.end, start) },
        { start: Math.max(mapping.start, end), end: mapping.end },
      ].filter((rest) => rest.start < rest.end),
    );
  }

  isFree(start: number, bytes: number): boolean {
    return !this.#mappings.some(overlapping(start, start + bytes));
  }

  /** What is mapped, ascending; neighbours are not merged. */
  get mappings(): readonly FakeMapping[] {
    return this.#mappings.toSorted((a, b) => a.start - b.start);
  }

  #place(at: number, bytes: number, flags: number): number {
    const { flag = "supported", rejectsWith = EOPNOTSUPP } = this.#options;
    const noReplace = (flags & MAP_FIXED_NOREPLACE) !== 0 && flag !== "ignored";
    if (noReplace && flag === "rejected") return -rejectsWith;
    if (!noReplace && (flags & MAP_FIXED) === 0) return this.#placeHint(at, bytes);
    if (at + bytes > userEnd) return -ENOMEM;
    if (at % pageBytes !== 0) return -EINVAL;
    if (at < userStart) return -EPERM;
    // The bug: only a mapping that covers the window's first byte was seen.
    const looksAt = flag === "buggy" ? pageBytes : bytes;
    if (noReplace && !this.isFree(at, looksAt)) return -EEXIST;
    if (noReplace && flag === "relocating") return this.#placeHint(0, bytes);
    this.take(at, bytes);
    return at;
  }

  #placeHint(at: number, bytes: number): number {
    const hint = at === 0 ? 0 : Math.max(userStart, at - (at % pageBytes));
    const fits = hint >= userStart && hint + bytes <= userEnd;
    const place = fits && this.isFree(hint, bytes) ? hint : this.#elsewhere(bytes);
    if (place < userStart) return -ENOMEM;
    this.take(place, bytes);
    return place;
  }

  /** The highest gap below `top`, as the kernel searches. */
  #elsewhere(bytes: number): number {
    const below = this.mappings.toReversed();
    return below.reduce(
      (place, { start, end }) =>
        overlapping(place, place + bytes)({ start, end }) ? start - bytes : place,
      top - bytes,
    );
  }
}

/** What an mmap at `asked` came to: "exact", "elsewhere", or the errno's name. */
export function outcomeOf(result: number, asked: number): string {
  if (result < 0) return errnoName(-result);
  return result === asked - (asked % pageBytes) ? "exact" : "elsewhere";
}

function overlapping(start: number, end: number): (mapping: FakeMapping) => boolean {
  return (mapping) => mapping.start < end && mapping.end > start;
}

function roundUp(bytes: number): number {
  return Math.ceil(bytes / pageBytes) * pageBytes;
}
