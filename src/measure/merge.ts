/**
 * Merges what the actors of a trial report into the arms of the result file. Pure.
 */

import { type CallClass, callClasses } from "../model.ts";
import { callsByClass, distributionOf, type TickCounts } from "../results/histogram.ts";
import type { Arm, Distribution } from "../results/schema.ts";
import { errnosByName } from "../sys/constants.ts";
import { ticksToNs } from "../units.ts";
import type { ActorReport, BlockCounts, BlockFacts } from "./actor.ts";
import { blockClasses } from "./block-latencies.ts";
import { callsOf } from "./tally.ts";

export interface MergedTrial {
  readonly arms: Arm[];
  readonly violations: string[];
}

/** The arms in the order of `strategies`, and every law that did not hold. */
export function mergeReports(
  reports: readonly ActorReport[],
  strategies: readonly string[],
  ticksPerNs: number,
): MergedTrial {
  const facts = reports[0]?.facts ?? [];
  const blocks = reports.map((report) => report.blocks);
  const violations = blocks.flat().flatMap((block) => block.violations);
  const arms = strategies.map((strategy) =>
    mergeArm(
      strategy,
      facts.filter((fact) => fact.strategy === strategy),
      blocks.map((ofActor) => ofActor.filter((block) => block.strategy === strategy)),
      distributionsOf(reports, strategy, ticksPerNs),
      ticksPerNs,
    ),
  );
  return { arms, violations: [...violations, ...arms.flatMap(unevenHistograms)] };
}

function mergeArm(
  strategy: string,
  facts: readonly BlockFacts[],
  byActor: readonly (readonly BlockCounts[])[],
  distributions: Arm["distributions"],
  ticksPerNs: number,
): Arm {
  const warmups = byActor.flat().filter((block) => block.warmup);
  const isWarmup = new Set(warmups.map((block) => block.index));
  const measured = facts.filter((fact) => !isWarmup.has(fact.index));
  const kept = new Set(measured.filter((f) => f.unexpectedMappings === 0).map((f) => f.index));
  const keptFacts = facts.filter((fact) => kept.has(fact.index));
  const keptByActor = byActor.map((blocks) => blocks.filter((block) => kept.has(block.index)));
  const all = keptByActor.flat();
  const perBlock = (value: (block: BlockCounts) => number): number[] =>
    keptFacts.map((fact) => sum(all.filter((block) => block.index === fact.index).map(value)));
  return {
    strategy,
    warmupCalls: sum(warmups.map((block) => callsOf(block.records))),
    voidedBlocks: measured.length - kept.size,
    counts: {
      attempts: sum(all.map((block) => block.attempts)),
      placed: total(all, "placed"),
      rejected: total(all, "rejected"),
      misplaced: total(all, "misplaced"),
      refused: sum(all.map((block) => block.refused)),
      failed: total(all, "failed"),
      cleanups: total(all, "cleanup"),
      releases: total(all, "release"),
    },
    cutBlocks: new Set(all.filter((block) => block.isCut).map((block) => block.index)).size,
    errnos: errnosByName(all.map(({ records }) => records.errnos)),
    placedByActor: keptByActor.map((blocks) => total(blocks, "placed")),
    minorFaults: sum(all.map((block) => block.usage.minorFaults)),
    majorFaults: sum(all.map((block) => block.usage.majorFaults)),
    safety: safetyOf(facts, byActor.flat()),
    distributions,
    blocks: {
      order: keptFacts.map((fact) => fact.index),
      wallNs: keptFacts.map((fact) => Math.round(fact.wallNs)),
      insideShare: keptFacts.map((fact) => Number(fact.insideShare.toFixed(4))),
      attempts: perBlock((block) => block.attempts),
      placed: perBlock((block) => total([block], "placed")),
      startSkewNs: keptFacts.map((fact) => Math.round(fact.startSkewNs)),
      voluntarySwitches: perBlock((block) => block.usage.voluntarySwitches),
      involuntarySwitches: perBlock((block) => block.usage.involuntarySwitches),
      tlbShootdowns: keptFacts.map((fact) => fact.tlbShootdowns),
      othersCpuMs: keptFacts.map((fact) => Math.round(fact.othersCpuMs)),
      latencies: latenciesOf(keptFacts, all, ticksPerNs),
    },
  };
}

/** Of several actors' middles the middle one: they raced through the same block. */
function latenciesOf(
  facts: readonly BlockFacts[],
  blocks: readonly BlockCounts[],
  ticksPerNs: number,
): Arm["blocks"]["latencies"] {
  const middle = (name: (typeof blockClasses)[number], quantile: "p50" | "p90") =>
    facts.map(({ index }) => {
      const ticks = blocks
        .filter((block) => block.index === index)
        .flatMap(({ latencies }) => latencies[name]?.[quantile] ?? [])
        .sort((a, b) => a - b);
      const at = ticks[Math.floor((ticks.length - 1) / 2)];
      return at === undefined ? null : ticksToNs(at, ticksPerNs);
    });
  const entries = blockClasses.map((name) => [
    name,
    { p50: middle(name, "p50"), p90: middle(name, "p90") },
  ]);
  return Object.fromEntries(entries) as Arm["blocks"]["latencies"];
}

/** Warm-ups and voided blocks count as well: a safety violation is never dropped. */
function safetyOf(facts: readonly BlockFacts[], blocks: readonly BlockCounts[]): Arm["safety"] {
  const unbalanced = new Set(
    blocks.filter((block) => block.violations.length > 0).map((block) => block.index),
  );
  const balanced = facts.filter((fact) => !unbalanced.has(fact.index));
  return {
    doubleOwners: sum(blocks.map((block) => block.records.doubleOwners)),
    clobbers:
      sum(blocks.map((block) => block.records.clobbers)) +
      sum(facts.map((fact) => fact.lostOccupants)),
    canaries: sum(blocks.map((block) => block.records.canaries)),
    leaks: sum(
      blocks.map(
        (block) =>
          Math.max(0, total([block], "misplaced") - total([block], "cleanup")) +
          Math.max(0, total([block], "placed") - total([block], "release")) +
          block.records.failedUnmaps,
      ),
    ),
    // A mapping in a window after the drain is an actor's if the accounts do not balance.
    strays: sum(balanced.map((fact) => fact.unexpectedMappings)),
  };
}

function distributionsOf(
  reports: readonly ActorReport[],
  strategy: string,
  ticksPerNs: number,
): Arm["distributions"] {
  const entries = callClasses.flatMap((kind, index): [CallClass, Distribution][] => {
    const parts = partsOf(reports, strategy, kind, index);
    const distribution = distributionOf(parts, ticksPerNs);
    return distribution ? [[kind, distribution]] : [];
  });
  return Object.fromEntries(entries) as Arm["distributions"];
}

/**
 * Every actor's counts of a class. Whole lost attempts are listed where one actor had
 * misplacements;
 * those of an actor without any are its rejected ones.
 */
function partsOf(
  reports: readonly ActorReport[],
  strategy: string,
  kind: CallClass,
  index: number,
): TickCounts[] {
  const rejected = callClasses.indexOf("rejected");
  const parts = reports.flatMap((report) => report.latencies.get(strategy)?.[index] ?? []);
  if (kind !== "lost" || parts.every(({ ticks }) => ticks.length === 0)) return parts;
  return parts.map((part, actor) =>
    part.ticks.length > 0 ? part : (reports[actor]?.latencies.get(strategy)?.[rejected] ?? part),
  );
}

/** Histogram totals equal calls, class by class. */
function unevenHistograms(arm: Arm): string[] {
  const { counts, distributions } = arm;
  return callsByClass(counts).flatMap(([kind, calls]) => {
    const recorded = distributions[kind]?.quantiles.count ?? 0;
    return recorded === calls
      ? []
      : [`${arm.strategy}: ${calls} ${kind} calls, but ${recorded} in their histogram`];
  });
}

function total(blocks: readonly BlockCounts[], kind: CallClass): number {
  const index = callClasses.indexOf(kind);
  return sum(blocks.map((block) => block.records.byClass[index] as number));
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}
