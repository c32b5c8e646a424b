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

/** Brands a number as an address. */
export function address(value: number): Address {
  return value as Address;
}

/** The way an address is written in text and JSON: "0x7f1000000000". */
export function formatAddress(value: Address): string {
  return `0x${value.toString(16)}`;
}
