/**
 * One actor's side of a trial: block after block, barrier, batch, barrier, audit, tally. Nothing is
 * posted and nothing allocated for the race while a block runs.
 */

import type { Window } from "../model.ts";
import { Batch, type Probe } from "../probe/batch.ts";
import type { TickCounts } from "../results/histogram.ts";
import { strategyOf } from "../strategies/index.ts";
import { kernelChosen } from "../strategies/kernel-chosen.ts";
import { type FlagUse, flagsOf, type Strategy } from "../strategies/strategy.ts";
import { MAP_RESERVATION } from "../sys/constants.ts";
import { type Disturbance, readDisturbance } from "../sys/disturbance.ts";
import { addressOf, type ThreadUsage, threadUsage } from "../sys/libc.ts";
import { readMaps } from "../sys/maps.ts";
import { auditWindows } from "../windows/audit.ts";
import { clearLanding, holdAgain, permsOf } from "../windows/hold.ts";
import { type BlockLatencies, blockLatencies } from "./block-latencies.ts";
import { violationsOf } from "./conservation.ts";
import { countRecords, countRefused, describeLast, type RecordCounts, Tally } from "./tally.ts";
import { type TrialMemory, thirdParty } from "./trial-memory.ts";

/** Records that are kept as evidence where a law does not hold. */
const shownCalls = 32;

/** A block as planned. */
export interface BlockPlan {
  readonly strategy: string;
  readonly ms: number;
  /** A warm-up block runs like any other and is not recorded. */
  readonly warmup: boolean;
}

/** What an actor needs to know for a whole trial. */
export interface ActorTrial {
  /** 0 and up; actor 0 leads: it audits and reads the machine's counters. */
  readonly actor: number;
  /** CPUs that this process may use. */
  readonly cpus: readonly number[];
  /** Actors that race; the parties behind them are interlopers, whose records are dropped. */
  readonly actors: number;
  readonly windows: readonly Window[];
  readonly occupied: boolean;
  /** Windows that a hint does not get even if they are free, by index. */
  readonly refused: readonly number[];
  readonly order: Uint32Array;
  readonly hold: number;
  readonly prot: number;
  readonly touchBytes: number;
  readonly pageBytes: number;
  readonly ticksPerNs: number;
  /** The kernel is asked with the no-replace flag, and keeps its promise. */
  readonly flagIsSupported: boolean;
  readonly flagUse: FlagUse;
  /** Keep the last records of every block as evidence, not only where a law does not hold. */
  readonly keepsLastCalls: boolean;
  readonly blocks: readonly BlockPlan[];
}

/** One actor's counts of one block. */
export interface BlockCounts {
  readonly index: number;
  readonly warmup: boolean;
  readonly strategy: string;
  readonly attempts: number;
  /** Of the misplaced ones, those whose window a hint does not get in any case. */
  readonly refused: number;
  /** The log was full before the time was up. */
  readonly isCut: boolean;
  readonly records: RecordCounts;
  readonly latencies: BlockLatencies;
  readonly usage: ThreadUsage;
  readonly violations: readonly string[];
  /** The last records, where a law did not hold. */
  readonly lastCalls: readonly string[];
}

/** What the leader saw of one block. */
export interface BlockFacts {
  readonly index: number;
  readonly strategy: string;
  readonly wallNs: number;
  readonly insideShare: number;
  readonly startSkewNs: number;
  readonly tlbShootdowns: number;
  readonly othersCpuMs: number;
  /** Mappings in windows after the drain; any voids the block. */
  readonly unexpectedMappings: number;
  /** Windows whose third party was replaced. */
  readonly lostOccupants: number;
}

export interface ActorReport {
  /** Blocks in the order they ran, warm-ups included. */
  readonly blocks: readonly BlockCounts[];
  /** The same blocks as the leader saw them; empty from all others. */
  readonly facts: readonly BlockFacts[];
  /** Latencies by strategy, of blocks that were not voided; classes in the order of callClasses. */
  readonly latencies: ReadonlyMap<string, readonly TickCounts[]>;
}

/** Runs every block of the trial in this thread. @throws InvariantError if another actor is lost */
export function runActor(probe: Probe, memory: TrialMemory, trial: ActorTrial): ActorReport {
  const batch = new Batch({ ...trial, actor: trial.actor + 1, claims: memory.claims }, addressOf);
  const strategies = new Set(trial.blocks.map((plan) => plan.strategy));
  const tallies = new Map([...strategies].map((id) => [id, new Tally()]));
  const blocks: BlockCounts[] = [];
  const facts: BlockFacts[] = [];
  const races = trial.actor < trial.actors;
  // Nobody begins before every thread is up; a trial without blocks is a way to wait for that.
  memory.barrier.arrive();
  trial.blocks.forEach((plan, index) => {
    const before = trial.actor === 0 ? readDisturbance(trial.cpus) : undefined;
    const strategy = races ? strategyOf(plan.strategy) : kernelChosen;
    const cursor = batch.get("CURSOR");
    const usage = runBlock(probe, memory, trial, batch, plan, strategy);
    if (before) {
      const fact = judgeBlock(memory, trial, plan, index, before);
      memory.blockIsVoid = fact.unexpectedMappings > 0;
      facts.push(fact);
    }
    const records = countRecords(batch);
    const refused = countRefused(batch, cursor, trial.refused);
    memory.barrier.arrive();
    if (!races) return;
    const attempts = Number(batch.get("CURSOR") - cursor);
    const violations = violationsOf(attempts, records, strategy, trial.flagIsSupported);
    const { warmup } = plan;
    const isKept = violations.length > 0 || trial.keepsLastCalls;
    const lastCalls = isKept ? describeLast(batch, shownCalls) : [];
    const isCut = batch.isFull;
    const latencies = blockLatencies(batch);
    const counts = { attempts, refused, isCut, records, latencies, usage, violations, lastCalls };
    blocks.push({ index, warmup, strategy: strategy.id, ...counts });
    if (!warmup && !memory.blockIsVoid) tallies.get(strategy.id)?.add(batch);
  });
  const latencies = new Map([...tallies].map(([id, tally]) => [id, tally.counts()]));
  return { blocks, facts, latencies };
}

/** Barrier, batch, barrier; returns what the thread used between the two. */
function runBlock(
  probe: Probe,
  memory: TrialMemory,
  trial: ActorTrial,
  batch: Batch,
  plan: BlockPlan,
  strategy: Strategy,
): ThreadUsage {
  const flags = MAP_RESERVATION | flagsOf(strategy, trial.flagUse);
  const durationTicks = BigInt(Math.round(plan.ms * 1e6 * trial.ticksPerNs));
  memory.barrier.arrive(() => {
    const now = probe.readTicks();
    memory.release(now, now + durationTicks);
  });
  batch.prepare({
    flags,
    addressed: strategy.addressed,
    deadlineTicks: memory.deadlineTicks,
  });
  const before = threadUsage();
  probe.runBatch(batch);
  const after = threadUsage();
  memory.report(trial.actor, batch.get("STARTED"), batch.get("ENDED"));
  memory.barrier.arrive(() => memory.arriveAll(probe.readTicks()));
  return {
    voluntarySwitches: after.voluntarySwitches - before.voluntarySwitches,
    involuntarySwitches: after.involuntarySwitches - before.involuntarySwitches,
    minorFaults: after.minorFaults - before.minorFaults,
    majorFaults: after.majorFaults - before.majorFaults,
  };
}

/** What the leader sees when all have drained; puts a clobbered third party back. */
function judgeBlock(
  memory: TrialMemory,
  trial: ActorTrial,
  plan: BlockPlan,
  index: number,
  before: Disturbance,
): BlockFacts {
  const after = readDisturbance(trial.cpus);
  const { wallTicks, startSkewTicks, insideShare } = memory.spans(trial.actors);
  const occupantPerms = trial.occupied ? permsOf(trial.prot) : undefined;
  const mappings = readMaps(Math.min(...trial.windows.map((window) => window.start)));
  const audit = auditWindows(trial.windows, occupantPerms, mappings);
  // Memory that was freed since leaves holes above the landing.
  clearLanding(mappings, trial.windows, trial.prot);
  if (audit.lostOccupants > 0) {
    holdAgain(trial.windows, trial.prot);
    memory.claims.fill(thirdParty);
  }
  return {
    index,
    strategy: plan.strategy,
    wallNs: wallTicks / trial.ticksPerNs,
    insideShare,
    startSkewNs: startSkewTicks / trial.ticksPerNs,
    // A CPU that goes offline takes its count with it.
    tlbShootdowns: Math.max(0, after.tlbShootdowns - before.tlbShootdowns),
    othersCpuMs: after.othersCpuMs - before.othersCpuMs,
    ...audit,
  };
}
