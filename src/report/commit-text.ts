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

/**
 * A paragraph of ours with texts of the file in it; all but the first line are indented. A word
 * that means something where a line begins with it is quoted there.
 */
export function paragraph(text: string, indent = 0): string[] {
  const words = commitText(text, mostParagraphCharacters);
  return wrap(words, mostColumns, indent, quotedOpening).map((line) => line.trimEnd());
}

/** The text on one line, in ASCII, and cut. What may be taken for a commit's id is quoted. */
export function commitText(text: string, most = mostCharacters): string {
  const plain = asAscii(text);
  const rest = plain.length - most;
  const kept = rest > 0 ? `${plain.slice(0, most)}... (${rest} more characters)` : plain;
  return kept
    .split(/ +/)
    .flatMap((word) => word.match(new RegExp(`.{1,${mostWordCharacters}}`, "g")) ?? [])
    .map((word, at, all) => (isReference(word, all[at - 1]) ? `"${word}"` : word))
    .join(" ");
}

/** The first cell of a line, which may be a text of the file. */
export function openingCell(text: string, most: number): string {
  return cellText(quotedOpening(commitText(text)), most);
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
 * Whether checkpatch takes the word for a commit's id that is not written as it should be, or for
 * a link without its tag. Source: scripts/checkpatch.pl of Linux 6.17, the checks in a commit log.
 */
function isReference(word: string, before = ""): boolean {
  if (/\bcommit$/i.test(before) && /^[0-9a-f]{5,}/i.test(word)) return true;
  return /^\w*:?http|^[0-9a-f]{12,40}(?![0-9a-z])/i.test(word);
}

/** A line's begin, its first word quoted where checkpatch or `git am` would make much of it. */
function quotedOpening(text: string): string {
  const [first = "", ...others] = text.split(" ");
  return isTelling(first) ? [`"${first}"`, ...others].join(" ") : text;
}

/** Source: as above, and what `git am` takes for the begin of a patch or of a mail. */
function isTelling(word: string): boolean {
  return [
    // A comment to git, the begin of a patch, a hunk.
    /^(?:#|---|\+\+\+|@@|diff\b|index:)/i,
    // Trailers, links and mail headers.
    /^(?:[\w-]*by|to|cc|from|subject|date|change-id|link|closes|fixes|index|base-commit):/i,
    /^>*From$/,
    // Before a commit's id.
    /^fixes$/i,
  ].some((pattern) => pattern.test(word));
}

export interface TextColumn {
  readonly label: string;
  readonly align?: "left";
}

/**
 * Aligned columns, two spaces between them or one where there is no room, an indent before them.
 * The last column says what the numbers are, and is never cut.
 */
export function tableLines(
  columns: readonly TextColumn[],
  rows: readonly (readonly string[])[],
): string[] {
  const lines = [columns.map(({ label }) => label), ...rows].map((cells) =>
    cells.map((cell) => cellText(cell, mostCellCharacters)),
  );
  const widths = columns.map((_, at) => Math.max(...lines.map((cells) => cells[at]?.length ?? 0)));
  const total = (gap: number) => widths.reduce((sum, each) => sum + each + gap, -gap);
  const gap = total(2) <= mostColumns - indent ? 2 : 1;
  for (let excess = total(gap) - mostColumns + indent; excess > 0; excess--) {
    const widest = widths.indexOf(Math.max(...widths.slice(0, -1)));
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return lines.map((cells) => {
    const aligned = cells.map((cell, at) => {
      const width = widths[at] ?? 0;
      const text = cellText(cell, width);
      return columns[at]?.align === "left" ? text.padEnd(width) : text.padStart(width);
    });
    return `${" ".repeat(indent)}${aligned.join(" ".repeat(gap)).trimEnd()}`;
  });
}

/** Of the lines of a table. */
const indent = 2;

/** No number of ours is longer. */
const mostCellCharacters = 24;
