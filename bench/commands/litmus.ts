/**
 * `noclobber litmus`: can it ever hurt? Plays every scenario under every strategy that makes sense,
 * and says which of the declared outcomes were seen.
 */

import { performance } from "node:perf_hooks";
import { Command, Option } from "@commander-js/extra-typings";
import { exitCodes } from "../../src/errors.ts";
import {
  executeLitmus,
  type LitmusOptions,
  litmusScenarios,
  litmusStrategies,
  litmusThreads,
  planCells,
} from "../../src/orchestrate/litmus.ts";
import { lockMachine } from "../../src/orchestrate/lock.ts";
import { digestLitmus, type LitmusVerdict } from "../../src/report/litmus-digest.ts";
import { renderLitmus } from "../../src/report/litmus-terminal.ts";
import { type LitmusRun, litmusSchemaVersion } from "../../src/results/litmus-schema.ts";
import { litmusPath, serializeLitmus } from "../../src/results/store.ts";
import { probeFlag } from "../../src/sys/flag-verdict.ts";
import { readHost } from "../../src/sys/host.ts";
import { kernel } from "../../src/sys/libc.ts";
import { integer, seconds, wordList } from "../options.ts";
import { interruptOnSignals, ResultFile } from "../output.ts";
import { commandLine, toolIdentity } from "../program.ts";
import { completeOptions, defaultFlags } from "../race-options.ts";

/** For the report and the way out. */
const reportMs = 300;

const exitCodeOf: Readonly<Record<LitmusVerdict, number>> = {
  sound: exitCodes.ok,
  unsafe: exitCodes.violation,
  undeclared: exitCodes.violation,
  blind: exitCodes.inconclusive,
  "nothing-run": exitCodes.error,
};

export const litmusCommand = new Command("litmus")
  .summary("find out whether a strategy can hurt: declared outcomes, detectors, negative control")
  .description(
    "Plays small races whose outcomes are declared as acceptable, interesting or forbidden, and " +
      "fails if a forbidden or undeclared one is seen, or if plain MAP_FIXED is not seen to " +
      "clobber.",
  )
  .addOption(
    new Option("--scenario <ids>", `any of ${litmusScenarios.join(", ")} (default: all)`).argParser(
      wordList(litmusScenarios, "litmus scenario"),
    ),
  )
  .addOption(
    new Option(
      "--strategy <ids>",
      `strategies of the races and ways of the scripts: ${litmusStrategies.join(", ")} ` +
        "(default: all)",
    ).argParser(wordList(litmusStrategies, "strategy")),
  )
  .addOption(
    new Option("--repeat <number>", "fresh processes that play everything")
      .argParser(integer(1, 1000))
      .default(2),
  )
  .addOption(
    new Option("--seed <number>", "the same seed plans the same delays")
      .argParser(integer(0, 2 ** 32 - 1))
      .default(1),
  )
  .addOption(
    new Option("--time <seconds>", "for the whole run").argParser(seconds(1, 86_400)).default(20),
  )
  .option(
    "--pretend-old-kernel",
    "strip MAP_FIXED_NOREPLACE from the races' calls, as a kernel before 4.17 would",
  )
  .option("--json", "print the result file instead of the report")
  .action(async ({ scenario, strategy, repeat, seed, time, pretendOldKernel, json }) => {
    process.exitCode = await runLitmus(
      {
        scenarios: scenario ?? [],
        strategies: strategy ?? [],
        forks: repeat,
        seed,
        timeSeconds: time,
      },
      { pretendOldKernel: pretendOldKernel ?? false, json: json ?? false },
    );
  });

async function runLitmus(
  options: LitmusOptions,
  { pretendOldKernel, json }: { pretendOldKernel: boolean; json: boolean },
): Promise<number> {
  await lockMachine();
  const run = newRun(options, pretendOldKernel);
  const plans = planCells(options, run.flagVerdict);
  run.cells.push(...plans.map(({ cell }) => ({ ...cell, slices: [] })));
  const file = new ResultFile(litmusPath("results", run));
  const interrupt = interruptOnSignals();
  const context = {
    setup: {
      options: completeOptions({
        ...defaultFlags(),
        ...(pretendOldKernel && { pretendOldKernel }),
      }),
      cpus: run.host.allowedCpus,
      pageBytes: run.host.pageBytes,
      flagVerdict: run.flagVerdict,
      threads: litmusThreads,
    },
    endsAtMs: options.timeSeconds * 1000 - reportMs,
    signal: interrupt.signal,
  };
  for await (const event of executeLitmus(plans, run.cells, options, context)) {
    if (event.kind === "fork-lost" && event.lost.status !== "interrupted") {
      const { status, message } = event.lost;
      run.lostForks.push({ index: event.fork, status, error: message });
    }
    if (event.kind === "slice-started") continue;
    process.stderr.write(
      `fork ${event.fork + 1} ${event.kind === "fork-lost" ? "lost" : "done"}\n`,
    );
    file.save(serializeLitmus(run));
  }
  run.status = interrupt.signal.aborted ? "interrupted" : "complete";
  run.elapsedMs = Math.round(performance.now());
  const digest = digestLitmus(run);
  const text = serializeLitmus(run);
  file.save(text);
  file.print(text, json, (style) => renderLitmus(run, digest, style));
  const isBad = digest.verdict === "unsafe" || digest.verdict === "undeclared";
  if (run.status === "interrupted" && !isBad) return exitCodes.interrupted;
  const isCut = run.lostForks.length > 0 && digest.verdict === "sound";
  return isCut ? exitCodes.error : exitCodeOf[digest.verdict];
}

function newRun(options: LitmusOptions, pretendOldKernel: boolean): LitmusRun {
  const host = readHost();
  return {
    litmusSchemaVersion,
    tool: toolIdentity(),
    command: commandLine(),
    startedAt: new Date(performance.timeOrigin).toISOString(),
    elapsedMs: 0,
    status: "running",
    seed: options.seed,
    timeSeconds: options.timeSeconds,
    forks: options.forks,
    pretendOldKernel,
    flagVerdict: probeFlag(kernel, host.pageBytes).verdict,
    host,
    cells: [],
    lostForks: [],
    warnings: [],
  };
}
