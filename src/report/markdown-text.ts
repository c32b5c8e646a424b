/**
 * Markdown around texts that others wrote: nothing in them is markup, names a user or an issue, or
 * makes a document larger than a comment may be. Leaves what is said to the renderers.
 */

import { oneLine } from "./gate-wording.ts";
import { formatWhole } from "./wording.ts";

/** Of one text of the file; escaped and encoded it has at most 6 times as many bytes. */
const mostCharacters = 400;

/**
 * Text of the file, cut; becomes no link to a site, a mailbox or an issue, and names no user who
 * would be notified: what would begin one is broken by a space of no width.
 */
export function prose(text: string): string {
  return plain(text).replace(
    /@(?=[\w.-])|(?<!&)#(?=\d)|GH-(?=\d)|:(?=\/\/)|www(?=\.)/gi,
    "$&&#8203;",
  );
}

/** Text of the file, cut; nothing in it is markup, wherever in a line of ours it stands. */
export function plain(text: string): string {
  return oneLine(text, mostCharacters).replace(
    /[&<`*~|\\$]|(?<![a-z0-9])_|_(?![a-z0-9])|\](?=\()/gi,
    (character) => `&#${character.charCodeAt(0)};`,
  );
}

/** A summary that unfolds; nothing where there is nothing to unfold. */
export function folded(summary: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const opening = `<details><summary>${plain(summary)}</summary>`;
  return [opening, "", ...lines, "", "</details>"];
}

/** Nothing where there is no row. */
export function table<Row>(
  header: readonly string[],
  rows: readonly Row[],
  lineOf: (row: Row) => string,
  mostBytes: number,
): string[] {
  return rows.length === 0 ? [] : [...header, ...within(mostBytes, rows, lineOf)];
}

export function rowOf(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

export interface Item {
  readonly label: string;
  readonly text: string;
}

export function item({ label, text }: Item): string {
  return `- **${prose(label)}** ${prose(text)}`;
}

/** As many lines as fit, and a paragraph that says how many do not. */
export function within<Of>(
  mostBytes: number,
  all: readonly Of[],
  lineOf: (each: Of) => string,
): string[] {
  const lines: string[] = [];
  let bytes = 0;
  for (const each of all) {
    const line = lineOf(each);
    bytes += Buffer.byteLength(line) + 1;
    if (bytes > mostBytes) {
      const rest = formatWhole(all.length - lines.length);
      return [...lines, "", `${rest} more are cut; the result file has all.`, ""];
    }
    lines.push(line);
  }
  return lines;
}
