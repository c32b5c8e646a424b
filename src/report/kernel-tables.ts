/**
 * The tables of the kernel's text: outcomes of all attempts, and the changes with %stddev and
 * %change as the kernel test robot has them, each row with its interval and number of forks.
 */

import { type Centre, type FigureChange, isConclusive } from "./change.ts";
import { balanceOf, centreWords, changeWords, stddevWords } from "./change-wording.ts";
import {
  cellText,
  commitText,
  mostColumns,
  openingCell,
  paragraph,
  type TextColumn,
  tableLines,
} from "./commit-text.ts";
import type { OutcomeTotals, SafetyDigest } from "./safety.ts";
import { type Column, layOutTable } from "./text-table.ts";
import { formatWhole, plural } from "./wording.ts";

const outcomeColumns: readonly Column<OutcomeTotals>[] = [
  { label: "strategy", align: "left", text: ({ strategy }) => openingCell(strategy, 20) },
  { label: "attempts", wideGap: true, text: ({ counts }) => formatWhole(counts.attempts) },
  { label: "placed", wideGap: true, text: ({ counts }) => formatWhole(counts.placed) },
  { label: "rejected", wideGap: true, text: ({ counts }) => formatWhole(counts.rejected) },
  { label: "misplaced", wideGap: true, text: ({ counts }) => formatWhole(counts.misplaced) },
];

/** Only where there were any; the notes tell of them, too. */
const failed: Column<OutcomeTotals> = {
  label: "failed",
  wideGap: true,
  givesWay: 1,
  text: ({ counts }) => formatWhole(counts.failed),
};

const clobbers: Column<OutcomeTotals> = {
  label: "clobbers",
  wideGap: true,
  text: ({ safety }) => formatWhole(safety.clobbers),
};

/** What became of every attempt; nothing where there was none. */
export function outcomeTable({ outcomes }: SafetyDigest, title: string): string[] {
  if (outcomes.length === 0) return [];
  const hasFailed = outcomes.some(({ counts }) => counts.failed > 0);
  const columns = [...outcomeColumns, ...(hasFailed ? [failed] : []), clobbers];
  const { header, body } = layOutTable(columns, outcomes, mostColumns - 2);
  return [title, "", ...[...header, ...body].map((line) => `  ${line}`)];
}

const changeColumns: readonly TextColumn[] = [
  { label: "before %stddev" },
  { label: "%change" },
  { label: "interval" },
  { label: "after %stddev" },
  { label: "metric", align: "left" },
];

/** A commit message is read by people; the result file has every row. */
const mostRows = 60;

/** Rows by configuration, which stands over its rows; nothing where there is no row. */
export function changeTable(changes: readonly FigureChange[], title: string): string[] {
  if (changes.length === 0) return [];
  const shown = changes.slice(0, mostRows);
  const usual = mostFrequent(shown.map(forksPhrase));
  const [header = "", ...lines] = tableLines(changeColumns, shown.map(changeCells));
  const headings = shown.map((each) => headingOf(each, usual));
  const body = lines.flatMap((line, index) => {
    const heading = headings[index] ?? "";
    return heading === headings[index - 1] ? [line] : [heading, line];
  });
  const rest = changes.length - shown.length;
  const cut = rest > 0 ? [`  and ${formatWhole(rest)} more rows in the result file`] : [];
  const isMixed = shown.some((each) => forksPhrase(each) !== usual);
  const forks = `${usual}${isMixed ? " unless a heading says otherwise" : ""}`;
  return [...paragraph(`${title} (${forks}):`), "", header, ...body, ...cut];
}

/** "n = 12 forks a side", or of each side where they are not the same. */
function forksPhrase({ before, after }: FigureChange): string {
  if (before.n === after.n) return `n = ${plural(before.n, "fork")} a side`;
  return `n = ${formatWhole(before.n)} before and ${formatWhole(after.n)} after`;
}

/** The first of those that tie. */
function mostFrequent(phrases: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const phrase of phrases) counts.set(phrase, (counts.get(phrase) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? "";
}

/** Changes of one subject come together, so their place is enough beside it. */
function headingOf(change: FigureChange, usual: string): string {
  const { place, subject } = change;
  const what = commitText(subject === "" ? place : `${place}, ${subject}`);
  const phrase = forksPhrase(change);
  const forks = phrase === usual ? "" : `, ${phrase}`;
  return `  in ${cellText(what, mostColumns - 6 - forks.length)}${forks}:`;
}

/** Without an interval that excludes no change there is no percentage. */
function changeCells(each: FigureChange): string[] {
  const words = changeWords(each);
  const [percent = "", interval = ""] = words.split(/ (?=\[)/);
  const { before, after, unit, figure } = each;
  return [
    sideCell(before, unit),
    isConclusive(each) ? percent.replace(" %", "%") : "-",
    isConclusive(each) ? interval : words,
    sideCell(after, unit),
    figure.replace("reservations", "reserv."),
  ];
}

/** "5.51 us +-22%": the robot's plus-minus is no ASCII. */
function sideCell(centre: Centre, unit: FigureChange["unit"]): string {
  const scatter = stddevWords(centre).replace(" %", "%");
  const stddev = scatter === "" ? "" : `+-${scatter.padStart(3)}`;
  return `${centreWords(centre, unit)} ${stddev.padEnd(5)}`;
}

/** What got slower beside what got faster, and what cannot be told. */
export function balanceLines(changes: readonly FigureChange[], who: string): string[] {
  if (changes.length === 0) return [];
  if (changes.every(({ verdict }) => verdict === "too-few")) {
    return paragraph("Gains and costs cannot be told: too few forks for an interval.");
  }
  const { gains, costs, open } = balanceOf(changes);
  const none = (word: string) => `nothing got ${word} with ${who} beyond its interval`;
  const unsure = open.length > 0 ? ` Inconclusive, so without a percentage: ${list(open)}.` : "";
  return paragraph(
    `Gains: ${list(gains) || none("faster")}. Costs: ${list(costs) || none("slower")}.${unsure}`,
  );
}

function list(parts: readonly string[]): string {
  return parts.join("; ");
}
