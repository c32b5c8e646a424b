/**
 * How a script's actor asks for a window: the two safe ways and what they come to, with whatever
 * landed elsewhere already given back. The words are those of an attempt's classes.
 */

import {
  EEXIST,
  EOPNOTSUPP,
  errnoName,
  MAP_ANONYMOUS,
  MAP_FIXED_NOREPLACE,
  MAP_PRIVATE,
} from "../sys/constants.ts";
import type { Kernel } from "../sys/libc.ts";

export const privateAnonymous = MAP_PRIVATE | MAP_ANONYMOUS;

export type Way = "hint" | "noreplace";

/** A failure names its errno, any but EEXIST. */
export type Answer = "placed" | "rejected" | "misplaced" | Failure;

type Failure = `failed-${string}`;

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
  let result = kernel.mmap(at, bytes, prot, flagsOf(way));
  // A sandbox that rejects the flag gets the hint, as portable code would do it.
  if (result === -EOPNOTSUPP) result = kernel.mmap(at, bytes, prot, flagsOf("hint"));
  if (result === at) return "placed";
  if (result < 0) return result === -EEXIST ? "rejected" : failureOf(result);
  kernel.munmap(result, bytes);
  return "misplaced";
}

/** The outcome of an -errno that nobody declares: "failed-ENOMEM". */
export function failureOf(result: number): Failure {
  return `failed-${errnoName(-result)}`;
}

/** What an attempt that was not placed came to: `lost`, unless an errno says otherwise. */
export function lossOf<T extends string>(answer: Answer, lost: T): T | Failure {
  return answer.startsWith("failed-") ? (answer as Failure) : lost;
}
