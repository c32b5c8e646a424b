/**
 * `noclobber bench`: races the strategies and reports. Reads as a table of contents: options,
 * preflight, plan, execute, digest, print.
 */

import { performance } from "node:perf_hooks";
import { Command, Option } from "@commander-js/extra-typings";
import { exitCodes, messageOf, UsageError } from "../../src/errors.ts";
import { type ExecuteContext, executeRun } from "../../src/orchestrate/execute.ts";
import { findingsOf } from "../../src/orchestrate/findings.ts";
import { lockMachine } from "../../src/orchestrate/lock.ts";
import {
  affordableForks,
  assumedOverheads,
  forkMsOf,
  planRun,
  trialSpecsOf,
} from "../../src/orchestrate/plan.ts";
import { type Preflight, preflight } from "../../src/orchestrate/preflight.ts";
import { digestRun } from "../../src/report/digest.ts";
import { renderTerminal } from "../../src/report/terminal.ts";
import { type BenchOptions, type Run, schemaVersion } from "../../src/results/schema.ts";
import {
  refuseForeignFile,
  resultPath,
  serializeRun,
  writeAtomically,
} from "../../src/results/store.ts";
import { scenarios } from "../../src/scenarios/index.ts";
import { strategies } from "../../src/strategies/index.ts";
import { readCommit } from "../../src/sys/host.ts";
import { allowedCpus } from "../../src/sys/libc.ts";
import { Live } from "../live.ts";
import {
  hexAddress,
  integer,
  integerList,
  interlopers,
  seconds,
  size,
  wordList,
} from "../options.ts";
import { printList } from "../plan-list.ts";
import { commandLine, packageRoot, readPackage } from "../program.ts";

const scenarioIds = scenarios.map((scenario) => scenario.id);
const strategyIds = strategies.map((strategy) => strategy.id);
const soundIds = strategies.filter((strategy) => !strategy.clobbers).map(({ id }) => id);

/** Half a second is left for the last validation, the report and the way out. */
const reportMs = 500;

export const benchCommand = new Command("bench")
  .summary("race the strategies for the same windows and report what each call costs")
  .description(
    "Races threads for the same windows of address space, strategy against strategy in " +
      "alternating blocks, and reports what winning and losing cost, and whether it was safe. " +
      "Lists are comma-separated, and a repeated option adds to its list.",
  )
  .addOption(
    new Option("--scenario <ids>", `any of ${scenarioIds.join(", ")} (default: all)`).argParser(
      wordList(scenarioIds, "scenario"),
    ),
  )
  .addOption(
    new Option(
      "--strategy <ids>",
      `any of ${strategyIds.join(", ")} (default: all but fixed)`,
    ).argParser(wordList(strategyIds, "strategy")),
  )
  .addOption(
    new Option(
      "--actors <numbers>",
      "threads that race, one configuration for each number (default: 1, the allowed CPUs, twice that)",
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
      "further attempts before a placed window is released (default: spread so many that a third " +
        "of the attempts lose, others 0)",
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
  .addOption(
    new Option("--vmas <number>", "mappings already in the address space")
      .argParser(integer(0, 60_000))
      .default(0),
  )
  .addOption(
    new Option(
      "--interlopers <kinds>",
      "threads beside the actors: map:N map and unmap memory, " + "fault:N fault its pages in, too",
    )
      .argParser(interlopers)
      .default({ map: 0, fault: 0 }, "none"),
  )
  .addOption(
    new Option("--seed <number>", "the same seed plans the same run")
      .argParser(integer(0, 2 ** 32 - 1))
      .default(1),
  )
  .addOption(
    new Option("--time <seconds>", "for the whole run, start and report included")
      .argParser(seconds(1, 86_400))
      .default(50),
  )
  .addOption(
    new Option(
      "--forks <number>",
      "fresh processes to measure in, one after another (default: what the time allows, at most 10)",
    ).argParser(integer(1, 1000)),
  )
  .addOption(
    new Option("--probe <probe>", "what times the calls: machine code, or plain libc calls")
      .choices(["auto", "native", "libc"] as const)
      .default("auto" as const),
  )
  .option("--list", "print the plan and stop")
  .option("--json", "print the result file instead of the report")
  .option("-o, --output <file>", "where to write the result (default: results/<time>-<host>.json)")
  .action(async (flags) => {
    process.exitCode = await runBench(completeOptions(flags), flags);
  });

type Flags = ReturnType<typeof benchCommand.opts>;

/** Optional outside, complete inside. @throws UsageError where options contradict each other */
function completeOptions(flags: Flags): BenchOptions {
  if (flags.touch && flags.prot !== undefined && flags.prot !== "rw") {
    throw new UsageError(`--touch writes, so it needs --prot rw, not --prot ${flags.prot}.`);
  }
  const cpus = allowedCpus().length;
  const options: Omit<BenchOptions, "forks"> = {
    scenarios: inOrderOf(scenarioIds, flags.scenario ?? scenarioIds),
    strategies: inOrderOf(strategyIds, flags.strategy ?? soundIds),
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
    probe: flags.probe,
  };
  const trials = trialSpecsOf(options).length;
  const timeMs = options.timeSeconds * 1000 - reportMs;
  const size = { trials, strategies: options.strategies.length, rounds: 1 };
  const leastMs = forkMsOf(size, assumedOverheads);
  if (leastMs > timeMs) {
    throw new UsageError(
      `--time ${options.timeSeconds} is too short: one fork with ${trials} trials of ` +
        `${size.strategies} strategies takes about ${((leastMs + reportMs) / 1000).toFixed(1)} s. ` +
        "Ask for more time, or for fewer --scenario, --actors or --strategy.",
    );
  }
  const forks = flags.forks ?? affordableForks(timeMs, trials, options.strategies.length);
  return Object.freeze({ ...options, forks });
}

async function runBench(
  options: BenchOptions,
  flags: Pick<Flags, "list" | "json" | "output">,
): Promise<number> {
  const plan = planRun(options);
  if (flags.list) {
    printList(plan);
    return exitCodes.ok;
  }
  if (flags.output !== undefined) refuseForeignFile(flags.output);
  await lockMachine();
  const facts = await preflight(options);
  const run = newRun(options, facts);
  const path = flags.output ?? resultPath("results", run);
  const interrupt = interruptOnSignals();
  const live = new Live(process.stderr, plan.forks.length, options.timeSeconds * 1000);
  let saved = true;
  for await (const event of executeRun(plan, contextOf(options, facts, interrupt.signal))) {
    live.show(event, performance.now());
    if (event.kind !== "fork-ended") continue;
    run.forks.push(event.fork);
    for (const errno of event.warnings) addPinWarning(run, errno);
    run.elapsedMs = Math.round(performance.now());
    saved = save(path, run, saved);
  }
  live.close();
  run.status = interrupt.signal.aborted ? "interrupted" : "complete";
  run.elapsedMs = Math.round(performance.now());
  run.warnings.push(...findingsOf(run, plan.forks.length));
  saved = save(path, run, saved);
  if (saved && flags.output === undefined) save("results/latest.json", run, saved);
  print(run, { json: flags.json ?? false, path: saved ? path : undefined });
  return exitCodeOf(run);
}

function newRun(options: BenchOptions, facts: Preflight): Run {
  const { name, version } = readPackage();
  const commit = readCommit(packageRoot);
  return {
    schemaVersion,
    tool: { name, version, ...(commit !== undefined && { commit }) },
    command: commandLine(),
    startedAt: new Date(performance.timeOrigin).toISOString(),
    elapsedMs: Math.round(performance.now()),
    status: "running",
    options,
    flagVerdict: facts.flagVerdict,
    host: facts.host,
    probe: facts.probe,
    forks: [],
    warnings: [...facts.warnings],
  };
}

function contextOf(options: BenchOptions, facts: Preflight, signal: AbortSignal): ExecuteContext {
  const { map, fault } = options.interlopers;
  return {
    setup: {
      options,
      cpus: facts.host.allowedCpus,
      pageBytes: facts.host.pageBytes,
      flagIsSupported: facts.flagVerdict === "supported",
      threads: Math.max(...options.actors) + map + fault,
    },
    endsAtMs: options.timeSeconds * 1000 - reportMs,
    signal,
  };
}

/** Ctrl-C keeps what was measured; a second one does not wait. */
function interruptOnSignals(): AbortController {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(exitCodes.interrupted);
      controller.abort();
    });
  }
  return controller;
}

/** Writes the file; after a first failure it says so once and leaves the result to standard output. */
function save(path: string, run: Run, savedSoFar: boolean): boolean {
  if (!savedSoFar) return false;
  try {
    writeAtomically(path, serializeRun(run));
    return true;
  } catch (error) {
    process.stderr.write(
      `Cannot write ${path}: ${messageOf(error)}. ` +
        "The run goes on; its result will be printed on standard output. Use -o to name a file.\n",
    );
    return false;
  }
}

/** The report goes to standard output, or beside the result file's text if that has to go there. */
function print(run: Run, to: { json: boolean; path: string | undefined }): void {
  const textOnStdout = to.json || to.path === undefined;
  if (textOnStdout) process.stdout.write(serializeRun(run));
  if (to.json && to.path !== undefined) return;
  const stream = textOnStdout ? process.stderr : process.stdout;
  const width = stream.isTTY ? stream.columns : 110;
  const colour = stream.isTTY && stream.hasColors();
  stream.write(renderTerminal(digestRun(run), { width, colour }));
  if (to.path !== undefined) stream.write(`\nResult file: ${to.path}\n`);
}

function exitCodeOf(run: Run): number {
  const trials = run.forks.flatMap((fork) => fork.trials);
  if (trials.some((trial) => trial.violations.length > 0)) return exitCodes.violation;
  if (run.status === "interrupted") return exitCodes.interrupted;
  return trials.length === 0 ? exitCodes.error : exitCodes.ok;
}

function addPinWarning(run: Run, errno: string): void {
  if (run.warnings.some((warning) => warning.code === "not-pinned")) return;
  run.warnings.push({
    code: "not-pinned",
    message: `Actors could not be kept on a CPU (${errno}).`,
    remedy: "The kernel may move them during a block; use --no-pin where that is meant.",
  });
}

function inOrderOf(known: readonly string[], wanted: readonly string[]): string[] {
  return known.filter((id) => wanted.includes(id));
}
