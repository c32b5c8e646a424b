/**
 * One actor's side of a case, block after block: open, barrier, step until the time is up, barrier,
 * drain, barrier. Interlopers follow a way of their own in every block.
 */

import { systemCalls, type TimedCalls } from "../probe/timed-calls.ts";
import type { Profile } from "../profiles/profile.ts";
import type { FlagUse } from "../strategies/strategy.ts";
import { PROT_NONE, PROT_READ, PROT_WRITE } from "../sys/constants.ts";
import type { ActorTools } from "./actor-tools.ts";
import { releaseArena, reserveArena } from "./arena.ts";
import { Grip } from "./grip.ts";
import { openWay } from "./open-way.ts";
import type { PathMemory } from "./path-memory.ts";
import { Tape, type TapeReport } from "./tape.ts";
import type { SearchingWay, Way } from "./way.ts";

/** A block as planned. */
export interface PathBlock {
  /** Id of a way of the profile. */
  readonly way: string;
  readonly ms: number;
  /** A warm-up block runs like any other and is not recorded. */
  readonly warmup: boolean;
}

/** What an actor needs to know for a whole case. */
export interface PathTrial {
  readonly profile: Profile;
  /** 0 and up; those from `actors` on are interlopers. */
  readonly actor: number;
  readonly actors: number;
  readonly pageBytes: number;
  readonly flagUse: FlagUse;
  readonly blocks: readonly PathBlock[];
}

/** What one actor saw of one way; calls are in the order of systemCalls. */
export interface WayReport {
  readonly measured: TapeReport;
  readonly measuredCalls: Uint32Array;
  /** Warm-ups, and what stood around the blocks. */
  readonly other: TapeReport;
  readonly otherCalls: Uint32Array;
  /** Of the measured blocks together. */
  readonly wallNs: number;
}

/** Takes places at random, whatever the others have agreed on. */
const interloping: SearchingWay = {
  kind: "searching",
  id: "interloper",
  search: "none",
  strategy: "noreplace-or-hint",
  retry: "random",
  locked: false,
  acceptsInRange: false,
};

/** An interloper asks once, keeps its place for a turn, and carves nothing. */
function interloperProfile({ carving, ...profile }: Profile): Profile {
  return { ...profile, ways: [interloping], tries: 1, hold: 0, followsLast: false };
}

/** Runs every block in this thread. Resolves what it saw, by way. */
export function runPath(
  calls: TimedCalls,
  memory: PathMemory,
  { profile: planned, actor, actors, pageBytes, flagUse, blocks }: PathTrial,
  random: () => number,
): Map<string, WayReport> {
  const isInterloper = actor >= actors;
  const profile = isInterloper ? interloperProfile(planned) : planned;
  const prot = profile.prot === "none" ? PROT_NONE : PROT_READ | PROT_WRITE;
  const grip = new Grip(calls, memory.rangesOf(actor), prot, new Tape(false));
  const tools: ActorTools = {
    ...{ calls, pageBytes, profile, grip, memory, actor, flagUse, random },
  };
  const meter = new CallMeter(calls);
  const records = new Map(planned.ways.map(({ id }) => [id, new WayRecord(!isInterloper)]));
  // Nobody begins before every thread is up.
  memory.barrier.arrive();
  for (const block of blocks) {
    const common = planned.ways.find(({ id }) => id === block.way) as Way;
    const way = isInterloper ? interloping : common;
    runBlock({ tools, meter, way, common, block, record: records.get(common.id) as WayRecord });
  }
  return new Map([...records].map(([id, record]) => [id, record.report()]));
}

interface BlockToRun {
  readonly tools: ActorTools;
  readonly meter: CallMeter;
  /** What this party does, and what all actors do. */
  readonly way: Way;
  readonly common: Way;
  readonly block: PathBlock;
  readonly record: WayRecord;
}

function runBlock({ tools, meter, way, common, block, record }: BlockToRun): void {
  const { grip, memory } = tools;
  const kind = block.warmup ? "other" : "measured";
  grip.tape = record.tapes.other;
  const actor = openWay(tools, way);
  memory.barrier.arrive(() => {
    if (common.kind === "arena") reserveArena(tools);
  });
  meter.moveInto(record.calls.other);
  grip.tape = record.tapes[kind];
  const beganNs = process.hrtime.bigint();
  const untilNs = beganNs + BigInt(Math.round(block.ms * 1e6));
  do actor.step();
  while (process.hrtime.bigint() < untilNs);
  if (!block.warmup) record.wallNs += Number(process.hrtime.bigint() - beganNs);
  // Whoever is late races to the end; then nobody attempts anything while all give back.
  memory.barrier.arrive();
  actor.drain();
  meter.moveInto(record.calls[kind]);
  grip.tape = record.tapes.other;
  memory.barrier.arrive(() => {
    if (common.kind === "arena") releaseArena(tools);
  });
  actor.close();
  meter.moveInto(record.calls.other);
}

/** What an actor writes down about one way. */
class WayRecord {
  readonly tapes: Readonly<Record<"measured" | "other", Tape>>;
  readonly calls = { measured: noCalls(), other: noCalls() };
  wallNs = 0;

  constructor(keepsLatencies: boolean) {
    this.tapes = { measured: new Tape(keepsLatencies), other: new Tape(false) };
  }

  report(): WayReport {
    const { tapes, calls, wallNs } = this;
    return {
      measured: tapes.measured.report(),
      measuredCalls: calls.measured,
      other: tapes.other.report(),
      otherCalls: calls.other,
      wallNs,
    };
  }
}

/** Says which calls were made since it was last asked. */
class CallMeter {
  readonly #calls: TimedCalls;
  readonly #seen: Uint32Array;

  constructor(calls: TimedCalls) {
    this.#calls = calls;
    this.#seen = calls.made.slice();
  }

  moveInto(counts: Uint32Array): void {
    const { made } = this.#calls;
    made.forEach((count, name) => {
      counts[name] = (counts[name] as number) + count - (this.#seen[name] as number);
    });
    this.#seen.set(made);
  }
}

function noCalls(): Uint32Array {
  return new Uint32Array(systemCalls.length);
}
