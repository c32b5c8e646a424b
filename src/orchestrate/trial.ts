/**
 * The only door to piscina, and the fork's side of a trial: plan the windows from this process's
 * own
 * maps, keep the anchors and third parties mapped, hand every actor one task, and put it all back.
 */

import { extname } from "node:path";
import { Piscina } from "piscina";
import type { ActorResult, ActorTask, PathTask, ScriptTask } from "../../workers/actor.ts";
import type { ScriptReport } from "../litmus/run-script.ts";
import type { ActorTrial } from "../measure/actor.ts";
import { TrialMemory, thirdParty } from "../measure/trial-memory.ts";
import { address, formatAddress, type Window } from "../model.ts";
import type { ProbeChoice } from "../probe/select.ts";
import type { WayReport } from "../reserve/run-path.ts";
import type { Calibration } from "../results/schema.ts";
import { scenarioOf } from "../scenarios/index.ts";
import { MAP_RESERVATION, PROT_NONE, PROT_READ, PROT_WRITE } from "../sys/constants.ts";
import { kernel } from "../sys/libc.ts";
import { mappingsIn, readMaps } from "../sys/maps.ts";
import { holdByThirdParty, holdPages, permsOf, releaseAll, releasePages } from "../windows/hold.ts";
import { type Arena, planArena } from "../windows/plan.ts";
import { planOrder } from "./plan.ts";
import type { ForkSetup, MeasuredTrial, TrialPlan } from "./protocol.ts";

const prots = { none: PROT_NONE, r: PROT_READ, rw: PROT_READ | PROT_WRITE } as const;

/** What interlopers map and unmap, wherever the kernel likes. */
const interloperBytes = 2 ** 20;

/** A started pool and what every trial of this fork has in common. */
export class Stage {
  readonly #pool: Piscina<
    ActorTask | ScriptTask | PathTask,
    ActorResult | ScriptReport | Map<string, WayReport>
  >;
  readonly setup: ForkSetup;
  readonly #probe: ProbeChoice;
  /** Errnos of threads that could not be pinned. */
  readonly pinErrnos = new Set<number>();

  constructor(setup: ForkSetup, probe: ProbeChoice) {
    this.setup = setup;
    this.#probe = probe;
    this.#pool = new Piscina({
      filename: new URL(`../../workers/actor${extname(import.meta.url)}`, import.meta.url).href,
      minThreads: setup.threads,
      maxThreads: setup.threads,
      recordTiming: false,
    });
  }

  /** Resolves when every thread is up: an empty trial, at whose barrier they all meet. */
  async open(): Promise<void> {
    const memory = new TrialMemory(this.setup.threads, 0);
    const anywhere: Window = { start: address(0), bytes: 0, firstClaim: 0, claims: 0 };
    await this.race(memory, 0, (actor) => ({
      ...this.actorTrial(actor, this.setup.threads),
      windows: [anywhere],
      blocks: [],
    }));
  }

  /** Runs one trial. @throws UsageError where windows do not fit; InvariantError on a lost actor */
  async run(plan: TrialPlan, calibration: Calibration): Promise<MeasuredTrial> {
    const { options, pageBytes } = this.setup;
    const { spec } = plan;
    const scenario = scenarioOf(spec.scenario);
    const at = options.arena === null ? undefined : address(Number(options.arena));
    const mappings = readMaps();
    const arena = planArena(
      { ...spec, ...options, windows: spec.windows, pageBytes, at },
      mappings,
    );
    const prot = prots[options.prot];
    holdPages(arena.anchors, pageBytes);
    try {
      const refused = findRefused(arena.windows);
      const memory = new TrialMemory(this.#parties(spec.actors), spec.windows);
      if (scenario.occupied) {
        holdByThirdParty(arena.windows, prot);
        memory.claims.fill(thirdParty);
      }
      const results = await this.race(memory, spec.windows, (actor) => ({
        ...this.actorTrial(actor, spec.actors),
        windows: arena.windows,
        // Taken is taken, whether or not a hint would have got the window free.
        refused: scenario.occupied ? [] : refused,
        occupied: scenario.occupied,
        order: planOrder(scenario.order, spec.windows, plan.seed, actor),
        hold: spec.hold,
        ticksPerNs: calibration.ticksPerNs,
        blocks: plan.blocks,
      }));
      if (scenario.occupied) releaseAll(arena.windows);
      return {
        arena: { start: formatAddress(arena.start), end: formatAddress(arena.end) },
        mappings: mappings.length,
        refusedWindows: refused.length,
        leftovers: leftovers(arena, permsOf(prot)),
        reports: results.slice(0, spec.actors),
      };
    } finally {
      releasePages(arena.anchors, pageBytes);
    }
  }

  #parties(actors: number): number {
    return actors + this.setup.options.interlopers.map + this.setup.options.interlopers.fault;
  }

  /**
   * One task a party, the interlopers behind the actors; rejects as soon as one fails, while the
   * others still sleep. `isPacked` keeps all of them on one CPU.
   */
  async race(
    memory: TrialMemory,
    claims: number,
    trialOf: (actor: number) => ActorTrial,
    isPacked = false,
  ): Promise<ActorResult[]> {
    const first = trialOf(0);
    const parties = first.blocks.length === 0 ? first.actors : this.#parties(first.actors);
    const tasks = Array.from({ length: parties }, (_, actor) =>
      this.#pool.run({
        kind: "trial",
        probe: this.#probe,
        memory: memory.buffer,
        parties,
        claims,
        cpu: this.#cpuOf(actor, isPacked),
        trial: actor < first.actors ? trialOf(actor) : this.#interloper(trialOf(actor)),
      }),
    );
    const results = (await Promise.all(tasks)) as ActorResult[];
    for (const { pinErrno } of results) if (pinErrno !== 0) this.pinErrnos.add(pinErrno);
    return results;
  }

  /** One thread an actor of a script. */
  async playScript(
    taskOf: (actor: number) => Omit<ScriptTask, "kind" | "cpu">,
    actors: number,
    isPacked: boolean,
  ): Promise<ScriptReport[]> {
    const tasks = Array.from({ length: actors }, (_, actor) =>
      this.#pool.run({ kind: "script", cpu: this.#cpuOf(actor, isPacked), ...taskOf(actor) }),
    );
    return (await Promise.all(tasks)) as ScriptReport[];
  }

  /** One thread a party of a case, the interlopers behind the actors. */
  async playPath(
    taskOf: (actor: number) => Omit<PathTask, "kind" | "cpu" | "probe">,
    parties: number,
  ): Promise<Map<string, WayReport>[]> {
    const tasks = Array.from({ length: parties }, (_, actor) =>
      this.#pool.run({
        kind: "path",
        cpu: this.#cpuOf(actor, false),
        probe: this.#probe,
        ...taskOf(actor),
      }),
    );
    return (await Promise.all(tasks)) as Map<string, WayReport>[];
  }

  #cpuOf(actor: number, isPacked: boolean): number | undefined {
    const { cpus, options } = this.setup;
    return options.pinned ? cpus[isPacked ? 0 : actor % cpus.length] : undefined;
  }

  /** What every actor of this fork has in common; no windows and no blocks yet. */
  actorTrial(actor: number, actors: number): ActorTrial {
    const { options, pageBytes, flagVerdict } = this.setup;
    return {
      actor,
      actors,
      cpus: this.setup.cpus,
      windows: [],
      refused: [],
      keepsLastCalls: false,
      occupied: false,
      order: Uint32Array.of(0),
      hold: 0,
      prot: prots[options.prot],
      touchBytes: options.touch ? pageBytes : 0,
      pageBytes,
      ticksPerNs: 1,
      flagIsSupported: flagVerdict === "supported" && !options.pretendOldKernel,
      flagUse: {
        isUnusable: flagVerdict === "rejected" || flagVerdict === "buggy",
        pretendOldKernel: options.pretendOldKernel,
      },
      blocks: [],
    };
  }

  /** The first `map` interlopers map and unmap; the others fault every page in between. */
  #interloper(trial: ActorTrial): ActorTrial {
    const faults = trial.actor - trial.actors >= this.setup.options.interlopers.map;
    return {
      ...trial,
      windows: [{ start: address(0), bytes: interloperBytes, firstClaim: 0, claims: 0 }],
      occupied: false,
      order: Uint32Array.of(0),
      hold: 0,
      prot: faults ? prots.rw : PROT_NONE,
      touchBytes: faults ? interloperBytes : 0,
    };
  }
}

/** Indices of free windows that a hint does not get, though nobody races yet. */
function findRefused(windows: readonly Window[]): number[] {
  const flags = MAP_RESERVATION;
  return windows.flatMap(({ start, bytes }, index) => {
    const result = kernel.mmap(start, bytes, PROT_NONE, flags);
    if (result < 0) return [];
    kernel.munmap(result, bytes);
    return result === start ? [] : [index];
  });
}

/** What stands in the arena when everything should be gone again. */
function leftovers(arena: Arena, perms: string): string[] {
  const anchors = new Set<number>(arena.anchors);
  return mappingsIn(readMaps(), arena.start, arena.end)
    .filter((mapping) => mapping.perms === perms && !anchors.has(mapping.start))
    .map(
      ({ start, end }) =>
        `the arena still holds ${formatAddress(start)}-${formatAddress(end)} ${perms}: a leak`,
    );
}
