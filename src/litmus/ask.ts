/**
 * How a script's actor asks for a window: the two safe ways and what they come to, with whatever
 * landed elsewhere already given back. The words are those of an attempt's classes.
 */

import { EEXIST, MAP_ANONYMOUS, MAP_FIXED_NOREPLACE, MAP_PRIVATE } from "../sys/constants.ts";
import type { Kernel } from "../sys/libc.ts";

export const privateAnonymous = MAP_PRIVATE | MAP_ANONYMOUS;

export type Way = "hint" | "noreplace";

/** `failed` is any errno but EEXIST. */
export type Answer = "placed" | "rejected" | "misplaced" | "failed";

/** What is asked for. */
export interface Wanted {
  readonly at: number;
  readonly bytes: number;
  readonly prot: number;
}

/** The flags of a way of asking, for anonymous memory. */
export function flagsOf(way: Way): number {
  return privateAnonymous | (way === "noreplace" ? MAP_FIXED_NOREPLACE : 0);
}

/** Asks for a window. A misplaced mapping, from a kernel without the flag too, is unmapped. */
export function ask(kernel: Kernel, { at, bytes, prot }: Wanted, way: Way): Answer {
  const result = kernel.mmap(at, bytes, prot, flagsOf(way));
  if (result === at) return "placed";
  if (result < 0) return result === -EEXIST ? "rejected" : "failed";
  kernel.munmap(result, bytes);
  return "misplaced";
}
