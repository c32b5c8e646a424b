/** The command line of a race, written by the program: what race-options.ts reads back. */

import { UsageError } from "../src/errors.ts";
import type { Metric, Policy } from "../src/results/policy-schema.ts";
import { contender } from "../src/results/policy-schema.ts";
import type { BenchOptions, Run } from "../src/results/schema.ts";

/** What a side measures longer than any comparison; the pace says when it is enough. */
const longSeconds = 86_400;

/** Options that measure the same again; time and forks are left to whoever asks. */
export function wordsOf(options: BenchOptions): string[] {
  const { map, fault } = options.interlopers;
  const kinds = [map > 0 && `map:${map}`, fault > 0 && `fault:${fault}`].filter(Boolean);
  return [
    ...["--scenario", options.scenarios.join(",")],
    ...["--strategy", options.strategies.join(",")],
    ...["--actors", options.actors.join(",")],
    ...(options.windows === null ? [] : ["--windows", `${options.windows}`]),
    ...["--window-size", `${options.windowBytes}`],
    ...(options.hold === null ? [] : ["--hold", `${options.hold}`]),
    ...["--prot", options.prot],
    ...(options.touch ? ["--touch"] : []),
    ...(options.arena === null ? [] : ["--arena", options.arena]),
    ...(options.anchored ? [] : ["--no-anchor"]),
    ...(options.pinned ? [] : ["--no-pin"]),
    ...["--vmas", `${options.vmas}`],
    ...(kinds.length === 0 ? [] : ["--interlopers", kinds.join(",")]),
    ...["--seed", `${options.seed}`],
    ...(options.rounds === null ? [] : ["--rounds", `${options.rounds}`]),
    ...["--block-ms", `${options.blockMs}`],
    ...["--probe", options.probe],
    ...(options.pretendOldKernel ? ["--pretend-old-kernel"] : []),
  ];
}

/** Far below what a fork may take before it is taken to hang. */
const mostForkMs = 60_000;

/**
 * Options that measure a run again, fork by fork alike.
 * @throws UsageError where the run's forks were cut to its time, or take too long to be paced
 */
export function repeatableWords({ options, forks }: Run, path: string): string[] {
  if (options.rounds === null) {
    throw new UsageError(
      `${path} was measured without --rounds, so its forks are as long as its time allowed, and ` +
        "no fresh one is like them. Measure a baseline with --rounds, as README.md shows, or " +
        "name a --candidate that was measured in the same way.",
    );
  }
  const trials = Math.max(...forks.map((fork) => fork.trials.length));
  const forkMs = trials * options.strategies.length * options.rounds * options.blockMs;
  if (forkMs > mostForkMs) {
    throw new UsageError(
      `A fork of ${path} measures for ${forkMs / 1000} s, ${mostForkMs / 1000} s at most. ` +
        "Measure a baseline with fewer --rounds or configurations.",
    );
  }
  return wordsOf(options);
}

/** Whether a side's own words say which strategies it measures. */
export function hasOwnStrategies(words: readonly string[]): boolean {
  return words.some((word) => word === "--strategy" || word.startsWith("--strategy="));
}

/**
 * What a side of a comparison is run with: all that its metrics need, and its own words, which take
 * the place of an option that both give.
 */
export function sideWords(
  metrics: readonly Metric[],
  policy: Policy,
  seed: number,
  own: readonly string[],
): string[] {
  const unique = (values: readonly (string | number)[]) => [...new Set(values)].join(",");
  const strategies = metrics.flatMap(({ strategy, against }) => [strategy, against]);
  const options: readonly (readonly [flag: string, value: string])[] = [
    ["--scenario", unique(metrics.map(({ scenario }) => scenario))],
    ["--actors", unique(metrics.map(({ actors }) => actors))],
    ["--strategy", unique(strategies.filter((id) => id !== contender))],
    ["--rounds", `${policy.rounds}`],
    ["--block-ms", `${policy.blockMs}`],
    ["--seed", `${seed}`],
  ];
  const isOwn = (flag: string) => own.some((word) => word === flag || word.startsWith(`${flag}=`));
  // Metrics that leave both strategies to the side name none.
  const given = options.filter(([flag, value]) => value !== "" && !isOwn(flag));
  return [...given.flat(), ...own];
}

/** So many forks, whenever they come. */
export function pacedWords(forks: number): string[] {
  return ["--forks", `${forks}`, "--time", `${longSeconds}`];
}
