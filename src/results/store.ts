/**
 * Result files: validated on write and on read, written atomically after every fork, so that a run
 * that is cut short leaves a whole file.
 */

import {
  chmodSync,
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { open } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { messageOf, UsageError } from "../errors.ts";
import { type LitmusRun, litmusRunSchema } from "./litmus-schema.ts";
import { type PathRun, pathRunSchema } from "./path-schema.ts";
import { kindOf, kindPhrases } from "./result-kind.ts";
import { type Run, runSchema, schemaVersion } from "./schema.ts";
import { type SweepRun, sweepRunSchema } from "./sweep-schema.ts";

/** "results/2026-11-25T13-10-09-host.json". */
export function resultPath(directory: string, run: Run): string {
  return join(directory, `${fileStem(run)}.json`);
}

/** "results/litmus-2026-11-25T13-10-09-host.json". */
export function litmusPath(directory: string, run: LitmusRun): string {
  return join(directory, `litmus-${fileStem(run)}.json`);
}

/** The text of a litmus run's file. @throws ZodError if the run is not what the schema says */
export function serializeLitmus(run: LitmusRun): string {
  return `${JSON.stringify(litmusRunSchema.parse(run))}\n`;
}

/** "results/profiles-2026-11-25T13-10-09-host.json"; what advise measured is called after it. */
export function pathResultPath(directory: string, run: PathRun): string {
  const [, command] = run.command;
  return join(directory, `${command === "advise" ? "advise" : "profiles"}-${fileStem(run)}.json`);
}

/** The text of a path run's file. @throws ZodError if the run is not what the schema says */
export function serializePath(run: PathRun): string {
  return `${JSON.stringify(pathRunSchema.parse(run))}\n`;
}

/** "results/sweep-actors-2026-11-25T13-10-09-host.json". */
export function sweepResultPath(directory: string, run: SweepRun): string {
  return join(directory, `sweep-${run.axis}-${fileStem(run)}.json`);
}

/** The text of a sweep's file. @throws ZodError if the run is not what the schema says */
export function serializeSweep(run: SweepRun): string {
  return `${JSON.stringify(sweepRunSchema.parse(run))}\n`;
}

/** Sorts by time, and two runs never share one. */
function fileStem({ startedAt, host }: Pick<Run, "startedAt" | "host">): string {
  const name = host.hostname.replaceAll(/[^\w.-]/g, "_");
  return `${startedAt.slice(0, 19).replaceAll(":", "-")}-${name}`;
}

/** The text of a run's file. @throws ZodError if the run is not what the schema says */
export function serializeRun(run: Run): string {
  return `${JSON.stringify(runSchema.parse(run))}\n`;
}

/**
 * Writes a file whole or not at all; one that is replaced keeps who may read it.
 * @throws Error with the system's reason
 */
export function writeAtomically(path: string, text: string): void {
  const temporary = temporaryFor(path);
  try {
    makeFolder(dirname(path));
    const mode = modeOf(path);
    writeFileSync(temporary, text, mode === undefined ? {} : { mode });
    putInPlace(temporary, path, mode);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/**
 * Writes a file piece by piece, for what is too large to be held; whole or not at all, too. Between
 * two pieces, signals are heard. Returns its size in bytes.
 *
 * @throws Error with the system's reason, and whatever making a piece throws
 */
export async function writePieces(
  path: string,
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<number> {
  const temporary = temporaryFor(path);
  let bytes = 0;
  try {
    makeFolder(dirname(path));
    const mode = modeOf(path);
    const file = await open(temporary, "w", mode);
    // One piece is on its way to the disk while the next is made.
    let written = Promise.resolve();
    try {
      for await (const piece of pieces) {
        await written;
        written = file.writeFile(piece);
        // A failure is met at the next await; until then it is nobody's.
        written.catch(() => {});
        bytes += piece.length;
      }
      await written;
    } finally {
      await written.catch(() => {});
      await file.close();
    }
    putInPlace(temporary, path, mode);
    return bytes;
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/**
 * With its parents. Not by mkdir's own recursion, which never ends where a folder takes no others,
 * as /proc.
 */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  if (dirname(path) !== path) makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    // Somebody else may have made it meanwhile.
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

/** Who may do what with the file; undefined where there is none that a new one could be like. */
function modeOf(path: string): number | undefined {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found?.isFile() ? found.mode & 0o777 : undefined;
}

function putInPlace(temporary: string, path: string, mode: number | undefined): void {
  // The process's mask has taken from it.
  if (mode !== undefined) chmodSync(temporary, mode);
  renameSync(temporary, path);
}

/** Beside the file, because a rename does not leave a file system. */
function temporaryFor(path: string): string {
  return join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
}

/**
 * Makes sure that writing to `path` destroys nothing but a file of ours, which begins as `opening`
 * says, or is empty.
 * @throws UsageError if something else is there
 */
export function refuseForeignFile(path: string, opening = /^\s*\{\s*"schemaVersion"/): void {
  let text: string | undefined;
  try {
    text = openingOf(path);
  } catch (error) {
    throw new UsageError(`Cannot write ${path}: ${messageOf(error)}. Name another file.`);
  }
  if (text === "" || (text !== undefined && opening.test(text))) return;
  const isFile = text !== undefined;
  const what = isFile ? "a file that noclobber did not write" : "not a regular file";
  throw new UsageError(`Cannot write ${path}: it is ${what}. Name another file.`);
}

/**
 * What a file begins with, so that one knows it; "" where there is none yet, undefined where what
 * is there is not a regular file.
 *
 * @throws Error with the system's reason
 */
export function openingOf(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) return "";
  return found.isFile() ? readOpening(path) : undefined;
}

/** Enough to know a file by; a merged one may be larger than a string can be. */
const openingBytes = 16 * 1024;

function readOpening(path: string): string {
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(openingBytes);
    return bytes.toString("utf8", 0, readSync(file, bytes));
  } finally {
    closeSync(file);
  }
}

/** The longest text that Node.js holds, or nearly: above any file but one merged of hundreds. */
export const mostBytes = 2 ** 29 - 2 ** 10;

/** Reads and validates a result file. @throws UsageError that says what is wrong with it */
export function readRun(path: string): Run {
  return readRunFile(path).run;
}

/** A result file with the text that it was parsed from. @throws UsageError as {@link readRun} */
export function readRunFile(path: string): { readonly run: Run; readonly bytes: Buffer } {
  const remedy = "Name a result file of `noclobber bench`, or measure again.";
  const bytes = readBytes(path, remedy);
  const json = parseJson(bytes, path, remedy);
  const kind = kindOf(json);
  if (kind === undefined) throw noResult(path, remedy);
  if (kind !== "bench") {
    throw new UsageError(`${path} is ${kindPhrases[kind]}, not ${kindPhrases.bench}. ${remedy}`);
  }
  return { run: parseAs(runSchema, json, { path, version: schemaVersion, remedy }), bytes };
}

/** JSON of somebody else's. */
export function noResult(path: string, remedy: string): UsageError {
  return new UsageError(`${path} is JSON, but no result of noclobber. ${remedy}`);
}

/** What a file is expected to be, for the sentence that says it is not. */
export interface Expected {
  readonly path: string;
  /** Undefined where the file has none. */
  readonly version?: number;
  /** That has the version; schemaVersion unless said otherwise. */
  readonly field?: string;
  readonly remedy: string;
}

/** Reads a JSON file. @throws UsageError where there is none */
export function readJson(path: string, remedy: string): unknown {
  return parseJson(readBytes(path, remedy), path, remedy);
}

function readBytes(path: string, remedy: string): Buffer {
  try {
    const { size } = statSync(path);
    if (size > mostBytes) throw new Error(`it has ${size} bytes, ${mostBytes} at most`);
    return readFileSync(path);
  } catch (error) {
    throw new UsageError(`Cannot read ${path}: ${messageOf(error)}. ${remedy}`);
  }
}

function parseJson(bytes: Buffer, path: string, remedy: string): unknown {
  const text = bytes.toString("utf8");
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${path} is not JSON (${text.length} characters): truncated? ${remedy}`);
  }
}

/** Validates what a file held. @throws UsageError that names the first thing that is wrong */
export function parseAs<T>(schema: z.ZodType<T>, json: unknown, expected: Expected): T {
  const { path, version, field = "schemaVersion", remedy } = expected;
  const found = (json as Readonly<Record<string, unknown>> | null)?.[field];
  if (version !== undefined && found !== version) {
    throw new UsageError(
      `${path} has schema version ${inWords(found)}, this noclobber reads ${version}. ` +
        "Use the version that wrote it, or measure again.",
    );
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.join(".") || "the whole";
  throw new UsageError(`${path} is not valid: ${where}: ${issue?.message}. ${remedy}`);
}

/** Not every object has a text, and one that is nested deeply overflows the stack. */
function inWords(value: unknown): string {
  return typeof value === "object" && value !== null ? "(an object)" : String(value).slice(0, 40);
}

/** The published JSON Schema of a file, made from what validates it: before defaults fill it in. */
export function jsonSchemaOf(schema: z.ZodType): string {
  return `${JSON.stringify(z.toJSONSchema(schema, { io: "input" }), null, 2)}\n`;
}
