/**
 * What a strategy is: how a window is asked for. Strategies that differ by flags are data; the
 * probe runs them all in the same loop.
 */

import { MAP_FIXED_NOREPLACE } from "../sys/constants.ts";

export interface Strategy {
  /** In kebab-case; the file has the same name. */
  readonly id: string;
  /** One line for --help and the reports. */
  readonly summary: string;
  /** Added to MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE. */
  readonly flags: number;
  /** Ask for the window's address; else let the kernel choose one. */
  readonly addressed: boolean;
  /** Gives the no-replace flag up where the kernel rejects it or cannot be trusted with it. */
  readonly fallsBack: boolean;
  /** Replaces what it finds: off by default, and only ever in a fork of its own. */
  readonly clobbers: boolean;
  /**
   * System calls that a lost attempt makes on a kernel that knows the flags; undefined: cannot
   * lose.
   */
  readonly callsPerLostAttempt: 1 | 2 | undefined;
}

/** What stands between a strategy's flags and the kernel. */
export interface FlagUse {
  /** The kernel rejects MAP_FIXED_NOREPLACE, or replaces mappings in spite of it. */
  readonly isUnusable: boolean;
  /** Take it away from everybody, as if the kernel were older than Linux 4.17. */
  readonly pretendOldKernel: boolean;
}

/** The flags that a strategy passes to this kernel. */
export function flagsOf({ flags, fallsBack }: Strategy, use: FlagUse): number {
  const isStripped = use.pretendOldKernel || (fallsBack && use.isUnusable);
  return isStripped ? flags & ~MAP_FIXED_NOREPLACE : flags;
}
