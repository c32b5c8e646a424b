/**
 * Plain ASCII text for a commit message: no line over 75 columns, and nothing in it that git, a
 * patch or the kernel's checkpatch takes for something else. Leaves what is said to kernel.ts.
 */

import { printable, wrap } from "./prose.ts";

/** What checkpatch accepts in a commit's text. */
export const mostColumns = 75;

/** Of one text of the file; the result file has the rest. */
const mostCharacters = 400;

/** Of a paragraph, whatever it is made of. */
const mostParagraphCharacters = 6000;

/** A word that is cut leaves room for its quotes, an indent and a full stop. */
const mostWordCharacters = 60;

/** A paragraph of ours with texts of the file in it; all but the first line are indented. */
export function paragraph(text: string, indent = 0): string[] {
  const words = commitText(text, mostParagraphCharacters);
  return wrap(words, mostColumns, indent).map((line) => line.trimEnd());
}

/**
 * The text on one line, in ASCII, and cut. Words that mean something where a line begins with them,
 * or that checkpatch takes for a commit's id, are quoted.
 */
export function commitText(text: string, most = mostCharacters): string {
  const plain = asAscii(text);
  const rest = plain.length - most;
  const kept = rest > 0 ? `${plain.slice(0, most)}... (${rest} more characters)` : plain;
  return kept
    .split(/ +/)
    .flatMap((word) => word.match(new RegExp(`.{1,${mostWordCharacters}}`, "g")) ?? [])
    .map((word) => (isTelling(word) ? `"${word}"` : word))
    .join(" ");
}

/** A cell of a table, which stands on a line of ours; the last character of a cut one is "~". */
export function cellText(text: string, most: number): string {
  const plain = asAscii(text).trim();
  return plain.length <= most ? plain : `${plain.slice(0, most - 1)}~`;
}

function asAscii(text: string): string {
  return printable(text)
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .replace(/[^\x20-\x7e]+/g, "?");
}

/**
 * Source: scripts/checkpatch.pl of Linux 6.17, the checks in a commit log, and what `git am` takes
 * for the begin of a patch or for a header.
 */
function isTelling(word: string): boolean {
  return [
    // A comment to git, the begin of a patch, a hunk.
    /^(?:#|---|\+\+\+|@@|diff\b|index:)/i,
    // Trailers, links and mail headers.
    /^(?:[\w-]*by|to|cc|from|subject|date|change-id|link|closes|fixes|index|base-commit):/i,
    /^(?:>*from|fixes)$/i,
    /^\w*:?http/i,
    // What may be followed by a commit's id, and the id.
    /\bcommit$/i,
    /^[0-9a-f]{12,40}(?:["'([]|$)/i,
  ].some((pattern) => pattern.test(word));
}

export interface TextColumn {
  readonly label: string;
  readonly align?: "left";
}

/**
 * Aligned columns, two spaces between them, an indent before them. The last column is cut where
 * the others leave no room for it.
 */
export function tableLines(
  columns: readonly TextColumn[],
  rows: readonly (readonly string[])[],
): string[] {
  const lines = [columns.map(({ label }) => label), ...rows].map((cells) =>
    cells.map((cell) => cellText(cell, mostCellCharacters)),
  );
  const widths = columns.map((_, at) => Math.max(...lines.map((cells) => cells[at]?.length ?? 0)));
  return lines.map((cells) => {
    const aligned = cells.map((cell, at) => {
      const width = widths[at] ?? 0;
      return columns[at]?.align === "left" ? cell.padEnd(width) : cell.padStart(width);
    });
    return `  ${cellsOnLine(aligned)}`;
  });
}

/** No number of ours is longer. */
const mostCellCharacters = 24;

function cellsOnLine(cells: readonly string[]): string {
  const line = cells.join("  ").trimEnd();
  return line.length <= mostColumns - 2 ? line : `${line.slice(0, mostColumns - 3)}~`;
}
