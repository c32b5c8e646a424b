/** The command line of a race, written by the program: what race-options.ts reads back. */

import type { Metric, Policy } from "../src/results/policy-schema.ts";
import { contender } from "../src/results/policy-schema.ts";
import type { BenchOptions } from "../src/results/schema.ts";

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
