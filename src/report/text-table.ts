/**
 * Text tables that fit a width: aligned columns without lines, which give way in a stated order,
 * and titled rules between rows. The only door to cli-table3.
 */

import Table from "cli-table3";
import { labelled, type Paint } from "./prose.ts";

export interface Column<Row> {
  /** Over the label; neighbours of one group share it. */
  readonly group?: string;
  readonly label: string;
  /** Right unless said otherwise. */
  readonly align?: "left";
  /** Begins a group: two spaces before it, not one. */
  readonly wideGap?: true;
  /** Columns of the lowest number give way first; without one, the column always stays. */
  readonly givesWay?: number;
  /** What the column is called where it is said to be left out. */
  readonly name?: string;
  readonly text: (row: Row) => string;
}

export interface TextTable {
  /** Group line, where there are groups, and label line. */
  readonly header: readonly string[];
  /** One line a row. */
  readonly body: readonly string[];
  /** Names of the columns that gave way. */
  readonly leftOut: readonly string[];
  /** Characters of the whole table, at most what was asked for. */
  readonly width: number;
}

/** Lays rows out in at most `width` characters; styles come after, a line at a time. */
export function layOutTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  width: number,
): TextTable {
  let kept = columns;
  const leftOut: string[] = [];
  for (;;) {
    const widths = widthsOf(kept, rows);
    const total = widths.reduce((sum, each) => sum + each + 1, -1);
    const ranks = kept.flatMap(({ givesWay }) => givesWay ?? []);
    if (total <= width || ranks.length === 0) {
      // Where even the columns that stay are too wide, the first one is cut.
      widths[0] = Math.max(1, (widths[0] ?? 0) - Math.max(0, total - width));
      return { ...draw(kept, rows, widths), leftOut, width: Math.min(total, width) };
    }
    const least = Math.min(...ranks);
    const gone = kept.filter(({ givesWay }) => givesWay === least);
    leftOut.push(...gone.map(({ name, label }) => name ?? label));
    kept = kept.filter(({ givesWay }) => givesWay !== least);
  }
}

/** "-- title ------", as wide as the table it is in; a title wider than `width` wraps. */
export function titledRule(title: string, table: TextTable, width: number, paint: Paint): string[] {
  const lines = labelled("--", title, width, 3);
  const last = lines.length - 1;
  const rest = table.width - (lines[last] ?? "").length - 1;
  return lines.map((line, index) => {
    const tail = index === last && rest > 0 ? ` ${"-".repeat(rest)}` : "";
    return paint("bold", line) + paint("dim", tail);
  });
}

/** Rows that stand together under a titled rule. */
export interface RowGroup<Row> {
  readonly title: string;
  /** Lines between the rule and the rows. */
  readonly preface?: readonly string[];
  readonly rows: readonly Row[];
}

/** All groups under one header, so that figures stand under each other down the page. */
export function layOutGroups<Row>(
  columns: readonly Column<Row>[],
  groups: readonly RowGroup<Row>[],
  { width, paint }: { readonly width: number; readonly paint: Paint },
  isDim: (row: Row) => boolean,
): Pick<TextTable, "leftOut"> & { readonly lines: readonly string[] } {
  const rows = groups.flatMap((group) => group.rows);
  const table = layOutTable(columns, rows, width);
  const body = table.body.map((line, index) => {
    const row = rows[index];
    return row !== undefined && isDim(row) ? paint("dim", line) : line;
  });
  let at = 0;
  const sections = groups.flatMap(({ title, preface = [], rows: own }) => {
    const from = at;
    at += own.length;
    return [...titledRule(title, table, width, paint), ...preface, ...body.slice(from, at)];
  });
  return { lines: [...table.header, ...sections], leftOut: table.leftOut };
}

/** " Left out at this width: lost max."; "" where nothing is. */
export function leftOutWords(leftOut: readonly string[]): string {
  return leftOut.length > 0 ? ` Left out at this width: ${leftOut.join(", ")}.` : "";
}

/** Neighbours of one group, in the order of the columns. */
function groupRuns<Row>(columns: readonly Column<Row>[]): Column<Row>[][] {
  const runs: Column<Row>[][] = [];
  for (const column of columns) {
    const last = runs.at(-1);
    if (column.group !== undefined && last?.[0]?.group === column.group) last.push(column);
    else runs.push([column]);
  }
  return runs;
}

/** Characters that each column needs, its gap of one or none before the separating space. */
function widthsOf<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): number[] {
  return groupRuns(columns).flatMap((run) => {
    const widths = run.map((column) => {
      const texts = [column.label, ...rows.map((row) => column.text(row))];
      return gapOf(column) + Math.max(...texts.map((text) => text.length));
    });
    const [first] = run;
    const needed = first ? gapOf(first) + (first.group ?? "").length : 0;
    const total = widths.reduce((sum, each) => sum + each + 1, -1);
    const last = widths.length - 1;
    widths[last] = (widths[last] ?? 0) + Math.max(0, needed - total);
    return widths;
  });
}

function draw<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  widths: number[],
): Pick<TextTable, "header" | "body"> {
  const table = new Table({
    chars: noChars,
    style: { "padding-left": 0, "padding-right": 0, head: [], border: [] },
    colAligns: columns.map(({ align }) => align ?? "right"),
    colWidths: widths,
    truncate: "~",
  });
  const grouped = columns.some(({ group }) => group !== undefined);
  if (grouped) table.push(groupRuns(columns).map(groupCell));
  table.push(columns.map((column) => cellOf(column, column.label)));
  for (const row of rows) table.push(columns.map((column) => cellOf(column, column.text(row))));
  const lines = table.toString().split("\n");
  const trimmed = lines.map((line) => line.trimEnd());
  const headers = grouped ? 2 : 1;
  return { header: trimmed.slice(0, headers), body: trimmed.slice(headers) };
}

function groupCell<Row>(run: readonly Column<Row>[]) {
  const [first] = run;
  const colSpan = run.length;
  if (!first || colSpan === 1) return { ...cellOf(first, first?.group ?? ""), colSpan };
  return { ...cellOf(first, first.group ?? ""), colSpan, hAlign: "center" as const };
}

function cellOf<Row>(column: Column<Row> | undefined, content: string) {
  return { content, style: { "padding-left": gapOf(column) } };
}

function gapOf<Row>(column: Column<Row> | undefined): number {
  return column?.wideGap ? 1 : 0;
}

/** One space between columns, and no line anywhere. */
const noChars = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: " ",
} as const;
