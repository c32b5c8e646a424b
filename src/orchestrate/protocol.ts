/**
 * What the parent and a fork say to each other: one setup, then trial after trial in lockstep, so
 * that the parent draws only while nothing is measured.
 */

import type { ActorReport, BlockPlan } from "../measure/actor.ts";
import type { Window } from "../model.ts";
import type { Profile } from "../profiles/profile.ts";
import type { PathBlock, WayReport } from "../reserve/run-path.ts";
import type { Bite } from "../results/path-schema.ts";
import type { BenchOptions, Calibration, Run, Trial, TrialSpec } from "../results/schema.ts";

/** What holds for every trial of a fork. */
export interface ForkSetup {
  readonly options: BenchOptions;
  readonly cpus: readonly number[];
  readonly pageBytes: number;
  readonly flagVerdict: Run["flagVerdict"];
  /** Threads that the largest trial needs. */
  readonly threads: number;
}

/** One trial as planned. */
export interface TrialPlan {
  readonly spec: TrialSpec;
  readonly seed: number;
  readonly blocks: readonly BlockPlan[];
}

/** A trial as the fork knows it: counts of ticks, no histograms yet. */
export interface MeasuredTrial {
  readonly arena: Trial["arena"];
  readonly mappings: number;
  readonly refusedWindows: number;
  /** What still stood in the arena in the end, as sentences. */
  readonly leftovers: readonly string[];
  /** One an actor, the leader first. */
  readonly reports: readonly ActorReport[];
}

/** One litmus scenario under one strategy, in one manner. */
export interface LitmusPlan {
  readonly scenario: string;
  /** A strategy's id, or a script's variant. */
  readonly strategy: string;
  readonly ms: number;
  readonly seed: number;
  /** Seeded delays between the steps. */
  readonly delays: boolean;
  /** All actors on one CPU, not spread over the allowed ones. */
  readonly packed: boolean;
}

/** What was seen in one such run. */
export interface MeasuredLitmus {
  readonly attempts: number;
  readonly outcomes: ReadonlyMap<string, number>;
  /** Laws that did not hold and mappings that were left, as sentences. */
  readonly violations: readonly string[];
  /** The actors' last calls, and the maps, where a law did not hold. */
  readonly evidence: readonly string[];
}

/** One profile, with every way in turn. */
export interface PathPlan {
  readonly profile: Profile;
  readonly seed: number;
  readonly blocks: readonly PathBlock[];
}

/** A case as the fork knows it: counts of ticks, no histograms yet. */
export interface MeasuredCase {
  readonly mappings: number;
  readonly bites: readonly Bite[];
  /** What stands in the range and did not before, as sentences. */
  readonly leftovers: readonly string[];
  /** Of the actors, then of the interlopers; each by way. */
  readonly reports: readonly ReadonlyMap<string, WayReport>[];
}

export type ToFork =
  | { readonly kind: "setup"; readonly setup: ForkSetup }
  | { readonly kind: "trial"; readonly plan: TrialPlan }
  | { readonly kind: "path"; readonly plan: PathPlan }
  | {
      readonly kind: "reference";
      readonly library: string;
      readonly words: readonly string[];
      readonly output: string;
      readonly windows: readonly Window[];
    }
  | { readonly kind: "race"; readonly plan: LitmusPlan }
  | { readonly kind: "script"; readonly plan: LitmusPlan }
  | { readonly kind: "finish" };

export type FromFork =
  | { readonly kind: "ready"; readonly calibration: Calibration; readonly warnings: string[] }
  | { readonly kind: "trial"; readonly measured: MeasuredTrial }
  | { readonly kind: "path"; readonly measured: MeasuredCase }
  | { readonly kind: "litmus"; readonly measured: MeasuredLitmus }
  | { readonly kind: "reference" }
  | { readonly kind: "finished"; readonly peakMemoryBytes: number }
  | { readonly kind: "failed"; readonly message: string };
