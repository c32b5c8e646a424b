/**
 * Asks the running kernel, not its version number, what it makes of MAP_FIXED_NOREPLACE.
 */

import { EEXIST, errnoName, MAP_ANONYMOUS, MAP_FIXED_NOREPLACE, MAP_PRIVATE } from "./constants.ts";
import type { Kernel } from "./libc.ts";

export type FlagVerdict =
  | { readonly verdict: "supported" | "ignored" | "buggy" }
  | { readonly verdict: "rejected"; readonly errno: string };

/**
 * Maps one page and asks for two that begin one page below it, which separates all known kernels:
 * EEXIST where the flag works; another address where it is taken for a hint (before 4.17); the
 * address itself where it overlooks a mapping that begins inside the window (4.17 to 7aa867dd8952).
 * The idea of beginning below the mapping is tcmalloc's.
 * @throws Error where not even a page can be mapped
 */
export function probeFlag(kernel: Kernel, pageBytes: number): FlagVerdict {
  const flags = MAP_PRIVATE | MAP_ANONYMOUS;
  const room = kernel.mmap(0, 2 * pageBytes, 0, flags);
  if (room < 0) throw new Error(`Cannot map two pages: ${errnoName(-room)}`);
  kernel.munmap(room, pageBytes);
  const result = kernel.mmap(room, 2 * pageBytes, 0, flags | MAP_FIXED_NOREPLACE);
  if (result >= 0 && result !== room) kernel.munmap(result, 2 * pageBytes);
  kernel.munmap(room, 2 * pageBytes);
  if (result === -EEXIST) return { verdict: "supported" };
  if (result < 0) return { verdict: "rejected", errno: errnoName(-result) };
  return { verdict: result === room ? "buggy" : "ignored" };
}
