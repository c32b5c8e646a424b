/**
 * `noclobber bench`: races the strategies and reports. Reads as a table of contents: options,
 * preflight, plan, execute, digest, print.
 */

import { performance } from "node:perf_hooks";
import { Command, type CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { exitCodes, UsageError } from "../../src/errors.ts";
import { executeRun } from "../../src/orchestrate/execute.ts";
import { findingsOf } from "../../src/orchestrate/findings.ts";
import { lockMachine } from "../../src/orchestrate/lock.ts";
import { planRun } from "../../src/orchestrate/plan.ts";
import { type Preflight, preflight, refuseImpossible } from "../../src/orchestrate/preflight.ts";
import { profiles } from "../../src/profiles/index.ts";
import { type Digest, digestRun } from "../../src/report/digest.ts";
import { renderTerminal } from "../../src/report/terminal.ts";
import { plural } from "../../src/report/wording.ts";
import { type BenchOptions, type Run, schemaVersion } from "../../src/results/schema.ts";
import { refuseForeignFile, resultPath, serializeRun } from "../../src/results/store.ts";
import { type SweepAxis, sweepAxes } from "../../src/results/sweep-schema.ts";
import { readHost } from "../../src/sys/host.ts";
import { Live } from "../live.ts";
import { contextOf } from "../measuring.ts";
import { filePath, wordList } from "../options.ts";
import { interruptOnSignals, ResultFile } from "../output.ts";
import { Pace } from "../pace.ts";
import { runPaths } from "../path-run.ts";
import { printList, printProfiles } from "../plan-list.ts";
import { commandLine, toolIdentity } from "../program.ts";
import { addPinWarning, addRaceOptions, completeOptions } from "../race-options.ts";
import { runSweep } from "../sweep-run.ts";

const profileIds = profiles.map(({ id }) => id);

export const benchCommand = addRaceOptions(new Command("bench"))
  .summary("race the strategies for the same windows and report what each call costs")
  .description(
    "Races threads for the same windows of address space, strategy against strategy in " +
      "alternating blocks, and reports what winning and losing cost, and whether it was safe. " +
      "Lists are comma-separated, and a repeated option adds to its list.",
  )
  .addOption(
    new Option(
      "--profile <ids>",
      `take addresses as real programs do, not as a race: any of ${profileIds.join(", ")}`,
    ).argParser(wordList(profileIds, "profile")),
  )
  .addOption(
    new Option(
      "--sweep <axis>",
      "race and search at growing values of one setting, in forks of their own",
    ).choices(sweepAxes),
  )
  .option("--list", "print the plan and stop")
  .option("--json", "print the result file instead of the report")
  .option("--paced", "start each fork when the parent process says so, as gate does")
  .addOption(
    new Option(
      "-o, --output <file>",
      "where to write the result (default: results/<time>-<host>.json)",
    ).argParser(filePath),
  )
  .action(async (flags, command) => {
    refuseMixture(command, flags);
    const options = completeOptions(flags);
    const { profile: asked, sweep } = flags;
    const chosen = profiles.filter(({ id }) => asked?.includes(id));
    if (sweep !== undefined) process.exitCode = await runSweep(options, { ...flags, sweep });
    else if (chosen.length === 0) process.exitCode = await runBench(options, flags);
    else if (flags.list) printProfiles(chosen);
    else process.exitCode = await runPaths(chosen, options, flags);
  });

/** Options of a race that a profile decides for itself. */
const decidedByProfile = [
  ...["scenario", "strategy", "actors", "windows", "windowSize", "hold", "prot", "touch"],
  ...["arena", "anchor", "interlopers", "paced", "sweep"],
];
/** Options that a sweep decides for itself, beside the one of its axis. */
const decidedBySweep = ["scenario", "list", "paced"];
const optionOfAxis = { actors: "actors", vmas: "vmas", windows: "windows", size: "windowSize" };

/** @throws UsageError where an option was typed that the other one leaves no room for */
function refuseMixture(
  command: CommandUnknownOpts,
  { profile, sweep }: { readonly profile?: unknown; readonly sweep?: SweepAxis | undefined },
): void {
  const isTyped = (name: string): boolean => command.getOptionValueSource(name) === "cli";
  const refuse = (decider: string, decided: readonly string[]): void => {
    const typed = command.options.filter(
      (option) => decided.includes(option.attributeName()) && isTyped(option.attributeName()),
    );
    if (typed.length === 0) return;
    const names = typed.map((option) => option.long).join(", ");
    throw new UsageError(`--${decider} leaves no room for ${names}. Leave out one or the other.`);
  };
  if (profile !== undefined) refuse("profile", decidedByProfile);
  if (sweep !== undefined) refuse("sweep", [...decidedBySweep, optionOfAxis[sweep]]);
}

interface PrintFlags {
  readonly list?: true | undefined;
  readonly json?: true | undefined;
  readonly output?: string | undefined;
  readonly paced?: true | undefined;
}

async function runBench(options: BenchOptions, flags: PrintFlags): Promise<number> {
  const plan = planRun(options);
  if (flags.list) {
    refuseImpossible(options, readHost());
    printList(plan);
    return exitCodes.ok;
  }
  if (flags.output !== undefined) refuseForeignFile(flags.output);
  // Whoever paces runs in turns has the machine for all of them.
  if (!flags.paced) await lockMachine();
  const facts = await preflight(options);
  const run = newRun(options, facts);
  const file = new ResultFile(flags.output ?? resultPath("results", run));
  const interrupt = interruptOnSignals();
  const pace = flags.paced && new Pace(process, interrupt);
  const live = new Live(process.stderr, plan.forks.length, options.timeSeconds * 1000);
  const { map, fault } = options.interlopers;
  const threads = Math.max(...options.actors) + map + fault;
  const context = contextOf(options, facts, threads, interrupt.signal);
  for await (const event of executeRun(plan, { ...context, pace })) {
    if (event.kind === "trial-started") {
      const { scenario, actors } = event.spec;
      const what = `${scenario}, ${plural(actors, "actor")}`;
      live.started(event.fork.index, what, performance.now());
      continue;
    }
    live.ended(event.fork.index, event.fork);
    run.forks.push(event.fork);
    for (const errno of event.warnings) addPinWarning(run.warnings, errno);
    run.elapsedMs = Math.round(performance.now());
    file.save(serializeRun(run));
    pace?.ended(event.fork);
  }
  live.close();
  run.status = interrupt.signal.aborted ? "interrupted" : "complete";
  run.elapsedMs = Math.round(performance.now());
  run.warnings.push(...findingsOf(run, pace ? run.forks.length : plan.forks.length));
  const text = serializeRun(run);
  file.save(text);
  if (flags.output === undefined) file.copyTo("results/latest.json", text);
  await pace?.saved(file.isSaved);
  const digest = digestRun(run);
  file.print(text, flags.json ?? false, (style) => renderTerminal(digest, style));
  return exitCodeOf(run, digest);
}

function newRun(options: BenchOptions, facts: Preflight): Run {
  return {
    schemaVersion,
    tool: toolIdentity(),
    command: commandLine().filter((word) => word !== "--paced"),
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

function exitCodeOf(run: Run, digest: Digest): number {
  const trials = run.forks.flatMap((fork) => fork.trials);
  const isBroken = trials.some((trial) => trial.violations.length > 0);
  if (isBroken || digest.safety.state === "broken") return exitCodes.violation;
  if (run.status === "interrupted") return exitCodes.interrupted;
  return trials.length === 0 ? exitCodes.error : exitCodes.ok;
}
