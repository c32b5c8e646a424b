/**
 * Result files: validated on write and on read, written atomically after every fork, so that a run
 * that is cut short leaves a whole file.
 */

import {
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { messageOf, UsageError } from "../errors.ts";
import { type LitmusRun, litmusRunSchema } from "./litmus-schema.ts";
import { type Run, runSchema, schemaVersion } from "./schema.ts";

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

/** Sorts by time, and two runs never share one. */
function fileStem({ startedAt, host }: Pick<Run, "startedAt" | "host">): string {
  const name = host.hostname.replaceAll(/[^\w.-]/g, "_");
  return `${startedAt.slice(0, 19).replaceAll(":", "-")}-${name}`;
}

/** The text of a run's file. @throws ZodError if the run is not what the schema says */
export function serializeRun(run: Run): string {
  return `${JSON.stringify(runSchema.parse(run))}\n`;
}

/** Writes a file whole or not at all. @throws Error with the system's reason */
export function writeAtomically(path: string, text: string): void {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(temporary, text);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/**
 * Makes sure that writing to `path` destroys nothing but a file of ours.
 * @throws UsageError if something else is there
 */
export function refuseForeignFile(path: string): void {
  let found: Stats | undefined;
  try {
    found = statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw new UsageError(`Cannot write ${path}: ${messageOf(error)}. Name another file.`);
  }
  if (!found) return;
  const isOurs = found.isFile() && /^\s*\{\s*"schemaVersion"/.test(readFileSync(path, "utf8"));
  if (isOurs || (found.isFile() && found.size === 0)) return;
  const what = found.isFile() ? "a file that noclobber did not write" : "not a regular file";
  throw new UsageError(`Cannot write ${path}: it is ${what}. Name another file.`);
}

/** Far above any result file; what is larger is something else. */
const mostBytes = 2 ** 29;

/** Reads and validates a result file. @throws UsageError that says what is wrong with it */
export function readRun(path: string): Run {
  const remedy = "Name a result file of `noclobber bench`, or measure again.";
  return parseAs(runSchema, readJson(path, remedy), { path, version: schemaVersion, remedy });
}

/** What a file is expected to be, for the sentence that says it is not. */
export interface Expected {
  readonly path: string;
  /** Of the field schemaVersion; undefined where the file has none. */
  readonly version?: number;
  readonly remedy: string;
}

/** Reads a JSON file. @throws UsageError where there is none */
export function readJson(path: string, remedy: string): unknown {
  let text: string;
  try {
    const { size } = statSync(path);
    if (size > mostBytes) throw new Error(`it has ${size} bytes, ${mostBytes} at most`);
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new UsageError(`Cannot read ${path}: ${messageOf(error)}. ${remedy}`);
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${path} is not JSON (${text.length} characters): truncated? ${remedy}`);
  }
}

/** Validates what a file held. @throws UsageError that names the first thing that is wrong */
export function parseAs<T>(schema: z.ZodType<T>, json: unknown, expected: Expected): T {
  const { path, version, remedy } = expected;
  const found = (json as { schemaVersion?: unknown } | null)?.schemaVersion;
  if (version !== undefined && found !== version) {
    throw new UsageError(
      `${path} has schema version ${String(found)}, this noclobber reads ${version}. ` +
        "Use the version that wrote it, or measure again.",
    );
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.join(".") || "the whole";
  throw new UsageError(`${path} is not valid: ${where}: ${issue?.message}. ${remedy}`);
}

/** The published JSON Schema of a file, made from what validates it: before defaults fill it in. */
export function jsonSchemaOf(schema: z.ZodType): string {
  return `${JSON.stringify(z.toJSONSchema(schema, { io: "input" }), null, 2)}\n`;
}
