/**
 * Brings the process near a limit and back: RLIMIT_AS, and vm.max_map_count. Both are the whole
 * process's, and V8 dies where it cannot map, so the first leaves room for it, and the second is
 * reached only for the length of one call.
 */

import { readFileSync } from "node:fs";
import { address } from "../model.ts";
import { MAP_FIXED_NOREPLACE, MAP_NORESERVE, PROT_NONE, PROT_READ } from "../sys/constants.ts";
import { addressSpaceLimit, limitAddressSpace, mapOwn, mprotect } from "../sys/libc.ts";
import { readMaps } from "../sys/maps.ts";
import { privateAnonymous } from "./ask.ts";
import type { ScriptContext } from "./script.ts";

/** What the process may still map under the lowered RLIMIT_AS. */
export const roomBytes = 2 ** 32;

/** Mappings that the process may still make beside the ballast. */
const roomMappings = 300;

/** Lowers the soft RLIMIT_AS to `roomBytes` above what is mapped; returns what undoes it. */
export function lowerAddressSpaceLimit(pageBytes: number): () => void {
  const before = addressSpaceLimit();
  const mappedPages = Number.parseInt(readFileSync("/proc/self/statm", "latin1"), 10);
  const lowered = BigInt(mappedPages * pageBytes + roomBytes);
  if (lowered < before.soft) limitAddressSpace({ soft: lowered, hard: before.hard });
  return () => {
    limitAddressSpace(before);
  };
}

/** vm.max_map_count; Infinity where the system hides it. */
export function maxMapCount(): number {
  try {
    return Number.parseInt(readFileSync("/proc/sys/vm/max_map_count", "latin1"), 10);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

/**
 * Makes mappings until only `roomMappings` are left to vm.max_map_count: one mapping somewhere,
 * whose every second page gets another protection. Returns what unmaps them.
 */
export function holdMapCount({ kernel, pageBytes }: ScriptContext): () => void {
  const pairs = Math.floor((maxMapCount() - readMaps().length - roomMappings) / 2);
  if (pairs <= 0) return () => {};
  const bytes = (2 * pairs + 1) * pageBytes;
  const start = mapOwn(bytes, PROT_NONE, privateAnonymous | MAP_NORESERVE);
  for (let pair = 0; pair < pairs; pair++) {
    const page = address(start + (2 * pair + 1) * pageBytes);
    if (mprotect(page, pageBytes, PROT_READ) < 0) break;
  }
  return () => {
    kernel.munmap(start, bytes);
  };
}

/**
 * Maps single pages from `at` on, with gaps, until the kernel has no more mappings to give; does
 * `act` there, and unmaps them all. What `act` does should be one call.
 */
export function atMapCount<T>(
  { kernel, pageBytes }: Pick<ScriptContext, "kernel" | "pageBytes">,
  at: number,
  act: () => T,
): T {
  const most = 4 * roomMappings;
  const flags = privateAnonymous | MAP_FIXED_NOREPLACE;
  for (let i = 0; i < most; i++) {
    if (kernel.mmap(at + 2 * i * pageBytes, pageBytes, PROT_NONE, flags) < 0) break;
  }
  const result = act();
  kernel.munmap(at, 2 * most * pageBytes);
  return result;
}
