#!/usr/bin/env node
/**
 * The program: picks a command, and turns whatever is thrown into a sentence and an exit code.
 */

import { Command, CommanderError, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { exitCodes, messageOf, UsageError } from "../src/errors.ts";
import { readPackage } from "./program.ts";

const oldestNode = [20, 19] as const;
const isLinux = process.platform === "linux";
/** Commands that can do without a kernel to measure. */
const analysing = ["gate", "baseline", "history"];

process.stdout.on("error", endWithoutOutput);

try {
  refuseForeignGround();
  const program = new Command("noclobber")
    .description("Races threads for the same windows of address space and measures each strategy.")
    .version(readPackage().version);
  if (isLinux) {
    // Loaded only here: their native library has nothing to load on another system.
    const { benchCommand } = await import("./commands/bench.ts");
    const { litmusCommand } = await import("./commands/litmus.ts");
    const { doctorCommand } = await import("./commands/doctor.ts");
    const { fidelityCommand } = await import("./commands/fidelity.ts");
    for (const command of [benchCommand, litmusCommand, doctorCommand, fidelityCommand]) {
      program.addCommand(command);
    }
  }
  const { gateCommand } = await import("./commands/gate.ts");
  const { baselineCommand } = await import("./commands/baseline.ts");
  const { historyCommand } = await import("./commands/history.ts");
  program.addCommand(gateCommand).addCommand(baselineCommand).addCommand(historyCommand);
  exitOverride(program);
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
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
  process.stderr.write(`error: ${isMistake ? error.message : describe(error)}\n`);
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
  if (isLinux || analysing.includes(command)) return;
  throw new UsageError(
    `noclobber measures Linux's mmap, and this is ${process.platform}. Run it on Linux; here it ` +
      `can look at what was measured there: ${analysing.join(", ")}.`,
  );
}

/** Whoever read our output has gone, as `head` does: no mistake. Anything else is one. */
function endWithoutOutput(error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE") process.exit();
  process.stderr.write(`error: Cannot write to standard output: ${error.message}\n`);
  process.exit(exitCodes.error);
}
