/**
 * A gate's result for a terminal: the headline, what was compared, the judged metrics, what is only
 * shown, the exact laws, and where the raw data is. Colour says nothing that the words do not.
 */

import type { ComparedMetric, Gate, LawResult, Verdict } from "../results/gate-schema.ts";
import {
  amountWords,
  changeWords,
  comparisonWords,
  countWords,
  differenceWords,
  droppedWords,
  environmentWords,
  intervalWords,
  needsReason,
  oneLine,
  ratioWords,
  rawDataWords,
  roleWords,
  sharedHostWords,
  sideWords,
  verdictWords,
} from "./gate-wording.ts";
import { labelled, type Paint, painting, wrap } from "./prose.ts";
import { type Column, layOutTable, type TextTable, titledRule } from "./text-table.ts";
import { formatWhole, plural } from "./wording.ts";

const labelWidth = 15;
/** Of one kind; the result file has all of them. */
const mostListed = 8;
/** With less room than this beside the figures, a name stands above them. */
const leastNameWidth = 32;

const styles = {
  held: "green",
  improved: "green",
  "no-regression": "green",
  inconclusive: "yellow",
  regressed: "red",
  violated: "red",
} as const satisfies Readonly<Record<Verdict, Parameters<Paint>[0]>>;

/** No line is wider than `width`; below 60 tables may be cut. Ends with a newline. */
export function renderGate(
  gate: Gate,
  { width, colour }: { readonly width: number; readonly colour: boolean },
): string {
  const paint = painting(colour);
  const sections = [
    wrap(oneLine(gate.sentence), width).map((line) => paint(styles[gate.verdict], line)),
    identityLines(gate, width, paint),
    metricLines(gate, width, paint),
    shownLines(gate, width, paint),
    lawLines(gate, width, paint),
    closingLines(gate, width, paint),
  ];
  const text = sections.filter((lines) => lines.length > 0).map((lines) => lines.join("\n"));
  return `${text.join("\n\n")}\n`;
}

function identityLines(gate: Gate, width: number, paint: Paint): string[] {
  const host = sharedHostWords(gate);
  return [
    ...gate.sides.flatMap((side) =>
      say(roleWords(side), sideWords(side, gate.sides), width, paint),
    ),
    ...(host === undefined ? [] : say("host", host, width, paint)),
    ...say("compared", comparisonWords(gate), width, paint),
    ...gate.differences.flatMap((difference) =>
      say("differs", oneLine(differenceWords(difference)), width, paint),
    ),
    ...say("command", oneLine(gate.command.join(" ")), width, paint),
  ];
}

function metricLines(gate: Gate, width: number, paint: Paint): string[] {
  const { metrics, policy } = gate;
  if (metrics.length === 0) return [];
  const { table, lines } = layOutNamed(
    "metric",
    [
      { label: "baseline", wideGap: true, givesWay: 1, text: (m) => ratioWords(m.baseline.median) },
      {
        label: "candidate",
        wideGap: true,
        givesWay: 1,
        text: (m) => ratioWords(m.candidate.median),
      },
      {
        label: `slower [${intervalWords(gate)}]`,
        wideGap: true,
        text: ({ slowdown }) => changeWords(slowdown),
      },
      {
        label: "verdict",
        align: "left",
        wideGap: true,
        text: ({ verdict }) => verdictWords(verdict, policy),
      },
      { label: "n", wideGap: true, givesWay: 2, text: countWords },
    ],
    metrics,
    width,
  );
  const environment = environmentWords(gate);
  const title = "judged: ratios within a fork, their medians; positive is slower";
  return [
    ...headed(table, title, width, paint),
    ...lines.map(({ line, item }) => (item ? paint(styles[item.verdict], line) : line)),
    ...leftOutLines(table, width),
    ...metrics
      .filter(({ verdict }) => needsReason(verdict))
      .flatMap(({ name, verdict, reason }) =>
        wrap(`! ${oneLine(`${name}: ${reason}`)}`, width, 2).map((line) =>
          paint(styles[verdict], line),
        ),
      ),
    ...(environment === undefined ? [] : say("environment", environment, width, paint)),
  ];
}

function shownLines({ shown }: Gate, width: number, paint: Paint): string[] {
  if (shown.length === 0) return [];
  const { table, lines } = layOutNamed<ComparedMetric>(
    "figure",
    [
      {
        label: "baseline",
        wideGap: true,
        givesWay: 1,
        text: ({ baseline }) => amountWords(baseline.median),
      },
      {
        label: "candidate",
        wideGap: true,
        givesWay: 1,
        text: ({ candidate }) => amountWords(candidate.median),
      },
      {
        label: "slower [95 % interval]",
        wideGap: true,
        text: ({ slowdown }) => changeWords(slowdown),
      },
      { label: "n", wideGap: true, givesWay: 2, text: countWords },
    ],
    shown,
    width,
  );
  return [
    ...headed(table, "shown, never judged", width, paint),
    ...lines.map(({ line }) => line),
    ...leftOutLines(table, width),
  ];
}

function lawLines({ laws }: Gate, width: number, paint: Paint): string[] {
  if (laws.length === 0) return [];
  const { table, lines } = layOutNamed<LawResult>(
    "law",
    [
      { label: "checked", wideGap: true, text: ({ checked }) => formatWhole(checked) },
      { label: "broken", wideGap: true, text: ({ brokenCount }) => formatWhole(brokenCount) },
    ],
    laws,
    width,
  );
  return [
    ...headed(table, "exact laws: one that is broken fails", width, paint),
    ...lines.map(({ line, item }) => (item && item.brokenCount > 0 ? paint("red", line) : line)),
    ...laws
      .filter(({ brokenCount }) => brokenCount > 0)
      .flatMap((law) => brokenLines(law, width, paint)),
  ];
}

function brokenLines({ law, broken, brokenCount }: LawResult, width: number, paint: Paint) {
  const told = broken.slice(0, mostListed);
  const rest = brokenCount - told.length;
  return [
    ...say("BROKEN", `${oneLine(law)}, ${plural(brokenCount, "time")}:`, width, paint),
    ...[...told, ...(rest > 0 ? [andMore(rest)] : [])].flatMap((text) =>
      labelled("", oneLine(text), width, labelWidth),
    ),
  ];
}

/** What was lost, what there is to know, and last where the raw data is. */
function closingLines(gate: Gate, width: number, paint: Paint): string[] {
  return [
    ...listed("dropped", (gate.pairs?.dropped ?? []).map(droppedWords), width, paint),
    ...listed("note", gate.notes, width, paint),
    ...say("raw data", rawDataWords(gate), width, paint),
  ];
}

function listed(label: string, texts: readonly string[], width: number, paint: Paint): string[] {
  const rest = texts.length - mostListed;
  const told = [...texts.slice(0, mostListed), ...(rest > 0 ? [andMore(rest)] : [])];
  return told.flatMap((text) => say(label, oneLine(text), width, paint));
}

function andMore(rest: number): string {
  return `and ${formatWhole(rest)} more`;
}

interface NamedTable<Item> {
  readonly table: TextTable;
  /** In order; every line belongs to an item. */
  readonly lines: readonly { readonly line: string; readonly item: Item | undefined }[];
}

type Named = { readonly name: string } | { readonly law: string };

/** Names, which take as many lines as they need, and figures beside or below them. */
function layOutNamed<Item extends Named>(
  label: string,
  columns: readonly Column<Item>[],
  items: readonly Item[],
  width: number,
): NamedTable<Item> {
  const figures = layOutTable(columns, items, width);
  const longest = Math.max(...items.map((item) => nameOf(item).length));
  const room = width - figures.width - 1;
  return figures.leftOut.length === 0 && room >= Math.min(longest, leastNameWidth)
    ? layOutBeside(label, columns, items, width, room)
    : layOutBelow(columns, items, width);
}

function layOutBeside<Item extends Named>(
  label: string,
  columns: readonly Column<Item>[],
  items: readonly Item[],
  width: number,
  room: number,
): NamedTable<Item> {
  const rows = items.flatMap((item) =>
    nameLines(nameOf(item), room).map((name, index) => ({ name, item, isFirst: index === 0 })),
  );
  const all: Column<(typeof rows)[number]>[] = [
    { label, align: "left", text: ({ name }) => name },
    ...columns.map((column) => ({
      ...column,
      text: ({ item, isFirst }: (typeof rows)[number]) => (isFirst ? column.text(item) : ""),
    })),
  ];
  const table = layOutTable(all, rows, width);
  const lines = table.body.map((line, index) => ({ line, item: rows[index]?.item }));
  return { table, lines };
}

function layOutBelow<Item extends Named>(
  columns: readonly Column<Item>[],
  items: readonly Item[],
  width: number,
): NamedTable<Item> {
  const indent: Column<Item> = { label: " ", align: "left", text: () => " " };
  const table = layOutTable([indent, ...columns], items, width);
  const lines = items.flatMap((item, index) => [
    ...wrap(nameOf(item), width, 2).map((line) => ({ line, item })),
    { line: table.body[index] ?? "", item },
  ]);
  return { table, lines };
}

function nameOf(item: Named): string {
  return oneLine("name" in item ? item.name : item.law);
}

/** A ratio is broken before its "/", where that is enough. */
function nameLines(name: string, room: number): string[] {
  if (name.length <= room) return [name];
  const slash = name.indexOf(" / ");
  if (slash < 0) return wrap(name, room, 2);
  const below = wrap(name.slice(slash + 1), room - 2).map((line) => `  ${line}`);
  return [...wrap(name.slice(0, slash), room, 2), ...below];
}

function headed(table: TextTable, title: string, width: number, paint: Paint): string[] {
  const header = table.header.map((line) => paint("bold", line));
  return [...header, ...titledRule(title, table, width, paint)];
}

function leftOutLines({ leftOut }: TextTable, width: number): string[] {
  return leftOut.length === 0 ? [] : wrap(`Left out at this width: ${leftOut.join(", ")}.`, width);
}

/** "label    text", the label dim; what is broken stands out. */
function say(label: string, text: string, width: number, paint: Paint): string[] {
  const style = label === "BROKEN" ? "red" : "dim";
  return labelled(label, text, width, labelWidth).map((line) =>
    line.startsWith(label) ? paint(style, label) + line.slice(label.length) : line,
  );
}
