/**
 * Result files: validated on write and on read, written atomically after every fork, so that a run
 * that is cut short leaves a whole file.
 */

import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
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
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) return;
  const isOurs = found.isFile() && /^\s*\{\s*"schemaVersion"/.test(readFileSync(path, "utf8"));
  if (isOurs || (found.isFile() && found.size === 0)) return;
  const what = found.isFile() ? "a file that noclobber did not write" : "not a regular file";
  throw new UsageError(`Cannot write ${path}: it is ${what}. Name another file.`);
}

/** Reads and validates a result file. @throws UsageError that says what is wrong with it */
export function readRun(path: string): Run {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new UsageError(`Cannot read ${path}: ${messageOf(error)}. Name a result file.`);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new UsageError(
      `${path} is not JSON (${text.length} characters): truncated? Measure again.`,
    );
  }
  const version = (json as { schemaVersion?: unknown } | null)?.schemaVersion;
  if (version !== schemaVersion) {
    throw new UsageError(
      `${path} has schema version ${String(version)}, this noclobber reads ${schemaVersion}. ` +
        "Use the version that wrote it, or measure again.",
    );
  }
  const parsed = runSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UsageError(
    `${path} is not a valid result file: ${issue?.path.join(".")}: ${issue?.message}. ` +
      "Measure again.",
  );
}

/** The published JSON Schema of a result file, made from what validates it. */
export function jsonSchemaOf(schema: z.ZodType): string {
  return `${JSON.stringify(z.toJSONSchema(schema), null, 2)}\n`;
}
