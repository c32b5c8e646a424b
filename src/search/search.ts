/**
 * What a search is: a way to find a free place in an address space that others change meanwhile.
 * Whoever searches times nothing; the calls that it makes are timed as they are made.
 */

import type { Address, Constraints } from "../model.ts";
import type { TimedCalls } from "../probe/timed-calls.ts";

export interface SearchTools {
  /** This thread's system calls. */
  readonly calls: TimedCalls;
  readonly pageBytes: number;
}

/** One thread's search. */
export interface Searcher {
  /**
   * The lowest place at or above `from` where a mapping of `constraints` fits between what is
   * mapped; undefined where there is none. Somebody may take it before the caller does.
   * @throws Error where the kernel does not answer
   */
  find(constraints: Constraints, from: Address): Address | undefined;
  /** What became of a place that was found: mapped by this thread, or lost to somebody else. */
  learn(at: Address, bytes: number, fate: "placed" | "lost" | "released"): void;
  /** Gives back what the search holds open. */
  close(): void;
}

export interface Search {
  /** In kebab-case; the file has the same name. */
  readonly id: string;
  /** One line for --help and the reports. */
  readonly summary: string;
  /** Why it cannot run on this kernel, if it cannot. */
  readonly unavailable?: () => string | undefined;
  readonly open: (tools: SearchTools) => Searcher;
}
