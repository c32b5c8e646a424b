/** `bench --sweep`: options, preflight, one setting through its values, digest, print. */

import { performance } from "node:perf_hooks";
import { exitCodes, UsageError } from "../src/errors.ts";
import { lockMachine } from "../src/orchestrate/lock.ts";
import { describeProfile, readGround } from "../src/orchestrate/path.ts";
import { affordableForks, assumeOverheads } from "../src/orchestrate/plan.ts";
import { type Preflight, preflight, refuseImpossible } from "../src/orchestrate/preflight.ts";
import { executeSweep, planPoint, type SweepPoint } from "../src/orchestrate/sweep.ts";
import { digestSweep } from "../src/report/sweep-digest.ts";
import { renderSweep } from "../src/report/sweep-terminal.ts";
import type { BenchOptions } from "../src/results/schema.ts";
import { refuseForeignFile, serializeSweep, sweepResultPath } from "../src/results/store.ts";
import { type SweepAxis, type SweepRun, sweepSchemaVersion } from "../src/results/sweep-schema.ts";
import { strategyOf } from "../src/strategies/index.ts";
import { readHost } from "../src/sys/host.ts";
import { allowedCpus } from "../src/sys/libc.ts";
import { contextOf, keepForks } from "./measuring.ts";
import { ResultFile } from "./output.ts";
import { commandLine, toolIdentity } from "./program.ts";
import { reportMs } from "./race-options.ts";

/** How a sweep's file begins. */
const opening = /^\s*\{\s*"sweepSchemaVersion"/;

/** Actors up to so many times the CPUs: what waits for a CPU is part of the story. */
const actorsPerCpu = 8;
const mostActors = 64;

const values: Readonly<Record<Exclude<SweepAxis, "actors">, readonly number[]>> = {
  vmas: [0, 100, 1000, 10_000],
  windows: [4, 16, 64, 256, 1024],
  size: [2 ** 12, 2 ** 16, 2 ** 20, 2 ** 24, 2 ** 28, 2 ** 32],
};

export interface SweepFlags {
  readonly sweep: SweepAxis;
  readonly forks?: number | undefined;
  readonly json?: true | undefined;
  readonly output?: string | undefined;
}

/** Measures and reports. Returns the exit code. */
export async function runSweep(base: BenchOptions, flags: SweepFlags): Promise<number> {
  if (flags.output !== undefined) refuseForeignFile(flags.output, opening);
  if (base.strategies.some((id) => strategyOf(id).clobbers)) {
    throw new UsageError(
      "A sweep compares values in forks alike, and fixed needs forks of its own: leave it out of " +
        "--strategy.",
    );
  }
  // What one more round of a fork would tell is told better by one more fork.
  const options = { ...base, rounds: base.rounds ?? 1 };
  const ground = readGround(readHost());
  const points = valuesOf(flags.sweep).map((value) =>
    planPoint(flags.sweep, value, options, ground),
  );
  const repeats = flags.forks ?? affordableRepeats(points, options);
  await lockMachine();
  const facts = await preflight(base);
  for (const { options } of points) refuseImpossible(options, facts.host);
  const run = newRun(flags.sweep, points, repeats * points.length, options, facts);
  const file = new ResultFile(flags.output ?? sweepResultPath("results", run));
  const threads = Math.max(...points.map((point) => point.threads));
  const text = await keepForks(
    run,
    { forks: run.plannedForks, timeSeconds: options.timeSeconds },
    file,
    () => serializeSweep(run),
    (signal) => executeSweep(points, repeats, contextOf(options, facts, threads, signal)),
  );
  const digest = digestSweep(run);
  file.print(text, flags.json ?? false, (style) => renderSweep(digest, style));
  return exitCodeOf(run);
}

function valuesOf(axis: SweepAxis): readonly number[] {
  if (axis !== "actors") return values[axis];
  const most = Math.min(mostActors, allowedCpus().length * actorsPerCpu);
  const doubled = Array.from({ length: Math.ceil(Math.log2(most)) }, (_, power) => 2 ** power);
  return [...doubled, most];
}

/** Forks of each value. */
function affordableRepeats(
  points: readonly SweepPoint[],
  { timeSeconds, rounds, blockMs, strategies }: BenchOptions,
): number {
  const costs = points.map(
    ({ options, profiles }) =>
      options.scenarios.length * strategies.length +
      profiles.reduce((sum, { ways }) => sum + ways.length, 0),
  );
  const threads = points.map((point) => point.threads);
  const mean = (numbers: readonly number[]): number =>
    numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
  const timeMs = (timeSeconds * 1000 - reportMs) / points.length;
  const size = { cost: mean(costs), blockMs };
  return affordableForks(timeMs, size, rounds, 1, assumeOverheads(mean(threads)));
}

function newRun(
  axis: SweepAxis,
  points: readonly SweepPoint[],
  plannedForks: number,
  options: BenchOptions,
  { flagVerdict, host, probe, warnings }: Preflight,
): SweepRun {
  const profiles = points.flatMap((point) => point.profiles);
  const unique = new Map(profiles.map((profile) => [profile.id, describeProfile(profile)]));
  return {
    sweepSchemaVersion,
    tool: toolIdentity(),
    command: commandLine(),
    startedAt: new Date(performance.timeOrigin).toISOString(),
    elapsedMs: Math.round(performance.now()),
    status: "running",
    axis,
    values: points.map(({ value }) => value),
    plannedForks,
    options,
    ...{ flagVerdict, host, probe },
    profiles: [...unique.values()],
    forks: [],
    warnings: [...warnings],
  };
}

function exitCodeOf(run: SweepRun): number {
  const trials = run.forks.flatMap((fork) => fork.trials);
  const searches = run.forks.flatMap((fork) => fork.searches);
  const broken = [...trials, ...searches].flatMap(({ violations }) => violations);
  const safeties = [
    ...trials.flatMap(({ arms }) => arms.map(({ safety }) => safety)),
    ...searches.flatMap(({ arms }) => arms.map(({ safety }) => safety)),
  ];
  const isUnsafe = safeties.some((seen) => seen.clobbers + seen.doubleOwners + seen.leaks > 0);
  if (broken.length > 0 || isUnsafe) return exitCodes.violation;
  if (run.status === "interrupted") return exitCodes.interrupted;
  return trials.length === 0 ? exitCodes.error : exitCodes.ok;
}
