/**
 * Running text in a given width: wrapped at spaces, with a hanging indent, and its styles. Control
 * characters of a result file do not reach the terminal.
 */

import { styleText } from "node:util";

/** Styles a text, or leaves it as it is. */
export type Paint = (style: "bold" | "dim" | "red" | "yellow" | "green", text: string) => string;

/** What NO_COLOR and the stream say is decided by whoever sets `colour`. */
export function painting(colour: boolean): Paint {
  if (!colour) return (_, text) => text;
  return (style, text) => styleText(style, text, { validateStream: false });
}

/** Lines of at most `width` characters; all but the first begin with `indent` spaces. */
export function wrap(text: string, width: number, indent = 0): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of wordsOf(text, width - indent)) {
    if (line === "") line = word;
    else if (line.length + 1 + word.length <= roomOf(lines.length)) line += ` ${word}`;
    else {
      lines.push(line);
      line = word;
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

/** A printable line: runs of control characters become one space. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}+/gu, " ");
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
