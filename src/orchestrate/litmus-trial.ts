/**
 * The fork's side of a litmus scenario: lay its windows, let the actors race, look at what they
 * left, and count what was seen.
 */

import { uniformInt } from "pure-rand/distribution/uniformInt";
import { mersenne } from "pure-rand/generator/mersenne";
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";
import { isForbidden } from "../litmus/outcome.ts";
import {
  countOutcomes,
  outcomesOf,
  type Race,
  unitBytes,
  unitsOf,
  windowsOf,
} from "../litmus/race.ts";
import { races } from "../litmus/races/index.ts";
import { scriptPages } from "../litmus/script.ts";
import { scripts } from "../litmus/scripts/index.ts";
import { TrialMemory } from "../measure/trial-memory.ts";
import { formatAddress, type Window } from "../model.ts";
import type { Calibration } from "../results/schema.ts";
import { strategyOf } from "../strategies/index.ts";
import { flagsOf } from "../strategies/strategy.ts";
import { MAP_ANONYMOUS, MAP_PRIVATE, PROT_NONE, PROT_READ, PROT_WRITE } from "../sys/constants.ts";
import { kernel } from "../sys/libc.ts";
import { readMaps } from "../sys/maps.ts";
import { holdPages, releasePages } from "../windows/hold.ts";
import { type Arena, planArena } from "../windows/plan.ts";
import type { LitmusPlan, MeasuredLitmus } from "./protocol.ts";
import type { Stage } from "./trial.ts";

/** Owners delay for up to so many pauses of the CPU: some microseconds. */
const longestDelay = 256;
/** What the loop's table of 16 bits holds: a millisecond or two. */
const mostDelay = 0xffff;
const longOnes = 64;
const orderLength = 4096;
const sharedWords = 1024;

/** Runs a scenario of the attempt loop. @throws InvariantError when an actor is lost */
export async function runRace(
  stage: Stage,
  plan: LitmusPlan,
  { ticksPerNs }: Calibration,
): Promise<MeasuredLitmus> {
  const race = races.find(({ id }) => id === plan.scenario);
  if (!race) throw new Error(`No litmus scenario "${plan.scenario}"`);
  const strategy = strategyOf(plan.strategy);
  const units = unitsOf(race);
  return await onArena(stage, units * unitBytes, async (arena) => {
    const windows = windowsOf(race, arena.start);
    const memory = new TrialMemory(race.actors, units);
    const isTouched = race.touch && !strategy.clobbers;
    const reports = await stage.race(
      memory,
      units,
      (actor) => ({
        ...stage.actorTrial(actor, race.actors),
        windows,
        order: orderOf(race, actor, plan),
        prot: isTouched ? PROT_READ | PROT_WRITE : PROT_NONE,
        touchBytes: isTouched ? stage.setup.pageBytes : 0,
        ticksPerNs,
        keepsLastCalls: true,
        blocks: [{ strategy: strategy.id, ms: plan.ms, warmup: false }],
      }),
      plan.packed,
    );
    const blocks = reports.flatMap((report) => report.blocks);
    const { flagUse } = stage.actorTrial(0, 1);
    const outcomes = countOutcomes(
      blocks.map((block) => block.records),
      lookForWindows(windows, flagsOf(strategyOf("noreplace-or-hint"), flagUse)),
    );
    const violations = blocks.flatMap((block) => block.violations);
    return {
      attempts: blocks.reduce((sum, block) => sum + block.attempts, 0),
      outcomes,
      violations,
      evidence: isForbidden(outcomesOf(race, strategy.clobbers), outcomes)
        ? blocks.flatMap((block, actor) => block.lastCalls.map((call) => `actor ${actor}: ${call}`))
        : [],
    };
  });
}

/** Runs a script. @throws Error where an actor throws */
export async function playScript(stage: Stage, plan: LitmusPlan): Promise<MeasuredLitmus> {
  const script = scripts.find(({ id }) => id === plan.scenario);
  if (!script) throw new Error(`No litmus scenario "${plan.scenario}"`);
  return await onArena(stage, scriptPages * stage.setup.pageBytes, async ({ start }) => {
    const memory = new TrialMemory(script.actors, 0);
    const shared = new SharedArrayBuffer(sharedWords * 4);
    const counts = await stage.playScript(
      (actor) => ({ plan, actor, parties: script.actors, memory: memory.buffer, shared, start }),
      script.actors,
      plan.packed,
    );
    const outcomes = new Map<string, number>();
    for (const part of counts) {
      for (const [id, count] of part.outcomes) outcomes.set(id, (outcomes.get(id) ?? 0) + count);
    }
    // A step that names no outcome was no attempt at anything.
    const attempts = [...outcomes.values()].reduce((sum, count) => sum + count, 0);
    const evidence = isForbidden(script.outcomes(plan.strategy), outcomes)
      ? counts.flatMap(({ last }, actor) => last.map((step) => `actor ${actor}: ${step}`))
      : [];
    return { attempts, outcomes, violations: [], evidence };
  });
}

/** A free stretch with anchors, audited and emptied afterwards. */
async function onArena(
  stage: Stage,
  bytes: number,
  play: (arena: { start: Window["start"] }) => Promise<MeasuredLitmus>,
): Promise<MeasuredLitmus> {
  const { pageBytes } = stage.setup;
  const request = { windows: 1, windowBytes: bytes, pageBytes, anchored: true, at: undefined };
  const arena = planArena(request, readMaps());
  const [stretch] = arena.windows;
  if (!stretch) throw new Error("An arena without a window");
  holdPages(arena.anchors, pageBytes);
  try {
    const measured = await play({ start: stretch.start });
    const violations = [...measured.violations, ...leftBehind(stretch)];
    const isBroken = violations.length + measured.evidence.length > 0;
    const evidence = isBroken ? [...measured.evidence, ...mapsNear(arena)] : [];
    return { ...measured, violations, evidence };
  } finally {
    kernel.munmap(stretch.start, stretch.bytes);
    releasePages(arena.anchors, pageBytes);
  }
}

/** Always the actor's own window; the delays are as random as the seed. */
function orderOf(race: Race, actor: number, { seed, delays, packed }: LitmusPlan): Uint32Array {
  const random = mersenne(seed * 31 + actor);
  const window = actor % race.windows.length;
  return Uint32Array.from({ length: delays ? orderLength : 1 }, () =>
    delays ? (window | (delayOf(random, packed) << 16)) >>> 0 : window,
  );
}

/** Who shares a CPU is seldom preempted while it owns, unless it now and then owns for long. */
function delayOf(random: RandomGenerator, packed: boolean): number {
  const isLong = packed && uniformInt(random, 0, longOnes - 1) === 0;
  return isLong ? mostDelay : uniformInt(random, 0, longestDelay);
}

/** Whether the windows can be had when everybody has given up. */
function lookForWindows(windows: readonly Window[], flags: number): { free: number; lost: number } {
  const free = windows.filter(({ start, bytes }) => {
    const result = kernel.mmap(start, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | flags);
    if (result >= 0) kernel.munmap(result, bytes);
    return result === start;
  }).length;
  return { free, lost: windows.length - free };
}

function leftBehind(stretch: Window): string[] {
  return readMaps(stretch.start, stretch.start + stretch.bytes).map(
    ({ start, end, perms }) =>
      `${formatAddress(start)}-${formatAddress(end)} ${perms} was left mapped: a leak`,
  );
}

function mapsNear(arena: Arena): string[] {
  return readMaps(arena.start, arena.end).map(({ start, end, perms, name }) =>
    `maps: ${formatAddress(start)}-${formatAddress(end)} ${perms} ${name}`.trimEnd(),
  );
}
