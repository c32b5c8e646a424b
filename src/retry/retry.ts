/**
 * What a retry rule is: the places that a caller tries one after another, until one is its own or
 * the rule gives up. Pure: a rule looks at the address space only through the search it is given.
 */

import type { Address, Constraints } from "../model.ts";

/** A place to try; the size is the wanted one, or less where the rule makes it smaller. */
export interface Candidate {
  readonly at: Address;
  readonly bytes: number;
}

export interface RetryTools {
  readonly constraints: Constraints;
  /** Where to begin: the low end, or behind the last place where the caller follows itself. */
  readonly from: Address;
  /** Distance between two places of rules that step, in bytes; a multiple of the alignment. */
  readonly stepBytes: number;
  /** No smaller than this, for rules that make it smaller. */
  readonly leastBytes: number;
  /** The lowest free place for `bytes` at or above `from`, as far as the search knows. */
  readonly find: (from: Address, bytes: number) => Address | undefined;
  /** A seeded number from 0 up to, not including, 1. */
  readonly random: () => number;
}

export interface RetryRule {
  /** In kebab-case; the file has the same name. */
  readonly id: string;
  /** One line for --help and the reports. */
  readonly summary: string;
  /** Goes on after a placed piece, and keeps all of them; else the first placed one ends it. */
  readonly keepsPieces: boolean;
  /**
   * The places to try, lazily. Every `yield` is answered with whether that place was had. It ends
   * where the rule has nothing more to try; the caller's limit of attempts may end it sooner.
   */
  readonly candidates: (tools: RetryTools) => Generator<Candidate, void, boolean>;
}
