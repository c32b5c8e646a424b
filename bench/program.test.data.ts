/** Runs the compiled program as a user would, for tests. */

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";

/** The compiled cli.js, beside this file. */
const cliPath = fileURLToPath(new URL("./cli.js", import.meta.url));

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the program to its end, in `cwd`; `through` is a command that runs it, with arguments. */
export function runProgram(
  words: readonly string[],
  { cwd, through = [] }: { cwd?: string; through?: readonly string[] } = {},
): Finished {
  const [command, ...rest] = [...through, process.execPath, cliPath, ...words];
  const result = spawnSync(command as string, rest, {
    encoding: "utf8",
    timeout: 60_000,
    maxBuffer: 64 * 2 ** 20,
    ...(cwd !== undefined && { cwd }),
  });
  return { code: result.status, stdout: result.stdout, stderr: result.stderr };
}

/** Starts the program and lets it run. */
export function startProgram(words: readonly string[], cwd: string): ChildProcess {
  return spawn(process.execPath, [cliPath, ...words], { cwd, stdio: ["ignore", "pipe", "pipe"] });
}

/** A folder that is gone after the test. */
export function temporaryFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "noclobber-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Whether a command of the system is there. */
export function hasCommand(command: string, ...words: readonly string[]): boolean {
  return spawnSync(command, words, { stdio: "ignore" }).error === undefined;
}
