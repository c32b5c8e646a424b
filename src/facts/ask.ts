/**
 * The ways of asking as system calls, and the answers as words.
 */

import {
  errnoName,
  MAP_ANONYMOUS,
  MAP_FIXED,
  MAP_FIXED_NOREPLACE,
  MAP_NORESERVE,
  MAP_PRIVATE,
  MAP_SHARED_VALIDATE,
  PROT_NONE,
} from "../sys/constants.ts";
import type { Answer, Ask, WindowFact } from "./fact.ts";
import type { Ground, Range } from "./ground.ts";

/** A bit that no kernel gave a meaning so far (include/uapi/asm-generic/mman*.h). */
const unknownBit = 0x10000000;

/** The kernel moves hints up to here at most: CONFIG_LSM_MMAP_MIN_ADDR, or the sysctl's usual. */
const highestMinAddr = 2 ** 16;

const flagsOf: Readonly<Record<Exclude<Ask, "munmap">, number>> = {
  hint: MAP_PRIVATE,
  noreplace: MAP_PRIVATE | MAP_FIXED_NOREPLACE,
  "fixed+noreplace": MAP_PRIVATE | MAP_FIXED | MAP_FIXED_NOREPLACE,
  "shared-validate+noreplace": MAP_SHARED_VALIDATE | MAP_FIXED_NOREPLACE,
  "unknown-bit": MAP_PRIVATE | unknownBit,
};

/** Whether the way of asking passes MAP_FIXED_NOREPLACE. */
export function passesFlag(ask: Ask): boolean {
  return ask.endsWith("noreplace");
}

/** Makes the call. The address or 0, or -errno. */
export function callFor(
  ground: Ground,
  ask: Ask,
  { at, bytes }: Range,
  backing?: WindowFact["backing"],
): number {
  const { kernel, file } = ground;
  if (ask === "munmap") return kernel.munmap(at, bytes);
  if (backing === "file") return kernel.mmap(at, bytes, PROT_NONE, flagsOf[ask], file);
  if (backing === "bad descriptor") return kernel.mmap(at, bytes, PROT_NONE, flagsOf[ask], -1);
  return kernel.mmap(at, bytes, PROT_NONE, flagsOf[ask] | MAP_ANONYMOUS | MAP_NORESERVE);
}

/** What the call came to, in words. */
export function answerOf(result: number, ask: Ask, asked: number, pageBytes: number): Answer {
  if (result < 0) return errnoName(-result) as Answer;
  if (ask === "munmap") return "done";
  if (result === asked) return "exact";
  if (result === asked - (asked % pageBytes)) return "rounded down";
  return asked > 0 && result > asked && result <= highestMinAddr ? "moved up" : "elsewhere";
}
