/**
 * `noclobber gate calibrate`: what a gate can tell on this machine. Measures forks of one checkout,
 * compares them with each other again and again, and recommends a policy.
 */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { Command, Option } from "@commander-js/extra-typings";
import { exitCodes, messageOf, UsageError } from "../../src/errors.ts";
import {
  neighbourLogs,
  type PairedLogs,
  type Recommendation,
  ratesOf,
  recommend,
  slowdowns,
} from "../../src/gate/calibration.ts";
import { refuseUnfit } from "../../src/gate/comparable.ts";
import { metricsOf, pairsNeeded, type SideRun } from "../../src/gate/digest.ts";
import { isRate, metricByFork, metricName } from "../../src/gate/metrics.ts";
import { lockMachine } from "../../src/orchestrate/lock.ts";
import { type Calibrated, renderCalibration } from "../../src/report/calibration-terminal.ts";
import type { Metric, Policy } from "../../src/results/policy-schema.ts";
import { readJson, readRun, writeAtomically } from "../../src/results/store.ts";
import { measureAlone } from "../gate-evidence.ts";
import { readPolicy } from "../gate-policy.ts";
import { filePath, integer } from "../options.ts";
import { interruptOnSignals, outputStyle } from "../output.ts";
import { PairProgress } from "../pair-progress.ts";
import { sideWords } from "../race-words.ts";

/** Enough that a share of a few per cent means something; a second of work. */
const comparisons = 500;
const pairsToTry = [10, 15, 20, 30, 40, 60] as const;
/** Fewer say too little of the machine, however often they are drawn. */
const fewestFound = 20;

export const calibrateCommand = new Command("calibrate")
  .summary("measure what the gate can tell on this machine, and recommend a policy")
  .description(
    "Measures fresh processes of this checkout, compares them with each other again and again, " +
      "and tells how often that cries wolf, how small a slowdown is found, and what more pairs " +
      "would buy. Neighbouring processes are drawn with replacement, so it repeats what this " +
      "machine did in this minute, no more.",
  )
  .addOption(
    new Option("--forks <number>", "fresh processes to measure")
      .argParser(integer(40, 1000))
      .default(60),
  )
  .addOption(new Option("--run <file>", "take the forks of this run instead").argParser(filePath))
  .addOption(
    new Option("--policy <file>", "what is judged (default: gate.json, if there is one)").argParser(
      filePath,
    ),
  )
  .addOption(new Option("--seed <number>").argParser(integer(0, 2 ** 32 - 1)).default(1))
  .addOption(
    new Option("--write <file>", "write the recommended policy, as gate.json").argParser(filePath),
  )
  .action(async (flags) => {
    process.exitCode = await runCalibrate(flags);
  });

interface Flags {
  readonly forks: number;
  readonly run?: string | undefined;
  readonly policy?: string | undefined;
  readonly seed: number;
  readonly write?: string | undefined;
}

async function runCalibrate(flags: Flags): Promise<number> {
  const written = flags.write !== undefined && existsSync(flags.write) ? flags.write : undefined;
  const policy = readPolicy(flags.policy ?? written, {});
  if (written !== undefined) readPolicy(written, {});
  const metrics = metricsOf(policy, false);
  const pairNumbers = pairsToTry.filter((pairs) => hasEnoughPairs(metrics, policy, pairs));
  const { run, path } = flags.run
    ? { run: readRun(flags.run), path: flags.run }
    : await measureForks(flags, sideWords(metrics, policy, flags.seed, []));
  // A rate that falls is a time that rises.
  const logs: PairedLogs = neighbourLogs(
    metrics.map((metric) => metricByFork(run, metric)),
    run.forks.length,
  ).map((of, at) => (isRate(metrics[at]?.figure ?? "lost-p50") ? of.map((log) => -log) : of));
  const found = logs[0]?.length ?? 0;
  refuseUnfit(run, path);
  if (found < fewestFound) {
    throw new UsageError(
      `${path} has ${found} pairs of neighbouring forks with every metric, ${fewestFound} are ` +
        "needed. Measure more --forks.",
    );
  }
  const { seed } = flags;
  const rates = pairNumbers.map((pairs) =>
    ratesOf(logs, { pairs, comparisons, seed }, policy, true),
  );
  const recommendation = recommend(rates, policy);
  // A run of our own has the lock already.
  if (flags.run !== undefined) await lockMachine();
  const { measureSteps } = await import("../../src/measure/floor.ts");
  const calibrated: Calibrated = {
    ...{ path, run, policy, rates, recommendation, pairsDrawnFrom: found },
    names: metrics.map(metricName),
    slowdowns,
    steps: await measureSteps(),
  };
  process.stdout.write(renderCalibration(calibrated, outputStyle(process.stdout)));
  if (flags.write !== undefined) writePolicy(flags.write, policy, recommendation);
  return exitCodes.ok;
}

async function measureForks({ forks, seed }: Flags, words: readonly string[]): Promise<SideRun> {
  const startedAt = new Date(performance.timeOrigin).toISOString().slice(0, 19);
  const folder = join("results", `calibrate-${startedAt.replaceAll(":", "-")}`);
  const { signal } = interruptOnSignals();
  const progress = new PairProgress(process.stderr);
  try {
    const onPair = (done: number, of: number) => progress.show(done, of);
    const all = { mostDroppedShare: 1 };
    return await measureAlone({ folder, seed, signal, onPair }, words, forks, [], all);
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new UsageError(`Interrupted: nothing to calibrate from. The run is in ${folder}.`);
  } finally {
    progress.close();
  }
}

/** What the file says is kept, but for what is recommended. */
function writePolicy(path: string, policy: Policy, { reason: _, ...advised }: Recommendation) {
  const remedy = "Name another file.";
  const said = existsSync(path) ? (readJson(path, remedy) as object) : {};
  const extendTo = policy.extendTo === null ? null : 2 * advised.pairs;
  try {
    writeAtomically(path, `${JSON.stringify({ ...said, ...advised, extendTo }, null, 2)}\n`);
  } catch (error) {
    throw new UsageError(`Cannot write ${path}: ${messageOf(error)}. ${remedy}`);
  }
  process.stdout.write(`\nPolicy written: ${path}\n`);
}

/** Whether the policy would be taken with so many pairs and an extension to twice as many. */
function hasEnoughPairs(metrics: readonly Metric[], policy: Policy, pairs: number): boolean {
  const { extendTo } = policy;
  return pairs >= pairsNeeded(metrics, extendTo === null ? "only" : "first");
}
