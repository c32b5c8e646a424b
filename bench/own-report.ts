/**
 * How a file that report wrote is known again, so that a newer one may take its place and nobody's
 * own text is lost.
 */

import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { messageOf, UsageError } from "../src/errors.ts";
import { openingOf } from "../src/results/store.ts";

/** What only files of one format of ours have; with none of these, no file is known. */
export interface Marks {
  /** How a file begins. */
  readonly opening?: RegExp;
  /** How it ends, where somebody's own text may begin in the same way. */
  readonly ending?: RegExp;
  /**
   * Where the text may stand in anybody's notes, the last line, of words that hold its checksum:
   * with a line of somebody's own the file is not ours any more.
   */
  readonly seal?: (words: string) => string;
}

/** The text as it goes into a file. */
export function asFile(text: string, name: string, { seal }: Marks): string {
  if (!seal) return text;
  const sum = createHash("sha256").update(text).digest("hex").slice(0, 12);
  return text + seal(`Made by noclobber report, format ${name}, ${sum}.`);
}

/** Whether the text is that of a file of this format. */
export function isOwn(text: string, name: string, marks: Marks): boolean {
  const { opening, ending, seal } = marks;
  if (seal) {
    const length = asFile("", name, marks).length;
    return text.length > length && text === asFile(text.slice(0, -length), name, marks);
  }
  return opening?.test(text) === true && ending?.test(text) !== false;
}

/** Longer ones of those formats that have to be read whole are not ours. */
const mostBytes = 4 * 2 ** 20;

/** @throws UsageError where something would be lost that is not of this format, or by a mistake */
export function refuseOther(path: string, name: string, marks: Marks, force = false): void {
  const text = textAt(path, marks);
  if (text === undefined) {
    throw new UsageError(`Cannot write ${path}: it is not a regular file. Name another file.`);
  }
  if (text === "") refuseMissingFolder(path);
  if (text === "" || force || isOwn(text, name, marks)) return;
  const how = marks.seal ? "as noclobber wrote it" : "of noclobber";
  throw new UsageError(
    `Cannot write ${path}: it is not a ${name} report ${how}, and would be lost. Name ` +
      "another file, or replace it with --force.",
  );
}

/** Its beginning, or all of it where that is needed; undefined where it is not a regular file. */
function textAt(path: string, { ending, seal }: Marks): string | undefined {
  try {
    const opening = openingOf(path);
    const isWhole = opening === "" || opening === undefined || (!ending && !seal);
    return isWhole || statSync(path).size > mostBytes ? opening : readFileSync(path, "utf8");
  } catch (error) {
    throw new UsageError(`Cannot write ${path}: ${messageOf(error)}. Name another file.`);
  }
}

/**
 * A folder is made, as results/ is; where more than one is missing, the path has a mistake.
 * @throws UsageError that names the first
 */
export function refuseMissingFolder(path: string): void {
  const folder = dirname(resolve(path));
  const above = dirname(folder);
  if (existsSync(folder) || existsSync(above)) return;
  throw new UsageError(
    `Cannot write ${path}: there is no folder ${above}. Make it, or name another file.`,
  );
}
