/**
 * A run of whole paths, for `profiles` and for `bench --profile`: options, preflight, execute,
 * digest, print.
 */

import { performance } from "node:perf_hooks";
import { exitCodes, UsageError } from "../src/errors.ts";
import { lockMachine } from "../src/orchestrate/lock.ts";
import { describeProfile, executePaths, readGround, runnable } from "../src/orchestrate/path.ts";
import { affordableForks, assumeOverheads, forkMsOf } from "../src/orchestrate/plan.ts";
import { type Preflight, preflight } from "../src/orchestrate/preflight.ts";
import type { Profile } from "../src/profiles/profile.ts";
import { digestPath, type PathDigest } from "../src/report/path-digest.ts";
import { renderPath } from "../src/report/path-terminal.ts";
import { type PathRun, pathSchemaVersion } from "../src/results/path-schema.ts";
import type { BenchOptions } from "../src/results/schema.ts";
import { pathResultPath, refuseForeignFile, serializePath } from "../src/results/store.ts";
import { readHost } from "../src/sys/host.ts";
import { contextOf, keepForks } from "./measuring.ts";
import { ResultFile } from "./output.ts";
import { commandLine, toolIdentity } from "./program.ts";
import { reportMs } from "./race-options.ts";

/** What a path run takes from the options of a race. */
export type PathOptions = Pick<
  BenchOptions,
  "timeSeconds" | "rounds" | "blockMs" | "seed" | "vmas" | "pretendOldKernel"
>;

export interface PathFlags {
  readonly forks?: number | undefined;
  readonly json?: true | undefined;
  readonly output?: string | undefined;
}

/** How a path result's file begins. */
const opening = /^\s*\{\s*"pathSchemaVersion"/;

/** Measures the profiles and reports. Returns the exit code. */
export async function runPaths(
  asked: readonly Profile[],
  options: BenchOptions,
  flags: PathFlags,
): Promise<number> {
  const { run, file, text } = await measurePaths(asked, options, flags);
  if (flags.output === undefined) file.copyTo("results/latest-profiles.json", text);
  const digest = digestPath(run);
  file.print(text, flags.json ?? false, (style) => renderPath(digest, style));
  return exitCodeOf(run, digest);
}

/** What was measured, where it was saved, and as which text. */
export interface MeasuredPaths {
  readonly run: PathRun;
  readonly file: ResultFile;
  readonly text: string;
}

/** Measures the profiles, saving after every fork. @throws UsageError where that cannot be done */
export async function measurePaths(
  asked: readonly Profile[],
  options: BenchOptions,
  flags: PathFlags,
): Promise<MeasuredPaths> {
  if (flags.output !== undefined) refuseForeignFile(flags.output, opening);
  const ground = readGround(readHost());
  const grounds = asked.map((profile) => ({ profile, ...runnable(profile, ground) }));
  const profiles = grounds.flatMap((each) => each.runnable ?? []);
  if (profiles.length === 0) {
    const reasons = grounds.map(({ profile, reasons: why }) => `${profile.id}: ${why.join("; ")}`);
    throw new UsageError(`Nothing to measure here. ${reasons.join(". ")}. Choose other profiles.`);
  }
  const threads = Math.max(...asked.map(({ actors, interlopers }) => actors + interlopers));
  const affordable = affordableFor(profiles, options, threads);
  const forks = flags.forks ?? affordable;
  await lockMachine();
  const facts = await preflight(options);
  const run = newRun(grounds, forks, options, facts);
  const file = new ResultFile(flags.output ?? pathResultPath("results", run));
  const { timeSeconds } = options;
  const text = await keepForks(
    run,
    { forks, timeSeconds },
    file,
    () => serializePath(run),
    (signal) => {
      const context = contextOf(options, facts, threads, signal);
      return executePaths(profiles, forks, options, context);
    },
  );
  return { run, file, text };
}

/** As many forks as fit into the time. @throws UsageError where not even one does */
function affordableFor(
  profiles: readonly Profile[],
  { timeSeconds, rounds, blockMs }: PathOptions,
  threads: number,
): number {
  const size = { cost: profiles.reduce((sum, { ways }) => sum + ways.length, 0), blockMs };
  const overheads = assumeOverheads(threads);
  const timeMs = timeSeconds * 1000 - reportMs;
  const leastMs = forkMsOf({ ...size, rounds: rounds ?? 1 }, overheads);
  if (leastMs > timeMs) {
    throw new UsageError(
      `--time ${timeSeconds} is too short: one fork with ${size.cost} ways of ${profiles.length} ` +
        `profiles takes about ${((leastMs + reportMs) / 1000).toFixed(1)} s. ` +
        "Ask for more time, or for less to be measured.",
    );
  }
  return affordableForks(timeMs, size, rounds, 1, overheads);
}

function newRun(
  grounds: readonly { readonly profile: Profile; readonly reasons: readonly string[] }[],
  plannedForks: number,
  { seed, timeSeconds, vmas, pretendOldKernel }: PathOptions,
  { flagVerdict, host, probe, warnings }: Preflight,
): PathRun {
  return {
    pathSchemaVersion,
    tool: toolIdentity(),
    command: commandLine(),
    startedAt: new Date(performance.timeOrigin).toISOString(),
    elapsedMs: Math.round(performance.now()),
    status: "running",
    ...{ seed, timeSeconds, vmas, pretendOldKernel, plannedForks, flagVerdict, host, probe },
    profiles: grounds.map(({ profile, reasons }) => ({
      ...describeProfile(profile),
      ...(reasons.length > 0 && { skipped: reasons.join("; ") }),
    })),
    forks: [],
    warnings: [...warnings],
  };
}

/** 0, or what of the run forbids it. */
export function exitCodeOf(run: PathRun, { safety }: PathDigest): number {
  const cases = run.forks.flatMap((fork) => fork.cases);
  const isBroken = cases.some(({ violations }) => violations.length > 0);
  if (isBroken || safety.state === "broken") return exitCodes.violation;
  if (run.status === "interrupted") return exitCodes.interrupted;
  return cases.length === 0 ? exitCodes.error : exitCodes.ok;
}
