/** Runs the compiled program as a user would, for tests. */

import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
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

/** Starts the program and lets it run; `detached`: in a process group of its own. */
export function startProgram(
  words: readonly string[],
  cwd: string,
  detached = false,
): ChildProcess {
  const stdio = ["ignore", "pipe", "pipe"] as const;
  return spawn(process.execPath, [cliPath, ...words], { cwd, detached, stdio: [...stdio] });
}

/** What a started program has written in the end. */
export async function endOf(program: ChildProcess): Promise<Finished> {
  const { stdout, stderr } = program;
  const [ended, ...texts] = await Promise.all([
    once(program, "exit"),
    ...[stdout, stderr].map(async (stream) => (await stream?.toArray())?.join("") ?? ""),
  ]);
  const [out = "", err = ""] = texts;
  return { code: ended[0], stdout: out, stderr: err };
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

/** The program did what it was asked to; returns what it printed. */
export function assertPassed({ code, stdout, stderr }: Finished): string {
  assert.equal(stderr, "");
  assert.equal(code, 0);
  return stdout;
}

/** A mistake: exit code 2, one sentence, no stack. */
export function assertRefused({ code, stdout, stderr }: Finished, sentence: RegExp): void {
  assert.equal(code, 2, stderr);
  assert.match(stderr, sentence);
  assert.doesNotMatch(stderr, /\n\s+at /, "no stack trace");
  assert.equal(stdout, "");
}
