/**
 * The nouns that both sides of noclobber share: windows, mappings and the classes of timed calls.
 * A leaf: imports nothing.
 */

/** A virtual address. A number holds every user address of a 64-bit Linux (below 2^53). */
export type Address = number & { readonly __brand: "Address" };

/**
 * A page-aligned range that actors ask for, planned before the trial and never discovered in it.
 */
export interface Window {
  readonly start: Address;
  readonly bytes: number;
  /** Index of the first shared claim that this window covers. */
  readonly firstClaim: number;
  /** How many claims it covers: 1, or more where windows overlap. */
  readonly claims: number;
}

/** One line of /proc/self/maps. */
export interface Mapping {
  readonly start: Address;
  readonly end: Address;
  /** As the kernel prints it: "r-xp", "---p". */
  readonly perms: string;
  /** File or pseudo name, "" for anonymous memory. */
  readonly name: string;
}

/** What a caller demands of a place: [low, high), a size and a power of two that its start fits. */
export interface Constraints {
  readonly low: Address;
  readonly high: Address;
  readonly bytes: number;
  readonly alignBytes: number;
}

/**
 * The classes of timed calls, in the order of their numbers in the probe's records.
 * `placed` to `failed` are outcomes of an attempt's mmap; `cleanup` is the munmap of a misplaced
 * mapping; `lost` is a misplaced attempt whole, from before its mmap to after its cleanup unmap;
 * `release` is the owner's munmap.
 */
export const callClasses = [
  "placed",
  "rejected",
  "misplaced",
  "failed",
  "cleanup",
  "lost",
  "release",
] as const;

export type CallClass = (typeof callClasses)[number];

/**
 * What is timed on the way to a reservation and after it. `search` is one search whole,
 * `search-kernel` its part inside system calls; `lost` is a lost attempt whole, cleanup unmap
 * included; `reservation` is everything from the first search to the placed mapping, and
 * `reservation-kernel` its part inside system calls; `commit` and `free` are the calls that carve.
 */
export const pathClasses = [
  "search",
  "search-kernel",
  "placed",
  "rejected",
  "misplaced",
  "failed",
  "cleanup",
  "lost",
  "reservation",
  "reservation-kernel",
  "release",
  "commit",
  "free",
] as const;

export type PathClass = (typeof pathClasses)[number];

/** Brands a number as an address. */
export function address(value: number): Address {
  return value as Address;
}

/** The way an address is written in text and JSON: "0x7f1000000000". */
export function formatAddress(value: Address): string {
  return `0x${value.toString(16)}`;
}
