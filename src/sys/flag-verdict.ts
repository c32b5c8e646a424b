/**
 * Asks the running kernel, not its version number, what it makes of MAP_FIXED_NOREPLACE.
 */

import { EEXIST, errnoName, MAP_ANONYMOUS, MAP_FIXED_NOREPLACE, MAP_PRIVATE } from "./constants.ts";
import type { Kernel } from "./libc.ts";

export type FlagVerdict =
  | { readonly verdict: "supported" | "ignored" | "buggy" | "relocating" }
  | { readonly verdict: "rejected"; readonly errno: string };

const hint = MAP_PRIVATE | MAP_ANONYMOUS;
const noreplace = hint | MAP_FIXED_NOREPLACE;

/** Another thread may map something into a room that was just made free, but not each time. */
const tries = 3;

/**
 * Asks for a taken window, then for a free one, which separates all known kernels. Taken: EEXIST
 * where the flag works; another address where it is taken for a hint (before 4.17); the address
 * itself where it overlooks a mapping that begins inside the window (4.17 to 7aa867dd8952). Free:
 * the address, except where a layer below the program chooses addresses itself (rr's chaos mode).
 * @throws Error where not even a page can be mapped
 */
export function probeFlag(kernel: Kernel, pageBytes: number): FlagVerdict {
  const found = askForTaken(kernel, pageBytes);
  const accepts = found.verdict === "supported" || found.verdict === "ignored";
  return accepts && relocates(kernel, pageBytes) ? { verdict: "relocating" } : found;
}

/**
 * Maps one page and asks for two that begin one page below it. The idea of beginning below the
 * mapping is tcmalloc's.
 */
function askForTaken(kernel: Kernel, pageBytes: number): FlagVerdict {
  const room = mapRoom(kernel, 2 * pageBytes);
  kernel.munmap(room, pageBytes);
  const result = kernel.mmap(room, 2 * pageBytes, 0, noreplace);
  if (result >= 0 && result !== room) kernel.munmap(result, 2 * pageBytes);
  kernel.munmap(room, 2 * pageBytes);
  if (result === -EEXIST) return { verdict: "supported" };
  if (result < 0) return { verdict: "rejected", errno: errnoName(-result) };
  return { verdict: result === room ? "buggy" : "ignored" };
}

/**
 * Whether a free window is put elsewhere. It lies in the middle of a room, where no kernel puts a
 * mapping of its own choice.
 */
function relocates(kernel: Kernel, pageBytes: number): boolean {
  for (let left = tries; left > 0; left--) {
    const room = mapRoom(kernel, 8 * pageBytes);
    kernel.munmap(room, 8 * pageBytes);
    const window = room + 3 * pageBytes;
    const result = kernel.mmap(window, 2 * pageBytes, 0, noreplace);
    if (result >= 0) kernel.munmap(result, 2 * pageBytes);
    if (result < 0 || result === window) return false;
  }
  return true;
}

function mapRoom(kernel: Kernel, bytes: number): number {
  const room = kernel.mmap(0, bytes, 0, hint);
  if (room < 0) throw new Error(`Cannot map two pages: ${errnoName(-room)}`);
  return room;
}
