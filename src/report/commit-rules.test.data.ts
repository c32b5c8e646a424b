/**
 * The rules of the kernel's checkpatch that apply to a commit's text, and those of git: written
 * down again, so that a text can be held to them without a kernel tree. Only tests import it.
 *
 * Source: scripts/checkpatch.pl of Linux 6.17, the checks in a commit log; each is named as there.
 */

/** A rule, and whether a line breaks it; `next` is the line below. */
type LineRule = readonly [name: string, isBroken: (line: string, next: string) => boolean];

const balancedTitle = /^\("[^"]+"\)/;

const lineRules: readonly LineRule[] = [
  ["COMMIT_LOG_LONG_LINE", (line) => line.length > 75],
  ["COMMIT_COMMENT_SYMBOL", (line) => line.startsWith("#")],
  ["GERRIT_CHANGE_ID", (line) => /^\s*change-id:/i.test(line)],
  [
    "BAD_SIGN_OFF",
    (line) => /^\s*(?:[a-z0-9_-]+by:|(?:to|cc):)/i.test(line) && !/^[A-Z][a-z-]+: \S/.test(line),
  ],
  ["BAD_SIGN_OFF, indented", (line) => /^\s+(?:[a-z0-9_-]+by:|(?:to|cc):)/i.test(line)],
  [
    "BAD_FIXES_TAG",
    (line) =>
      /^\s*fixes:?\s*(?:commit\s*)?[0-9a-f]{5,}\b/i.test(line) &&
      !/^Fixes: [0-9a-f]{12} \("[^"]+"\)$/.test(line),
  ],
  [
    "GIT_COMMIT_ID",
    (line, next) => {
      const named = /\bcommit\s+[0-9a-f]{5,}\b(.*)$/i.exec(line);
      if (named)
        return (
          !/\bcommit [0-9a-f]{12,40} /.test(line) || !balancedTitle.test((named[1] ?? "").trim())
        );
      if (/\bcommit\s*$/i.test(line) && /^\s*[0-9a-f]{5,}\b/i.test(next)) return true;
      if (/[<[][0-9a-f]{12,40}[>\]]|\bfixes:\s*[0-9a-f]{12,40}/i.test(line)) return false;
      return /(?:\s|^)[0-9a-f]{12,40}(?:[\s"'([]|$)/i.test(line);
    },
  ],
  ["COMMIT_LOG_USE_LINK", (line) => /^\s*(?!Link:|Closes:)\w+:\s*http/i.test(line)],
  ["COMMIT_LOG_WRONG_LINK", (line) => /^\s*(?:Link|Closes):\s*(?!https?:\/\/)\S/.test(line)],
  ["DIFF_IN_COMMIT_MSG", (line) => /^\s*(?:--- a\/|\+\+\+ b\/|@@ -\d|diff\b.*a\/)/.test(line)],
  ["patch begins, to git am", (line) => /^(?:diff -|---|\+\+\+|Index: )/.test(line)],
  ["header, to git am", (line) => /^>?From /.test(line) || /^(?:from|subject|date):/i.test(line)],
  ["trailing whitespace", (line) => /\s$/.test(line)],
  ["tabs beside spaces", (line) => line.includes("\t")],
  ["plain ASCII", (line) => /[^\x20-\x7e]/.test(line)],
  ["REPEATED_WORD", (line) => /\b([A-Z]?[a-z]{2,}) \1(?=[ .,;?!]|$)/.test(line)],
];

/** What is wrong with the text as a whole commit message, a sentence each. */
export function brokenRules(text: string): string[] {
  const lines = text.split("\n").slice(0, -1);
  const [subject = "", empty] = lines;
  const rules: readonly (readonly [name: string, isBroken: boolean])[] = [
    ["ends with one newline", !text.endsWith("\n") || text.endsWith("\n\n")],
    ["the subject has a prefix and a verb", !/^[a-z]+: [a-z]+ \S/.test(subject)],
    ["the subject has 75 columns at most", subject.length > 75],
    ["the subject has no full stop", subject.endsWith(".")],
    ["EMAIL_SUBJECT", /\b(?:checkpatch|sparse|smatch)\b/i.test(subject)],
    ["an empty line parts the subject from the body", empty !== ""],
    ["no two empty lines", /\n\n\n/.test(text)],
  ];
  return [
    ...rules.flatMap(([name, isBroken]) => (isBroken ? [name] : [])),
    ...lines.flatMap((line, at) =>
      lineRules.flatMap(([name, isBroken]) =>
        isBroken(line, lines[at + 1] ?? "") ? [`${name}: "${line}"`] : [],
      ),
    ),
  ];
}
