/**
 * A comparison of two runs for a terminal: what moved, the ratios within forks, times and rates,
 * and what the runs do not share. Stands below the candidate's own report.
 */

import { type FigureChange, isConclusive } from "./change.ts";
import { centreWords, changeWords, forksWords } from "./change-wording.ts";
import type { Comparison } from "./comparison.ts";
import { doubtSentences, leadOf } from "./doubts.ts";
import { startWords } from "./merged-words.ts";
import { labelled, type Paint, painting, printable, wrap } from "./prose.ts";
import { labelLines } from "./terminal.ts";
import { type Column, layOutTable, titledRule } from "./text-table.ts";

const labelWidth = 10;
/** More of a kind are counted. */
const mostDoubts = 8;

const columns: readonly Column<FigureChange>[] = [
  { label: "configuration", align: "left", text: ({ place }) => printable(place) },
  { label: "figure", align: "left", wideGap: true, text: ({ figure }) => figure },
  {
    label: "baseline",
    wideGap: true,
    givesWay: 1,
    text: ({ before, unit }) => centreWords(before, unit),
  },
  {
    label: "candidate",
    wideGap: true,
    givesWay: 1,
    text: ({ after, unit }) => centreWords(after, unit),
  },
  { label: "change [95 %]", wideGap: true, text: changeWords },
  { label: "forks", wideGap: true, givesWay: 2, text: forksWords },
];

/** No line is wider than `width`, but where it is below 60; ends with a newline. */
export function renderComparison(
  comparison: Comparison,
  { width, colour }: { readonly width: number; readonly colour: boolean },
): string {
  const paint = painting(colour);
  const { sentence, basis, ratios, absolutes, doubts } = comparison;
  const sections = [
    [
      ...doubts.flatMap((side) => labelLines(side.labels, width, paint, leadOf(side))),
      ...wrap(`${sentence}.`, width).map((line) => paint("bold", line)),
      ...labelled("", basis, width, 2),
    ],
    changeLines(ratios, "ratio within a fork", width, paint),
    changeLines(absolutes, "drifts with the machine", width, paint),
    closingLines(comparison, width),
  ];
  const text = sections.filter((lines) => lines.length > 0).map((lines) => lines.join("\n"));
  return `${text.join("\n\n")}\n`;
}

/** Rows of one subject come together, under a rule that names it. */
function changeLines(
  changes: readonly FigureChange[],
  kind: string,
  width: number,
  paint: Paint,
): string[] {
  if (changes.length === 0) return [];
  const subjects = [...new Set(changes.map(({ subject }) => subject))];
  const rows = subjects.flatMap((subject) => changes.filter((each) => each.subject === subject));
  const table = layOutTable(columns, rows, width);
  const body = rows.flatMap((row, index) => {
    const line = paintRow(row, table.body[index] ?? "", paint);
    if (index > 0 && rows[index - 1]?.subject === row.subject) return [line];
    return [...titledRule(`${row.subject}: ${kind}`, table, width, paint), line];
  });
  const { leftOut } = table;
  return [
    ...table.header.map((line) => paint("bold", line)),
    ...body,
    ...(leftOut.length > 0 ? wrap(`Left out at this width: ${leftOut.join(", ")}.`, width) : []),
  ];
}

/** The words say it; the colour says it again. */
function paintRow(change: FigureChange, line: string, paint: Paint): string {
  if (!isConclusive(change)) return line;
  return paint(change.verdict === "slower" ? "red" : "green", line);
}

/** What the candidate's doubts are stands in its own report. */
function closingLines({ baseline, differences, unmatched, notes }: Comparison, width: number) {
  const { tool, command } = baseline.identity;
  const say = (label: string, text: string) => labelled(label, text, width, labelWidth);
  return [
    ...say("baseline", `${tool}, ${startWords(baseline.identity)}: ${command}`),
    ...doubtSentences(baseline, mostDoubts).flatMap((sentence) => say("", sentence)),
    ...differences.flatMap(({ fact, baseline: theirs, candidate: ours }) =>
      say("differs", `${fact}: baseline ${theirs}, candidate ${ours}`),
    ),
    ...unmatched.flatMap(({ side, what }) => say("unmatched", `${what} is in the ${side} alone`)),
    ...notes.flatMap((note) => say("note", `${note}.`)),
  ];
}
