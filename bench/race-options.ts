/**
 * The options of a race: what `bench` takes, and every command that races takes alike. Optional on
 * the command line, complete and frozen inside.
 */

import { Command, Option } from "@commander-js/extra-typings";
import { UsageError } from "../src/errors.ts";
import {
  affordableForks,
  assumeOverheads,
  forkMsOf,
  groupsOf,
  trialSpecsOf,
} from "../src/orchestrate/plan.ts";
import type { BenchOptions, Warning } from "../src/results/schema.ts";
import { scenarios } from "../src/scenarios/index.ts";
import { strategies, strategyOf } from "../src/strategies/index.ts";
import { allowedCpus } from "../src/sys/libc.ts";
import {
  hexAddress,
  integer,
  integerList,
  interlopers,
  seconds,
  size,
  wordList,
} from "./options.ts";

const scenarioIds = scenarios.map((scenario) => scenario.id);
const strategyIds = strategies.map((strategy) => strategy.id);
const defaultIds = ["hint-munmap", "fixed-noreplace", "kernel-chosen"];

/** Half a second is left for the last validation, the report and the way out. */
export const reportMs = 500;

export function vmasOption() {
  return new Option("--vmas <number>", "mappings already in the address space")
    .argParser(integer(0, 60_000))
    .default(0);
}

export function seedOption() {
  return new Option("--seed <number>", "the same seed plans the same run")
    .argParser(integer(0, 2 ** 32 - 1))
    .default(1);
}

export function timeOption(defaultSeconds: number) {
  return new Option("--time <seconds>", "for the whole run, start and report included")
    .argParser(seconds(1, 86_400))
    .default(defaultSeconds);
}

/** Adds the options to a command. */
export function addRaceOptions(command: Command) {
  return command
    .addOption(
      new Option("--scenario <ids>", `any of ${scenarioIds.join(", ")} (default: all)`).argParser(
        wordList(scenarioIds, "scenario"),
      ),
    )
    .addOption(
      new Option(
        "--strategy <ids>",
        `any of ${strategyIds.join(", ")} (default: hint-munmap, fixed-noreplace, kernel-chosen)`,
      ).argParser(wordList(strategyIds, "strategy")),
    )
    .addOption(
      new Option(
        "--actors <numbers>",
        "threads that race, one configuration for each number (default: 1, the allowed CPUs, " +
          "twice that)",
      ).argParser(integerList(1, 64)),
    )
    .addOption(
      new Option(
        "--windows <number>",
        "windows to ask for; hot has always one (default: occupied and spread 64, solo 4)",
      ).argParser(integer(1, 16384)),
    )
    .addOption(
      new Option("--window-size <size>", "bytes of a window: 64K, 1M, 2G")
        .argParser(size(4096, 2 ** 38))
        .default(2 ** 20, "1M"),
    )
    .addOption(
      new Option(
        "--hold <attempts>",
        "further attempts before a placed window is released (default: spread so many that a " +
          "third of the attempts lose, others 0)",
      ).argParser(integer(0, 10_000)),
    )
    .addOption(
      new Option(
        "--prot <prot>",
        "protection of the mappings (default: none, with --touch rw)",
      ).choices(["none", "r", "rw"] as const),
    )
    .option("--touch", "write to each placed window, so that its release tears page tables down")
    .addOption(
      new Option(
        "--arena <address>",
        "where the windows begin (default: far from everything mapped)",
      ).argParser(hexAddress),
    )
    .option("--no-anchor", "leave the arena alone in its page-table slots")
    .option("--no-pin", "let the kernel move actors between CPUs")
    .addOption(vmasOption())
    .addOption(
      new Option(
        "--interlopers <kinds>",
        "threads beside the actors: map:N map and unmap memory, " +
          "fault:N fault its pages in, too",
      )
        .argParser(interlopers)
        .default({ map: 0, fault: 0 }, "none"),
    )
    .addOption(seedOption())
    .addOption(timeOption(55))
    .addOption(
      new Option(
        "--forks <number>",
        "fresh processes to measure in, one after another (default: what the time allows, at " +
          "most 10)",
      ).argParser(integer(1, 1000)),
    )
    .addOption(
      new Option(
        "--rounds <number>",
        "turns of every strategy in a trial (default: what the time allows)",
      ).argParser(integer(1, 1000)),
    )
    .addOption(
      new Option("--block-ms <number>", "length of a turn; a short one meets less of a change")
        .argParser(integer(1, 1000))
        .default(24),
    )
    .addOption(
      new Option("--probe <probe>", "what times the calls: machine code, or plain libc calls")
        .choices(["auto", "native", "libc"] as const)
        .default("auto" as const),
    )
    .option(
      "--pretend-old-kernel",
      "strip MAP_FIXED_NOREPLACE from every call, as a kernel before 4.17 would",
    );
}

/** The options with the values they have when nobody names them. */
export function defaultFlags(): RaceFlags {
  return addRaceOptions(new Command()).opts();
}

type RaceFlags = ReturnType<ReturnType<typeof addRaceOptions>["opts"]>;

/** Optional outside, complete inside. @throws UsageError where options contradict each other */
export function completeOptions(flags: RaceFlags): BenchOptions {
  if (flags.touch && flags.prot !== undefined && flags.prot !== "rw") {
    throw new UsageError(`--touch writes, so it needs --prot rw, not --prot ${flags.prot}.`);
  }
  if (flags.touch && flags.strategy?.some((id) => strategyOf(id).clobbers)) {
    throw new UsageError(
      "--touch reads back what an owner wrote, which a clobber may have unmapped: the fork would " +
        "crash. Leave out --touch, or the strategy fixed.",
    );
  }
  const cpus = allowedCpus().length;
  const options: Omit<BenchOptions, "forks"> = {
    scenarios: inOrderOf(scenarioIds, flags.scenario ?? scenarioIds),
    strategies: inOrderOf(strategyIds, flags.strategy ?? defaultIds),
    actors: flags.actors ?? [...new Set([1, cpus, 2 * cpus])],
    windows: flags.windows ?? null,
    windowBytes: flags.windowSize,
    hold: flags.hold ?? null,
    prot: flags.prot ?? (flags.touch ? "rw" : "none"),
    touch: flags.touch ?? false,
    arena: flags.arena ?? null,
    anchored: flags.anchor,
    pinned: flags.pin,
    vmas: flags.vmas,
    interlopers: flags.interlopers,
    seed: flags.seed,
    timeSeconds: flags.time,
    rounds: flags.rounds ?? null,
    blockMs: flags.blockMs,
    probe: flags.probe,
    pretendOldKernel: flags.pretendOldKernel ?? false,
  };
  const trials = trialSpecsOf(options).length;
  const timeMs = options.timeSeconds * 1000 - reportMs;
  const { map, fault } = options.interlopers;
  const overheads = assumeOverheads(Math.max(...options.actors) + map + fault);
  const { blockMs, rounds } = options;
  const size = { cost: trials * options.strategies.length, blockMs };
  const leastMs = forkMsOf({ ...size, rounds: rounds ?? 1 }, overheads);
  if (leastMs > timeMs) {
    throw new UsageError(
      `--time ${options.timeSeconds} is too short: one fork with ${trials} trials of ` +
        `${options.strategies.length} strategies takes about ` +
        `${((leastMs + reportMs) / 1000).toFixed(1)} s. ` +
        "Ask for more time, or for fewer --scenario, --actors, --strategy or --rounds.",
    );
  }
  const groups = groupsOf(options.strategies).length;
  const forks = flags.forks ?? affordableForks(timeMs, size, rounds, groups, overheads);
  return Object.freeze({ ...options, forks });
}

/** Says once that the machine did not let actors keep to their CPUs. */
export function addPinWarning(warnings: Warning[], errno: string): void {
  if (warnings.some((warning) => warning.code === "not-pinned")) return;
  warnings.push({
    code: "not-pinned",
    message: `Actors could not be kept on a CPU (${errno}).`,
    remedy: "The kernel may move them during a block; use --no-pin where that is meant.",
  });
}

function inOrderOf(known: readonly string[], wanted: readonly string[]): string[] {
  return known.filter((id) => wanted.includes(id));
}
