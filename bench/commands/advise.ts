/**
 * `noclobber advise`: how should this program take its addresses, on this machine? Reads as a table
 * of contents: request, profile, measure, recommend, print.
 */

import { Command, Option } from "@commander-js/extra-typings";
import { flagStrategyOf } from "../../src/advice/candidates.ts";
import { recommend } from "../../src/advice/recommend.ts";
import { exitCodes } from "../../src/errors.ts";
import { assumeOverheads, forkMsOf } from "../../src/orchestrate/plan.ts";
import type { Profile } from "../../src/profiles/profile.ts";
import { renderAdvice } from "../../src/report/advice-terminal.ts";
import { digestPath } from "../../src/report/path-digest.ts";
import {
  type Advice,
  type AdviceRequest,
  adviceSchema,
  adviceSchemaVersion,
} from "../../src/results/advice-schema.ts";
import type { PathRun } from "../../src/results/path-schema.ts";
import type { BenchOptions } from "../../src/results/schema.ts";
import { probeFlag } from "../../src/sys/flag-verdict.ts";
import { kernel, pageBytes } from "../../src/sys/libc.ts";
import { profileFor } from "../advise-ground.ts";
import { type AdviseFlags, completeRequest, mostHold, mostThreads } from "../advise-request.ts";
import { addressRange, filePath, integer, kernelNumber, size } from "../options.ts";
import { exitCodeOf, measurePaths } from "../path-run.ts";
import {
  completeOptions,
  defaultFlags,
  reportMs,
  seedOption,
  timeOption,
  vmasOption,
} from "../race-options.ts";

/** A turn and its mirror image; what time is left is for more forks. */
const rounds = 2;
const mostForks = 20;

export const adviseCommand = new Command("advise")
  .summary("recommend how a program should take its addresses, measured on this machine")
  .description(
    "Measures the ways to take places of a size, at an alignment, in a range, with so many " +
      "threads, and recommends one: strategy, search, retry rule, fallback, flags, what to " +
      "check, a C snippet, and the caveats that apply, each with its reasons and figures. It " +
      "recommends nothing that is unsafe on this kernel.",
  )
  .addOption(
    new Option("--size <size>", "bytes of a place: 64K, 64M, 4G")
      .argParser(size(1, 2 ** 38))
      .makeOptionMandatory(),
  )
  .addOption(
    new Option(
      "--align <size>",
      "a power of two that every place begins at a multiple of (default: a page)",
    ).argParser(size(1, 2 ** 38)),
  )
  .addOption(
    new Option(
      "--range <low-high>",
      "where places may be, as 0x200000000-0xd00000000 (default: anywhere)",
    ).argParser(addressRange),
  )
  .addOption(
    new Option(
      "--threads <number>",
      "threads that take places at once (default: the allowed CPUs)",
    ).argParser(integer(1, mostThreads)),
  )
  .addOption(
    new Option("--hold <number>", "places that a thread keeps while it takes one more")
      .argParser(integer(0, mostHold))
      .default(1),
  )
  .addOption(
    new Option(
      "--min-kernel <number>",
      "the oldest kernel that the program must run on, as 4.14 (default: this one)",
    ).argParser(kernelNumber),
  )
  .addOption(
    new Option("--prot <prot>", "protection of the mappings")
      .choices(["none", "rw"] as const)
      .default("none" as const),
  )
  .addOption(vmasOption())
  .addOption(seedOption())
  .addOption(timeOption(30))
  .option("--json", "print the advice as JSON (results/advice.schema.json)")
  .addOption(
    new Option(
      "-o, --output <file>",
      "where to write what was measured (default: results/advise-<time>-<host>.json)",
    ).argParser(filePath),
  )
  .addHelpText(
    "after",
    `
Exit codes:
  0  a recommendation that the run bears out
  1  a law was broken, or a way that must be safe was seen to do harm
  2  a mistake in the options, or nothing could be measured; the message says what to do
  3  a recommendation with a doubt: too few forks, or no way got its places`,
  )
  .action(async (flags) => {
    process.exitCode = await runAdvise(flags);
  });

interface RunFlags extends AdviseFlags {
  readonly seed: number;
  readonly time: number;
  readonly json?: true | undefined;
  readonly output?: string | undefined;
}

async function runAdvise(flags: RunFlags): Promise<number> {
  const request = completeRequest(flags);
  const flagVerdict = probeFlag(kernel, pageBytes()).verdict;
  const profile = profileFor(request, flagStrategyOf({ flagVerdict, request }));
  const { vmas, seed, time, output } = flags;
  const base = completeOptions({ ...defaultFlags(), vmas, seed });
  const options = { ...base, timeSeconds: time, rounds };
  const forks = affordableForks(profile, options);
  const { run, file, text } = await measurePaths([profile], options, { output, forks });
  const advice = adviceOf(run, request, file.isSaved ? file.path : null);
  const json = `${JSON.stringify(advice, null, 2)}\n`;
  const digest = digestPath(run);
  // Nothing is lost: where the file could not be written, its text goes before the advice.
  if (flags.json && file.isSaved) process.stdout.write(json);
  else
    file.print(text, false, (style) => (flags.json ? json : renderAdvice(advice, digest, style)));
  const code = exitCodeOf(run, digest);
  const isOpen = advice.recommendation.inconclusive !== undefined;
  return code === exitCodes.ok && isOpen ? exitCodes.inconclusive : code;
}

/** More than a profile gets: what decides is how narrow the intervals are. */
function affordableForks(
  { ways, actors, interlopers }: Profile,
  { timeSeconds, blockMs }: Pick<BenchOptions, "timeSeconds" | "blockMs">,
): number {
  const size = { cost: ways.length, rounds, blockMs };
  const forkMs = forkMsOf(size, assumeOverheads(actors + interlopers));
  const affordable = Math.floor((timeSeconds * 1000 - reportMs) / forkMs);
  return Math.max(1, Math.min(mostForks, affordable));
}

function adviceOf(run: PathRun, request: AdviceRequest, runFile: string | null): Advice {
  const { tool, command, startedAt, status, flagVerdict, host } = run;
  const { kernelRelease, transparentHugePages, pageBytes: page } = host;
  return adviceSchema.parse({
    adviceSchemaVersion,
    ...{ tool, command, request },
    measured: {
      ...{ runFile, startedAt, status, kernelRelease, transparentHugePages, pageBytes: page },
      flagVerdict,
      forks: run.forks.filter(({ cases }) => cases.length > 0).length,
    },
    recommendation: recommend(run, request),
  });
}
