/**
 * The history for a terminal: for each machine one line a metric with its level and trend, then
 * every shift with the commit that it came with. Judges nothing: whether more is worse is in the
 * metric's name.
 */

import { shortestLevel, significance } from "../stats/change-points.ts";
import { minuteOf } from "./baseline-terminal.ts";
import type { HistoryShift, MachineHistory, MetricHistory } from "./history-digest.ts";
import { labelled, type Paint, painting, printable, wrap } from "./prose.ts";
import { formatPercents } from "./slowdown.ts";
import type { TerminalOptions } from "./terminal.ts";
import { type Column, layOutTable } from "./text-table.ts";
import { formatRatio, plural } from "./wording.ts";

/** Digits of a trend: runs shown, the newest of all. */
const mostShown = 60;
/** Fewer digits show no trend. */
const fewestShown = 10;

const columns: readonly Column<MetricHistory>[] = [
  { label: "metric", align: "left", text: ({ name }) => printable(name) },
  { label: "runs", wideGap: true, text: ({ values }) => String(values.length) },
  { label: "level", wideGap: true, text: ({ level }) => formatRatio(level) },
  { label: "change", wideGap: true, givesWay: 1, text: ({ change }) => changeText(change) },
];

/** Every machine of the history; says so where there is none. Ends with a newline. */
export function renderHistory(
  machines: readonly MachineHistory[],
  { width, colour }: TerminalOptions,
): string {
  const paint = painting(colour);
  if (machines.length === 0) {
    const none = "There is no history yet: every `noclobber gate` adds a line to it.";
    return `${wrap(none, width).join("\n")}\n`;
  }
  const sections = machines.map((machine) => machineLines(machine, width, paint));
  const text = [...sections, wrap(method(), width)].map((lines) => lines.join("\n"));
  return `${text.join("\n\n")}\n`;
}

function method(): string {
  return (
    "Level: median since the last shift, of each run's median ratio within forks. Shifts: " +
    `Pettitt's test, p < ${significance}, binary segmentation; a level has ${shortestLevel} runs ` +
    "or more. Trend: 0 the lowest to 9 the highest of the runs shown, the newest last, | a shift."
  );
}

function machineLines(machine: MachineHistory, width: number, paint: Paint): string[] {
  const { fingerprint, lines, metrics } = machine;
  const [first, last] = [lines[0], lines.at(-1)];
  const title =
    `${fingerprint}: ${plural(lines.length, "run")}, ` +
    `${minuteOf(first?.at ?? "")} to ${minuteOf(last?.at ?? "")}, the last ${last?.verdict}`;
  const none = "No run judged a metric: the exact laws alone were checked.";
  return [
    ...wrap(title, width).map((line) => paint("bold", line)),
    ...(metrics.length === 0 ? wrap(none, width) : tableLines(metrics, width, paint)),
    ...metrics.flatMap(({ name, shifts }) =>
      shifts.flatMap((shift) => shiftLines(name, shift, width)),
    ),
  ];
}

/** The trend takes what room is left, and a line of its own where that is too little. */
function tableLines(metrics: readonly MetricHistory[], width: number, paint: Paint): string[] {
  const bare = layOutTable(columns, metrics, width);
  const room = width - bare.width - 2;
  const isBeside = room >= fewestShown;
  const trend: Column<MetricHistory> = {
    label: "trend",
    align: "left",
    wideGap: true,
    text: (metric) => trendOf(metric, room),
  };
  const table = isBeside ? layOutTable([...columns, trend], metrics, width) : bare;
  const body = isBeside
    ? table.body
    : metrics.flatMap((metric, index) => [
        table.body[index] ?? "",
        `  ${trendOf(metric, width - 2)}`,
      ]);
  return [...table.header.map((line) => paint("dim", line)), ...body];
}

/** "00213|7889": the newest runs that fit into `room` characters, a mark before each new level. */
function trendOf({ values, shifts }: MetricHistory, room: number): string {
  const begins = new Set(shifts.map(({ at }) => at));
  let from = values.length;
  let taken = 0;
  while (from > 0 && values.length - from < mostShown) {
    // With the mark before it; the first one shown has none, and may leave its room empty.
    taken += begins.has(from) ? 2 : 1;
    if (taken > room) break;
    from--;
  }
  const shown = values.slice(from);
  const lowest = Math.min(...shown);
  const span = Math.max(...shown) - lowest;
  return shown
    .map((value, index) => {
      const mark = index > 0 && begins.has(from + index) ? "|" : "";
      return `${mark}${span > 0 ? Math.round((9 * (value - lowest)) / span) : 0}`;
    })
    .join("");
}

function shiftLines(name: string, { line, before, after, p }: HistoryShift, width: number) {
  const commit = line.commit ?? "no commit";
  const change = before > 0 ? ` (${changeText(after / before - 1)})` : "";
  const level = `${formatRatio(before)} -> ${formatRatio(after)}${change}`;
  const text = `${minuteOf(line.at)}, ${commit}, ${name}: ${level}, p = ${p.toPrecision(1)}`;
  return labelled("shift", text, width, 7);
}

function changeText(change: number | undefined): string {
  return change === undefined ? "-" : formatPercents(change * 100, "+");
}
