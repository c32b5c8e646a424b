/**
 * `noclobber profiles`: how real programs take their addresses, each as it does today and as it
 * could, on this kernel.
 */

import { Command, Option } from "@commander-js/extra-typings";
import { UsageError } from "../../src/errors.ts";
import { profiles } from "../../src/profiles/index.ts";
import { filePath, integer, wordList } from "../options.ts";
import { runPaths } from "../path-run.ts";
import { printProfiles } from "../plan-list.ts";
import {
  completeOptions,
  defaultFlags,
  seedOption,
  timeOption,
  vmasOption,
} from "../race-options.ts";

const ids = profiles.map(({ id }) => id);

export const profilesCommand = new Command("profiles")
  .summary("measure how real programs take their addresses, and what the alternatives cost")
  .description(
    "Plays how known programs search for an address, reserve it, carve it and retry, each as it " +
      "does today and as it could, and compares latencies, system calls and safety on this kernel.",
  )
  .addOption(
    new Option("--profile <ids>", `any of ${ids.join(", ")} (default: all)`).argParser(
      wordList(ids, "profile"),
    ),
  )
  .addOption(vmasOption())
  .addOption(seedOption())
  .addOption(timeOption(75))
  .addOption(
    new Option(
      "--forks <number>",
      "fresh processes to measure in (default: what the time allows, at most 10)",
    ).argParser(integer(1, 1000)),
  )
  .addOption(
    new Option("--probe <probe>", "what times the calls: machine code, or plain libc calls")
      .choices(["auto", "native", "libc"] as const)
      .default("auto" as const),
  )
  .option("--list", "print the profiles with their sources and ways, and stop")
  .option("--json", "print the result file instead of the report")
  .addOption(
    new Option(
      "-o, --output <file>",
      "where to write the result (default: results/profiles-<time>-<host>.json)",
    ).argParser(filePath),
  )
  .action(async ({ profile: asked, list, ...flags }) => {
    const chosen = profiles.filter(({ id }) => asked === undefined || asked.includes(id));
    if (list && flags.json) throw new UsageError("--list prints text. Leave out --json.");
    if (list) return printProfiles(chosen);
    const { vmas, seed, time, probe } = flags;
    const options = completeOptions({ ...defaultFlags(), vmas, seed, probe });
    process.exitCode = await runPaths(chosen, { ...options, timeSeconds: time }, flags);
  });
