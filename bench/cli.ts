#!/usr/bin/env node
/**
 * The program: picks a command, and turns whatever is thrown into a sentence and an exit code.
 */

import { Command, CommanderError, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { exitCodes, messageOf, UsageError } from "../src/errors.ts";
import { readPackage } from "./program.ts";

const oldestNode = [20, 19] as const;
const isLinux = process.platform === "linux";

type Loaders = Readonly<Record<string, () => Promise<CommandUnknownOpts>>>;

/** Commands that measure. Their native library has nothing to load on another system. */
const measuring: Loaders = {
  bench: async () => (await import("./commands/bench.ts")).benchCommand,
  profiles: async () => (await import("./commands/profiles.ts")).profilesCommand,
  advise: async () => (await import("./commands/advise.ts")).adviseCommand,
  litmus: async () => (await import("./commands/litmus.ts")).litmusCommand,
  doctor: async () => (await import("./commands/doctor.ts")).doctorCommand,
  fidelity: async () => (await import("./commands/fidelity.ts")).fidelityCommand,
};

/** Commands that can do without a kernel to measure. */
const analysing: Loaders = {
  gate: async () => (await import("./commands/gate.ts")).gateCommand,
  baseline: async () => (await import("./commands/baseline.ts")).baselineCommand,
  history: async () => (await import("./commands/history.ts")).historyCommand,
  report: async () => (await import("./commands/report.ts")).reportCommand,
  merge: async () => (await import("./commands/merge.ts")).mergeCommand,
};

process.stdout.on("error", endWithoutOutput);

try {
  refuseForeignGround();
  const program = new Command("noclobber")
    .description("Races threads for the same windows of address space and measures each strategy.")
    .version(readPackage().version);
  for (const load of loadersFor(process.argv[2] ?? "")) program.addCommand(await load());
  exitOverride(program);
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

/** A command starts sooner without the others; help and mistakes need all of them. */
function loadersFor(command: string) {
  const available = isLinux ? { ...measuring, ...analysing } : analysing;
  const asked = Object.hasOwn(available, command) ? available[command] : undefined;
  return asked ? [asked] : Object.values(available);
}

/** What commander would end the process for becomes an exception, at every depth. */
function exitOverride(command: CommandUnknownOpts): void {
  command.exitOverride();
  for (const each of command.commands) exitOverride(each);
}

/** A user's mistake gets a sentence; anything else is ours, and its stack helps to find it. */
function report(error: unknown): number {
  // Commander has already said what is wrong, or printed the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.error;
  const isMistake = error instanceof UsageError;
  const text = isMistake ? error.message : describe(error);
  // A message may quote a file, which has no say over a terminal.
  process.stderr.write(`error: ${text.replace(/[^\P{Cc}\n]/gu, " ")}\n`);
  return exitCodes.error;
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : messageOf(error);
}

function refuseForeignGround(): void {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major < oldestNode[0] || (major === oldestNode[0] && minor < oldestNode[1])) {
    throw new UsageError(
      `noclobber needs Node.js ${oldestNode.join(".")} or later, this is ${process.version}. ` +
        "Install a newer Node.js.",
    );
  }
  const [, , command = ""] = process.argv;
  if (isLinux || Object.hasOwn(analysing, command)) return;
  throw new UsageError(
    `noclobber measures Linux's mmap, and this is ${process.platform}. Run it on Linux; here it ` +
      `can look at what was measured there: ${Object.keys(analysing).join(", ")}.`,
  );
}

/** Whoever read our output has gone, as `head` does: no mistake. Anything else is one. */
function endWithoutOutput(error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE") process.exit();
  process.stderr.write(`error: Cannot write to standard output: ${error.message}\n`);
  process.exit(exitCodes.error);
}
