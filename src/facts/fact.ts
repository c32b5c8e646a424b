/**
 * What a fact is: a case of address space and one question to the kernel, with the answers that it
 * must give. Cases are data; run.ts asks them.
 */

import type { FlagVerdict } from "../sys/flag-verdict.ts";
import type { Version } from "../sys/version.ts";
import type { Ground, Need, Range } from "./ground.ts";

/** The ways of asking; all but "munmap" map PROT_NONE pages privately, unless the name differs. */
export const asks = [
  "hint",
  "noreplace",
  "fixed+noreplace",
  "shared-validate+noreplace",
  "unknown-bit",
  "munmap",
] as const;

export type Ask = (typeof asks)[number];

/**
 * What came of it: where the mapping is, the errno's name, or what a script saw. "done" is a munmap
 * that returned 0; "moved up" a hint below the lowest address that can be mapped.
 */
export type Answer =
  | "exact"
  | "elsewhere"
  | "rounded down"
  | "moved up"
  | "done"
  | "side by side"
  | "apart"
  | "intact"
  | "destroyed"
  | `E${string}`
  | `errno ${number}`;

/** What is known of the running kernel and process before anything is asked. */
export interface Conditions {
  readonly flag: FlagVerdict;
  /** Undefined where the release is no version number. */
  readonly version: Version | undefined;
  readonly pageBytes: number;
  /** CAP_SYS_RAWIO: may map below vm.mmap_min_addr. */
  readonly mayMapLow: boolean;
  /** vm.mmap_min_addr, in bytes. */
  readonly mmapMinAddr: number;
  /** vm.max_map_count; undefined where it cannot be read. */
  readonly maxMapCount: number | undefined;
}

/** The answers that are right, any of them. */
export interface Declared {
  readonly answers: readonly Answer[];
  /** Which kernels they hold for, where that matters. */
  readonly basis?: string;
  /** Whether the occupants survive; "intact" unless said otherwise. */
  readonly occupants?: "intact" | "destroyed" | "either";
}

export type Declaration = Answer | ((conditions: Conditions) => Declared);

/** A range of the ground that a case is told. */
export type Place = (ground: Ground) => Range;

export interface Occupant {
  readonly at: Place;
  readonly kind: "writable" | "none" | "read-only" | "shared file" | "grows down";
}

/** Something that holds for one call only, such as a limit; undone right after it. */
export type Pressure =
  | { readonly state: "on"; readonly release: () => void }
  | { readonly state: "off"; readonly reason: string };

interface FactHead {
  /** The row of the published table: "1" to "27", "pmd-hole"; variants of a row share it. */
  readonly row: string;
  readonly title: string;
  readonly occupants: readonly Occupant[];
  readonly expected: Partial<Readonly<Record<Ask, Declaration>>>;
  readonly needs?: Need;
  /** Why it cannot be asked here. */
  readonly skip?: (conditions: Conditions, ask: Ask) => string | undefined;
  /**
   * What kernels answer that overlook a mapping which begins inside the window (4.17 to
   * 7aa867dd8952); the occupant does not survive it.
   */
  readonly whereBuggy?: Answer;
  /** The flag's answer is declared by kernel version, not by what the flag was found to do. */
  readonly byVersion?: true;
}

/** One call for one window. */
export interface WindowFact extends FactHead {
  readonly kind: "window";
  readonly window: Place;
  /** Anonymous unless said otherwise. */
  readonly backing?: "file" | "bad descriptor";
  /** Unmapped after the occupants are there. */
  readonly holes?: readonly Place[];
  readonly pressure?: (ground: Ground, conditions: Conditions) => Pressure;
}

/** Several calls; the script releases what it maps, and names the answer. */
export interface ScriptFact extends FactHead {
  readonly kind: "script";
  readonly run: (script: ScriptContext) => Answer;
}

export interface ScriptContext {
  readonly ground: Ground;
  /** Asks in the way that is under question. The result of the call: an address or -errno. */
  readonly ask: (range: Range) => number;
  /** Whether the occupants' bytes are still what they were. */
  readonly occupants: () => "intact" | "destroyed";
}

export type Fact = WindowFact | ScriptFact;
