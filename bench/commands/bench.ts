/**
 * `noclobber bench`: races the strategies and reports. Reads as a table of contents: options,
 * preflight, plan, execute, digest, print.
 */

import { performance } from "node:perf_hooks";
import { Command } from "@commander-js/extra-typings";
import { exitCodes, messageOf } from "../../src/errors.ts";
import { type ExecuteContext, executeRun } from "../../src/orchestrate/execute.ts";
import { findingsOf } from "../../src/orchestrate/findings.ts";
import { lockMachine } from "../../src/orchestrate/lock.ts";
import { planRun } from "../../src/orchestrate/plan.ts";
import { type Preflight, preflight } from "../../src/orchestrate/preflight.ts";
import { type Digest, digestRun } from "../../src/report/digest.ts";
import { renderTerminal } from "../../src/report/terminal.ts";
import { type BenchOptions, type Run, schemaVersion } from "../../src/results/schema.ts";
import {
  refuseForeignFile,
  resultPath,
  serializeRun,
  writeAtomically,
} from "../../src/results/store.ts";
import { readCommit } from "../../src/sys/host.ts";
import { Live } from "../live.ts";
import { interruptOnSignals, outputStyle } from "../output.ts";
import { printList } from "../plan-list.ts";
import { commandLine, packageRoot, readPackage } from "../program.ts";
import { addRaceOptions, completeOptions, reportMs } from "../race-options.ts";

export const benchCommand = addRaceOptions(new Command("bench"))
  .summary("race the strategies for the same windows and report what each call costs")
  .description(
    "Races threads for the same windows of address space, strategy against strategy in " +
      "alternating blocks, and reports what winning and losing cost, and whether it was safe. " +
      "Lists are comma-separated, and a repeated option adds to its list.",
  )
  .option("--list", "print the plan and stop")
  .option("--json", "print the result file instead of the report")
  .option("-o, --output <file>", "where to write the result (default: results/<time>-<host>.json)")
  .action(async (flags) => {
    process.exitCode = await runBench(completeOptions(flags), flags);
  });

interface PrintFlags {
  readonly list?: true | undefined;
  readonly json?: true | undefined;
  readonly output?: string | undefined;
}

async function runBench(options: BenchOptions, flags: PrintFlags): Promise<number> {
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
  const digest = digestRun(run);
  print(run, digest, { json: flags.json ?? false, path: saved ? path : undefined });
  return exitCodeOf(run, digest);
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
      flagVerdict: facts.flagVerdict,
      threads: Math.max(...options.actors) + map + fault,
    },
    endsAtMs: options.timeSeconds * 1000 - reportMs,
    signal,
  };
}

/**
 * Writes the file; after a first failure it says so once and leaves the result to standard output.
 */
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
function print(run: Run, digest: Digest, to: { json: boolean; path: string | undefined }): void {
  const textOnStdout = to.json || to.path === undefined;
  if (textOnStdout) process.stdout.write(serializeRun(run));
  if (to.json && to.path !== undefined) return;
  const stream = textOnStdout ? process.stderr : process.stdout;
  stream.write(renderTerminal(digest, outputStyle(stream)));
  if (to.path !== undefined) stream.write(`\nResult file: ${to.path}\n`);
}

function exitCodeOf(run: Run, digest: Digest): number {
  const trials = run.forks.flatMap((fork) => fork.trials);
  const isBroken = trials.some((trial) => trial.violations.length > 0);
  if (isBroken || digest.safety.state === "broken") return exitCodes.violation;
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
