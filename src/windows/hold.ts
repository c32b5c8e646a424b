/**
 * Mappings that stand for the whole trial: the third party that holds windows, anchors at the ends
 * of page-table slots, and ballast that makes the address space look like a large program's.
 */

import { UsageError } from "../errors.ts";
import { type Address, address, formatAddress, type Mapping, type Window } from "../model.ts";
import {
  EEXIST,
  errnoName,
  MAP_FIXED,
  MAP_FIXED_NOREPLACE,
  MAP_RESERVATION,
  PROT_NONE,
  PROT_READ,
  PROT_WRITE,
} from "../sys/constants.ts";
import { kernel } from "../sys/libc.ts";
import { planLanding, userSpaceEnd } from "./plan.ts";

/** More than a page table covers, so that nothing touched shares one with what lies below. */
const capBytes = 2 ** 22;

/** Maps every window on behalf of nobody who races. @throws UsageError where one cannot be had */
export function holdByThirdParty(windows: readonly Window[], prot: number): void {
  for (const window of windows) mapAt(window.start, window.bytes, prot);
}

/** Maps every window again, over what a clobber left there. */
export function holdAgain(windows: readonly Window[], prot: number): void {
  for (const { start, bytes } of windows)
    kernel.mmap(start, bytes, prot, MAP_RESERVATION | MAP_FIXED);
}

/** Unmaps every window, whatever is in it. */
export function releaseAll(windows: readonly Window[]): void {
  for (const window of windows) kernel.munmap(window.start, window.bytes);
}

/** Maps single pages that nobody touches. @throws UsageError where one cannot be had */
export function holdPages(pages: readonly Address[], pageBytes: number): void {
  for (const page of pages) mapAt(page, pageBytes, PROT_NONE);
}

/** Unmaps single pages. */
export function releasePages(pages: readonly Address[], pageBytes: number): void {
  for (const page of pages) kernel.munmap(page, pageBytes);
}

/**
 * Maps `count` single pages below the arena, with gaps so that they do not merge, for the life of
 * the process. @throws UsageError where they cannot be had
 */
export function holdBallast(count: number, pageBytes: number, mappings: readonly Mapping[]): void {
  const from = userSpaceEnd(mappings) / 2;
  const pages = Array.from({ length: count }, (_, i) => address(from + 2 * i * pageBytes));
  holdPages(pages, pageBytes);
}

/**
 * Sees to it that misplaced mappings of a window's size land in untouched address space, in every
 * block alike: fills the gaps above it, and caps it with a mapping that theirs do not merge with.
 * For the life of the process; what somebody else has taken meanwhile is left alone.
 */
export function clearLanding(
  mappings: readonly Mapping[],
  windows: readonly Window[],
  prot: number,
): void {
  const { gaps, lowest } = planLanding(mappings, windows);
  const capProt = prot === PROT_READ ? PROT_NONE : PROT_READ;
  for (const gap of gaps) mapIfFree(gap.start, gap.bytes, capProt);
  if (lowest && lowest.perms !== permsOf(capProt))
    kernel.mmap(0, capBytes, capProt, MAP_RESERVATION);
}

/** The permissions of a private mapping in /proc/self/maps. */
export function permsOf(prot: number): string {
  return `${prot & PROT_READ ? "r" : "-"}${prot & PROT_WRITE ? "w" : "-"}-p`;
}

function mapAt(start: Address, bytes: number, prot: number): void {
  const result = mapIfFree(start, bytes, prot);
  if (result === start) return;
  const found = result > 0 ? `it landed at 0x${result.toString(16)}` : errnoName(-result);
  throw new UsageError(
    `Cannot map ${bytes} bytes at ${formatAddress(start)}: ${found}. ` +
      "Ask for fewer windows or --vmas, or raise RLIMIT_AS or vm.max_map_count.",
  );
}

/** Maps a free range; what another answer than its start is, it leaves unmapped. */
function mapIfFree(start: Address, bytes: number, prot: number): number {
  let result = kernel.mmap(start, bytes, prot, MAP_RESERVATION | MAP_FIXED_NOREPLACE);
  // A kernel that rejects the flag takes the address as a hint, which clobbers nothing either.
  if (result < 0 && result !== -EEXIST) result = kernel.mmap(start, bytes, prot, MAP_RESERVATION);
  if (result > 0 && result !== start) kernel.munmap(result, bytes);
  return result;
}
