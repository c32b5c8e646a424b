/**
 * What is at the place where a file is to be written: where a link leads, and whether what is there
 * could be made again. What may be replaced is for whoever writes.
 */

import { lstatSync, readFileSync, readlinkSync, realpathSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { messageOf, UsageError } from "../errors.ts";
import { kindOf } from "./result-kind.ts";
import { mostBytes, openingOf } from "./store.ts";

/**
 * The file that a path stands for, through links, and through a link to a file that is not there
 * yet: a rename replaces a link, and leaves what it leads to.
 *
 * @throws Error with the system's reason
 */
export function targetOf(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    if (!lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) return path;
    return targetOf(resolve(realpathSync(dirname(path)), readlinkSync(path)));
  }
}

/**
 * Lets merged results be replaced, which their parts make again; and what is no result.
 * @throws UsageError where a measurement would be lost
 */
export function refuseMeasurement(path: string): void {
  if (!isMeasurement(path)) return;
  throw new UsageError(
    `Cannot write ${path}: it is a measurement, which cannot be made again. Name another file, ` +
      "or replace it with --force.",
  );
}

/** As merge writes it, whatever its size. */
const mergedOpening = /^\{"schemaVersion":\d+,"forks":\[/;

function isMeasurement(path: string): boolean {
  try {
    const opening = openingOf(path) ?? "";
    if (!/^\s*\{/.test(opening) || mergedOpening.test(opening)) return false;
    // Too large to be looked into: not to be lost.
    if (statSync(path).size > mostBytes) return true;
    const json: unknown = JSON.parse(readFileSync(path, "utf8"));
    const kind = kindOf(json);
    return kind !== undefined && !(kind === "bench" && "sources" in (json as object));
  } catch (error) {
    // Damaged, and the only one all the same.
    if (error instanceof SyntaxError) return true;
    throw new UsageError(`Cannot write ${path}: ${messageOf(error)}. Name another file.`);
  }
}
