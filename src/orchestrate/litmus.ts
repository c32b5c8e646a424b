/**
 * Plans and executes a litmus run: every scenario under every strategy that makes sense, in four
 * manners, in a few fresh processes; the negative control in processes of its own.
 */

import { performance } from "node:perf_hooks";
import type { Outcome } from "../litmus/outcome.ts";
import { outcomesOf } from "../litmus/race.ts";
import { races } from "../litmus/races/index.ts";
import { scripts } from "../litmus/scripts/index.ts";
import type { LitmusCell, LitmusRun, LitmusSlice } from "../results/litmus-schema.ts";
import { strategies } from "../strategies/index.ts";
import { ForkLost, ForkProcess, forkModule } from "./fork-process.ts";
import { assumeOverheads } from "./plan.ts";
import type { ForkSetup, LitmusPlan } from "./protocol.ts";

/** Scenarios that must show what the detectors see, under plain MAP_FIXED. */
const controlled: readonly string[] = ["duel", "churn"];

/** `part`: of a cell's time. Owners that delay are seen best; packed actors take turns. */
const manners = [
  { delays: false, packed: false, part: 0.25 },
  { delays: true, packed: false, part: 0.5 },
  { delays: false, packed: true, part: 0.125 },
  { delays: true, packed: true, part: 0.125 },
] as const;

/**
 * A race needs millions of attempts, a script and the control only some. Where losing is cheap,
 * most attempts lose, so it takes longer until a window has changed hands as often.
 */
const weights = { "cheap-race": 8, race: 4, control: 2, script: 1 } as const;
const sliceOverheadMs = 20;
const leastSliceMs = 2;
const patienceMs = 30_000;

/** What to run; empty lists mean everything. */
export interface LitmusOptions {
  readonly scenarios: readonly string[];
  readonly strategies: readonly string[];
  readonly seed: number;
  readonly timeSeconds: number;
  readonly forks: number;
}

/** A cell of the table, and what part of the time it gets. */
export interface LitmusCellPlan {
  readonly kind: keyof typeof weights;
  readonly cell: Omit<LitmusCell, "slices">;
}

/** Threads that the largest scenario needs. */
export const litmusThreads = Math.max(...[...races, ...scripts].map(({ actors }) => actors));

/** Ids of every scenario, in the order of the report. */
export const litmusScenarios: readonly string[] = [...races, ...scripts].map(({ id }) => id);

/** Strategies of the races, and the ways of the scripts. */
export const litmusStrategies: readonly string[] = [
  ...new Set([
    ...strategies.filter(({ addressed }) => addressed).map(({ id }) => id),
    ...scripts.flatMap(({ variants }) => variants),
  ]),
];

/** Every cell that the options ask for, on a kernel with this verdict. */
export function planCells(
  { scenarios, strategies: asked }: LitmusOptions,
  flagVerdict: LitmusRun["flagVerdict"],
): LitmusCellPlan[] {
  const fallsBack = flagVerdict === "rejected" || flagVerdict === "buggy";
  const same = "on this kernel it makes the same calls as fixed-noreplace";
  const breaks = flagVerdict === "rejected" || flagVerdict === "relocating";
  const broken = `MAP_FIXED_NOREPLACE is ${flagVerdict} here`;
  const ofRaces = races.flatMap((race) =>
    strategies
      .filter(({ addressed, clobbers }) => addressed && (!clobbers || controlled.includes(race.id)))
      .map(
        ({ id, clobbers, callsPerLostAttempt: calls, fallsBack: isPortable }): LitmusCellPlan => ({
          kind: clobbers ? "control" : calls === 1 ? "cheap-race" : "race",
          cell: {
            scenario: race.id,
            strategy: id,
            role: clobbers ? "negative-control" : "contender",
            watched: "with-delays",
            declared: outcomesOf(race, clobbers).map(asDeclared),
            ...(isPortable && !fallsBack && { skipped: same }),
            ...(calls === 1 && !isPortable && breaks && { skipped: broken }),
          },
        }),
      ),
  );
  const ofScripts = scripts.flatMap((script) =>
    script.variants.map((variant): LitmusCellPlan => {
      const isPromised = flagVerdict === "supported" || !script.needFlag?.includes(variant);
      const skipped = isPromised ? script.unavailable?.(variant) : broken;
      return {
        kind: "script",
        cell: {
          scenario: script.id,
          strategy: variant,
          role: "contender",
          watched: "always",
          declared: script.outcomes(variant).map(asDeclared),
          ...(skipped !== undefined && { skipped }),
        },
      };
    }),
  );
  return [...ofRaces, ...ofScripts].filter(
    ({ cell }) =>
      (scenarios.length === 0 || scenarios.includes(cell.scenario)) &&
      (asked.length === 0 || asked.includes(cell.strategy)),
  );
}

/** The result file's copy, whose lists are its own. */
function asDeclared({ outOf, ...outcome }: Outcome): LitmusCell["declared"][number] {
  return { ...outcome, ...(outOf && { outOf: [...outOf] }) };
}

export type LitmusEvent =
  | { readonly kind: "slice-started"; readonly fork: number; readonly cell: LitmusCell }
  | { readonly kind: "fork-ended"; readonly fork: number }
  | { readonly kind: "fork-lost"; readonly fork: number; readonly lost: ForkLost };

export interface LitmusContext {
  readonly setup: ForkSetup;
  readonly endsAtMs: number;
  readonly signal: AbortSignal;
}

/** Runs every cell that is not skipped, adding slices to `cells`, which follow `plans`. */
export async function* executeLitmus(
  plans: readonly LitmusCellPlan[],
  cells: readonly LitmusCell[],
  options: LitmusOptions,
  context: LitmusContext,
): AsyncGenerator<LitmusEvent, void, undefined> {
  const runnable = plans.flatMap((plan, index) => {
    const cell = cells[index];
    return cell && cell.skipped === undefined ? [{ kind: plan.kind, cell }] : [];
  });
  // The control first: what is late takes from those behind it, and without it nothing is proved.
  const groups = [
    runnable.filter(({ kind }) => kind === "control"),
    runnable.filter(({ kind }) => kind !== "control"),
  ].filter((group) => group.length > 0);
  for (let repeat = 0; repeat < options.forks; repeat++) {
    for (const [place, group] of groups.entries()) {
      if (context.signal.aborted) return;
      const fork = repeat * groups.length + place;
      const forksLeft = options.forks - repeat;
      const unitMs = unitMsWithin(context.endsAtMs - performance.now(), groups, place, forksLeft);
      yield* runFork(fork, group, unitMs, options.seed, context);
    }
  }
}

/** Milliseconds of one unit of weight, so that this fork and those to come fit into the time. */
function unitMsWithin(
  remainingMs: number,
  groups: readonly (readonly { readonly kind: LitmusCellPlan["kind"] }[])[],
  place: number,
  forksLeft: number,
): number {
  const times = groups.map((_, group) => (group < place ? forksLeft - 1 : forksLeft));
  let units = 0;
  let overheadMs = 0;
  for (const [group, members] of groups.entries()) {
    const repeats = times[group] as number;
    units += repeats * members.reduce((sum, { kind }) => sum + weights[kind], 0);
    overheadMs +=
      repeats *
      (assumeOverheads(litmusThreads).forkMs + members.length * manners.length * sliceOverheadMs);
  }
  return Math.max(leastSliceMs, (remainingMs - overheadMs) / units);
}

async function* runFork(
  fork: number,
  group: readonly { readonly kind: LitmusCellPlan["kind"]; readonly cell: LitmusCell }[],
  unitMs: number,
  runSeed: number,
  { setup, signal }: LitmusContext,
): AsyncGenerator<LitmusEvent, void, undefined> {
  const child = new ForkProcess(forkModule, signal);
  try {
    await child.ask({ kind: "setup", setup }, "ready", patienceMs);
    for (const { kind, cell } of group) {
      yield { kind: "slice-started", fork, cell };
      const { scenario, strategy } = cell;
      for (const [index, { part, ...manner }] of manners.entries()) {
        const seed = (runSeed * 1000 + fork * manners.length + index) >>> 0;
        const ms = unitMs * weights[kind] * part;
        const plan: LitmusPlan = { scenario, strategy, ms, seed, ...manner };
        const message = { kind: kind === "script" ? "script" : "race", plan } as const;
        const { measured } = await child.ask(message, "litmus", patienceMs + 4 * plan.ms);
        cell.slices.push({
          ...{ fork, seed, ...manner, attempts: measured.attempts },
          outcomes: Object.fromEntries(measured.outcomes),
          violations: [...measured.violations],
          evidence: [...measured.evidence],
        } satisfies LitmusSlice);
      }
    }
    yield { kind: "fork-ended", fork };
  } catch (error) {
    if (!(error instanceof ForkLost)) throw error;
    yield { kind: "fork-lost", fork, lost: error };
  } finally {
    child.kill();
  }
}
