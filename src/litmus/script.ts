/**
 * A litmus scenario whose actors are a few lines of TypeScript over plain system calls: slower than
 * the machine code, but free to do anything between two calls.
 */

import type { Address } from "../model.ts";
import type { Kernel } from "../sys/libc.ts";
import type { Outcome } from "./outcome.ts";

/** Pages of the private stretch of address space that a script may use as it likes. */
export const scriptPages = 4096;

/** What an actor gets; each in its own thread of one process. */
export interface ScriptContext {
  readonly kernel: Kernel;
  /** 0 and up, below the script's `actors`. */
  readonly actor: number;
  /** Which way of doing it: one of the script's `variants`. */
  readonly variant: string;
  readonly pageBytes: number;
  /** Start of scriptPages pages that nobody else uses; free when the script begins. */
  readonly arena: Address;
  /** Shared by the actors, zero in the beginning; for claims and phases, with Atomics. */
  readonly shared: Int32Array;
  /** A seeded number from 0 up to, not including, 1. */
  readonly random: () => number;
  /** A short seeded delay between two steps that widens the race; nothing while delays are off. */
  readonly pause: () => void;
}

/** One actor of a script. */
export interface ScriptActor {
  /** Called again and again until the time is up; the id of the outcome seen, if any. */
  step(): string | undefined;
  /** Called once, after the last step of every actor: gives back what this one still holds. */
  close(): void;
}

export interface Script {
  /** In kebab-case; the file has the same name. */
  readonly id: string;
  /** One line for --help and the reports. */
  readonly summary: string;
  readonly actors: number;
  /** Ways of doing it, compared side by side; they share outcome ids. */
  readonly variants: readonly string[];
  /** Everything that may be seen under a variant. */
  readonly outcomes: (variant: string) => readonly Outcome[];
  /** Variants whose promise is that of MAP_FIXED_NOREPLACE: skipped where the kernel breaks it. */
  readonly needFlag?: readonly string[];
  /** Why a variant cannot run on this machine, if it cannot. */
  readonly unavailable?: (variant: string) => string | undefined;
  /** What must stand before the actors begin; runs once, in the thread that starts them. */
  readonly prepare?: (context: ScriptContext) => void;
  /** Makes an actor. */
  readonly open: (context: ScriptContext) => ScriptActor;
}
