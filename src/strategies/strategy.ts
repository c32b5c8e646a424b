/**
 * What a strategy is: how a window is asked for. Strategies that differ by flags are data; the
 * probe runs them all in the same loop.
 */

export interface Strategy {
  /** In kebab-case; the file has the same name. */
  readonly id: string;
  /** One line for --help and the reports. */
  readonly summary: string;
  /** Added to MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE. */
  readonly flags: number;
  /** Ask for the window's address; else let the kernel choose one. */
  readonly addressed: boolean;
  /** Replaces what it finds: off by default, and only ever in a fork of its own. */
  readonly clobbers: boolean;
  /**
   * System calls that a lost attempt makes on a kernel that knows the flags; undefined: cannot
   * lose.
   */
  readonly callsPerLostAttempt: 1 | 2 | undefined;
}
