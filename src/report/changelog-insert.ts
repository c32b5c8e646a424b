/**
 * Puts an entry into a changelog, under Unreleased, once: a second time it takes the place of the
 * first. Touches nothing else, not even the ends of lines.
 */

import { InvariantError, UsageError } from "../errors.ts";

const heading = "### Changed";

/** An entry whose bullets stand between two comments that name it. Ends with a newline. */
export function entryOf(name: string, bullets: readonly string[]): string {
  return [heading, "", opening(name), ...bullets, closing(name), ""].join("\n");
}

function opening(name: string): string {
  return `<!-- noclobber ${name} -->`;
}

function closing(name: string): string {
  return `<!-- /noclobber ${name} -->`;
}

/**
 * The changelog with the entry in it: in the place of the entry of that name, or else first under
 * "### Changed" of Unreleased. What is missing of these headings is made, and so is the title of an
 * empty file. Lines end as the file's first one does.
 *
 * @throws UsageError where an entry of that name begins and does not end
 */
export function insertIntoChangelog(existing: string, entry: string): string {
  const newline = /\r?\n/.exec(existing)?.[0] ?? "\n";
  const [block, name] = /<!-- noclobber (.*) -->[\s\S]*-->/.exec(entry) ?? [];
  if (block === undefined || name === undefined) {
    throw new InvariantError(`Cannot insert an entry that has no name: ${entry.slice(0, 80)}`);
  }
  const { from, to, before, after } = placeOf(existing, name);
  const lines = [...before, ...block.split("\n"), ...after].join(newline);
  return existing.slice(0, from) + lines + existing.slice(to);
}

/** Whether the text is empty, or Markdown with a title or with sections, as a changelog has. */
export function isChangelog(existing: string): boolean {
  const isHeaded = headingsOf(existing).some(({ text }) => /^##?\s/.test(text));
  return isHeaded || existing.slice(0, definitionsIn(existing)).trim() === "";
}

/** What is replaced, and the lines that the block needs around itself. */
interface Place {
  readonly from: number;
  readonly to: number;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

function placeOf(existing: string, name: string): Place {
  const from = existing.indexOf(opening(name));
  if (from !== -1) {
    const end = existing.indexOf(closing(name), from);
    if (end === -1) {
      throw new UsageError(
        `The changelog has the line "${opening(name)}", but not "${closing(name)}" after it. ` +
          "Take out the first, or put back the second under the entry.",
      );
    }
    return { from, to: end + closing(name).length, before: [], after: [] };
  }
  return newPlace(existing);
}

function newPlace(existing: string): Place {
  const headings = headingsOf(existing);
  const unreleased = headings.findIndex(({ text }) => /^##\s+\[?unreleased\b/i.test(text));
  if (unreleased === -1) {
    const end = definitionsIn(existing);
    const title =
      headings.some(({ text }) => /^#\s/.test(text)) || existing.slice(0, end).trim() !== "";
    const next = headings.find(({ text }) => /^##\s/.test(text));
    const missing = [...(title ? [] : ["# Changelog", ""]), "## [Unreleased]", "", heading, ""];
    return at(existing, next?.from ?? end, missing);
  }
  const section = headings.slice(unreleased + 1);
  const end = section.findIndex(({ text }) => /^##?\s/.test(text));
  const own = section.slice(0, end === -1 ? undefined : end);
  const changed = own.find(({ text }) => text.trimEnd() === heading);
  if (changed) return at(existing, changed.to, []);
  return at(existing, (headings[unreleased] as Heading).to, [heading, ""]);
}

/** At the begin of a line, or the end of the file; an empty line on both sides. */
function at(existing: string, position: number, missing: readonly string[]): Place {
  const [above, below] = [existing.slice(0, position), existing.slice(position)];
  const open = above === "" ? 0 : /\n\r?\n$/.test(above) ? 0 : above.endsWith("\n") ? 1 : 2;
  // A blank line that is there already parts the block from what comes next.
  const blank = below === "" || /^\r?\n/.test(below) ? 1 : 2;
  return {
    from: position,
    to: position,
    before: [...Array<string>(open).fill(""), ...missing],
    after: Array<string>(blank).fill(""),
  };
}

interface Heading {
  readonly text: string;
  /** Where its line begins. */
  readonly from: number;
  /** Where the next line begins. */
  readonly to: number;
}

/** Headings of both kinds, outside of code and of comments, in order. */
function headingsOf(existing: string): Heading[] {
  const found: Heading[] = [];
  let fence: string | undefined;
  let isComment = false;
  let block: Block | undefined;
  let from = frontMatterOf(existing).length;
  for (const line of linesOf(existing.slice(from))) {
    const to = from + line.length;
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    const underline = /^ {0,3}(=+|-+)[ \t]*\r?\n?$/.exec(line)?.[1];
    const above = block;
    block = undefined;
    if (isComment) isComment = !line.includes("-->");
    else if (fence !== undefined) {
      if (mark?.startsWith(fence)) fence = undefined;
    } else if (mark !== undefined) fence = mark;
    else if (/^\uFEFF?#{1,6}\s/.test(line)) {
      found.push({ text: line.replace("\uFEFF", ""), from, to });
    } else if (underline !== undefined && above?.isText) {
      const level = underline.startsWith("=") ? "#" : "##";
      found.push({ text: `${level} ${above.text}`, from: above.from, to });
    } else {
      isComment = line.lastIndexOf("<!--") > line.lastIndexOf("-->");
      block = isComment ? undefined : blockWith(line, from, above);
    }
    from = to;
  }
  return found;
}

/** Lines without an empty one between them. */
interface Block {
  /** Whether it is a paragraph, which a line of dashes below it makes a heading. */
  readonly isText: boolean;
  readonly text: string;
  readonly from: number;
}

/** How a line begins that begins no paragraph: a list, a quote, a table, markup, code, a link. */
const noText = /^(?:[-*+>|<\s]|\d+[.)]\s|\[[^\]]+\]:)/;

function blockWith(line: string, from: number, above: Block | undefined): Block | undefined {
  if (line.trim() === "" || /^<!--.*-->\s*$/.test(line)) return undefined;
  if (above) return { ...above, text: above.text + line };
  const text = line.replace("\uFEFF", "");
  return { isText: !noText.test(text) || /^[*+]\S/.test(text), text, from };
}

/** What some sites put before a file's first line, in lines of their own. */
function frontMatterOf(existing: string): string {
  return /^\uFEFF?---\s*\n(?=[\w-]+:)[\s\S]*?\n---[ \t]*(?:\r?\n|$)/.exec(existing)?.[0] ?? "";
}

/** Where the definitions of links begin that end the file; its length where there are none. */
function definitionsIn(existing: string): number {
  let first = existing.length;
  let at = existing.length;
  for (const line of linesOf(existing).reverse()) {
    const below = at;
    at -= line.length;
    if (/^ {0,3}\[[^\]]+\]:\s*\S/.test(line)) first = at;
    else if (line.trim() !== "") {
      // Right below a paragraph it is a line of that.
      return first === below && !/^#{1,6}\s/.test(line) ? existing.length : first;
    }
  }
  return first;
}

/** Each with what ends it. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}
