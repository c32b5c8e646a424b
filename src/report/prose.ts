/**
 * Running text in a given width: wrapped at spaces, with a hanging indent, and its styles. What a
 * result file has that cannot be shown does not reach any report.
 */

import { styleText } from "node:util";

/** Styles a text, or leaves it as it is. */
export type Paint = (style: "bold" | "dim" | "red" | "yellow" | "green", text: string) => string;

/** What NO_COLOR and the stream say is decided by whoever sets `colour`. */
export function painting(colour: boolean): Paint {
  if (!colour) return (_, text) => text;
  return (style, text) => styleText(style, text, { validateStream: false });
}

/**
 * Lines of at most `width` characters; all but the first begin with `indent` spaces. A word that
 * begins a line is put as `opening` says, which may make it two characters longer.
 */
export function wrap(
  text: string,
  width: number,
  indent = 0,
  opening?: (word: string) => string,
): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of wordsOf(text, width - indent - (opening ? 2 : 0))) {
    if (line !== "" && line.length + 1 + word.length <= roomOf(lines.length)) line += ` ${word}`;
    else {
      if (line !== "") lines.push(line);
      line = opening?.(word) ?? word;
    }
  }
  lines.push(line);
  return lines.map((content, index) => (index === 0 ? content : " ".repeat(indent) + content));

  function roomOf(index: number): number {
    return index === 0 ? width : width - indent;
  }
}

/** "label    text", the text hanging under itself. */
export function labelled(label: string, text: string, width: number, indent: number): string[] {
  const [first = "", ...rest] = wrap(text, width - indent);
  return [label.padEnd(indent) + first, ...rest.map((line) => " ".repeat(indent) + line)];
}

/** An empty line between the sections that have a line; ends with a newline. */
export function joinSections(sections: readonly (readonly string[])[]): string {
  const texts = sections.filter((lines) => lines.length > 0).map((lines) => lines.join("\n"));
  return `${texts.join("\n\n")}\n`;
}

/**
 * What no report of any format shows: controls, which a terminal obeys; what turns the direction of
 * the text around it, ends a line or cannot be seen; and what is no character. One class for all.
 */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{NChar}]/u.source;
const unprintables = new RegExp(`${unprintable}+`, "gu");
const eachUnprintable = new RegExp(unprintable, "gu");

/** A printable line: runs of what cannot be shown become one space. */
export function printable(text: string): string {
  return text.replace(unprintables, " ");
}

/** The text, and a U+FFFD for each character that cannot be shown: for data, not for reading. */
export function markUnprintable(text: string): string {
  return text.replace(eachUnprintable, "\ufffd");
}

/** A space that is not between a number and its unit. */
const gap = / +(?!(?:%|[num]?s|[kMG]|[KMGT]?i?B)(?:[\s,;.)\]]|$))/;

/** Words of at most `limit` characters; what is longer is cut. */
function wordsOf(text: string, limit: number): string[] {
  const words = printable(text)
    .split(gap)
    .filter((word) => word !== "");
  return words.flatMap((word) => word.match(new RegExp(`.{1,${Math.max(1, limit)}}`, "gu")) ?? []);
}
