/**
 * Single system calls, each timed by the instruction before it and the instruction after it. For
 * paths that are put together of many kinds of calls, where the batch loop knows only its own.
 */

/** System calls that a path is made of. */
export const systemCalls = [
  "mmap",
  "munmap",
  "mprotect",
  "madvise",
  "openat",
  "read",
  "close",
  "ioctl",
] as const;

export type SystemCall = (typeof systemCalls)[number];

/** One thread's calls. Ticks are those of the probe, as numbers since this object was made. */
export interface TimedCalls {
  /**
   * Makes a call of up to six arguments; those left out are 0, negative ones have their sign
   * extended to 64 bits. Returns what the kernel returned: a result of 0 and up, or -errno.
   */
  call(name: SystemCall, ...args: readonly (number | bigint)[]): number;
  /** When the last call began, and when it ended. */
  readonly beganTicks: number;
  readonly endedTicks: number;
  /** Ticks inside all calls so far. */
  readonly spentTicks: number;
  /** Calls so far, in the order of systemCalls. */
  readonly made: Uint32Array;
  /** Ticks now. */
  now(): number;
}
