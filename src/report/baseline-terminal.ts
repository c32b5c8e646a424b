/**
 * Baselines for a terminal: the list of those that are saved, and what saving one wrote, replaced
 * and hid. What a baseline measured is told by the report of its run.
 */

import type { HistoryLine } from "../results/history.ts";
import type { Run } from "../results/schema.ts";
import { formatBytes } from "../units.ts";
import { digestRun } from "./digest.ts";
import { labelled, type Paint, painting, printable, wrap } from "./prose.ts";
import { configurationsOf } from "./samples.ts";
import { formatInterval } from "./slowdown.ts";
import type { TerminalOptions } from "./terminal.ts";
import { type Column, layOutTable } from "./text-table.ts";
import { plural } from "./wording.ts";

/** A baseline and its file. */
export interface SavedBaseline {
  readonly path: string;
  readonly bytes: number;
  readonly run: Run;
  readonly fingerprint: string;
}

export interface BaselineList {
  readonly folder: string;
  readonly baselines: readonly SavedBaseline[];
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
}

const labelWidth = 13;

const columns: readonly Column<SavedBaseline>[] = [
  { label: "fingerprint", align: "left", text: ({ fingerprint }) => fingerprint },
  { label: "measured", align: "left", wideGap: true, text: ({ run }) => minuteOf(run.startedAt) },
  {
    label: "commit",
    align: "left",
    wideGap: true,
    givesWay: 3,
    text: ({ run }) => printable(run.tool.commit ?? "-"),
  },
  { label: "forks", wideGap: true, text: ({ run }) => String(completeForks(run)) },
  {
    label: "configs",
    name: "configurations",
    wideGap: true,
    givesWay: 1,
    text: ({ run }) => String(configurationsOf(run).length),
  },
  { label: "size", wideGap: true, givesWay: 2, text: ({ bytes }) => sizeOf(bytes) },
  {
    label: "machine",
    align: "left",
    wideGap: true,
    givesWay: 4,
    text: ({ run: { host } }) => printable(`${host.hostname}, ${host.cpuModel}`),
  },
];

/** One line a baseline; below, what the columns do not say. Ends with a newline. */
export function renderBaselines(list: BaselineList, { width, colour }: TerminalOptions): string {
  const { folder, baselines, unreadable } = list;
  const paint = painting(colour);
  const table = layOutTable(columns, baselines, width);
  const leftOut = table.leftOut.length > 0 ? `Left out: ${table.leftOut.join(", ")}.` : "";
  const none =
    `There is no baseline in ${folder}. Measure with \`noclobber bench\`, then keep the result ` +
    "with `noclobber baseline save`.";
  const lines = [
    ...(baselines.length === 0 ? wrap(none, width) : []),
    ...(baselines.length > 0 ? table.header.map((line) => paint("bold", line)) : []),
    ...(baselines.length > 0 ? table.body : []),
    ...(leftOut === "" ? [] : wrap(leftOut, width).map((line) => paint("dim", line))),
    ...baselines.flatMap((baseline) => misnamedLines(baseline, width, paint)),
    ...unreadable.flatMap(({ reason }) => warningLines("unreadable", reason, width, paint)),
  ];
  return `${lines.join("\n")}\n`;
}

/** A gate looks for a machine's baseline by name, so under another name it finds none. */
function misnamedLines({ path, fingerprint }: SavedBaseline, width: number, paint: Paint) {
  if (path.endsWith(`${fingerprint}.json`)) return [];
  const text = `${path} is not named by its fingerprint: a gate uses it only as --baseline.`;
  return warningLines("misnamed", text, width, paint);
}

/** What a file's report leaves to say: which file, how large, and what it may be compared with. */
export function baselineHeading(
  { path, bytes, fingerprint }: SavedBaseline,
  facts: Readonly<Record<string, string>>,
  { width, colour }: TerminalOptions,
): string {
  const paint = painting(colour);
  const comparable = Object.entries(facts).map(([fact, value]) => `${fact} ${value}`);
  const lines = [
    ...wrap(`Baseline ${fingerprint}: ${path}, ${sizeOf(bytes)}`, width).map((line) =>
      paint("bold", line),
    ),
    ...labelled("", `of runs with ${comparable.join(", ")}`, width, 2),
  ];
  return `${lines.join("\n")}\n`;
}

/** What was saved, what it takes the place of, and the alert that it hides. Ends with a newline. */
export function renderSaved(
  { path, bytes, run, fingerprint }: SavedBaseline,
  replaced: { readonly startedAt: string } | undefined,
  hidden: HistoryLine | undefined,
  { width, colour }: TerminalOptions,
): string {
  const paint = painting(colour);
  const { host, command, startedAt } = digestRun(run).identity;
  const forks = plural(completeForks(run), "complete fork");
  const saved =
    `Saved ${path} (${sizeOf(bytes)}): ${forks} of ` +
    `${plural(configurationsOf(run).length, "configuration")}, measured ${startedAt}.`;
  const commit = run.tool.commit ?? "none: not measured from a checkout";
  const fact = (label: string, text: string) => labelled(label, text, width, labelWidth);
  const lines = [
    ...wrap(saved, width).map((line) => paint("bold", line)),
    ...fact("fingerprint", fingerprint),
    ...fact("host", host),
    ...fact("commit", commit),
    ...fact("command", command),
    ...(replaced ? fact("replaced", `the baseline measured ${replaced.startedAt}`) : []),
    ...(hidden ? warningLines("hidden", alertSentence(hidden), width, paint) : []),
  ];
  return `${lines.join("\n")}\n`;
}

/** What a new baseline would hide: "regressed at 2026-01-15T09:30Z: lost p50 +12.3 % [...]". */
export function alertSentence({ verdict, at, commit, metrics, run }: HistoryLine): string {
  const slower = metrics.filter((metric) => metric.verdict === "regressed").map(slowdownText);
  const laws = verdict === "violated" ? ["an exact law was broken"] : [];
  const where = commit === undefined ? "" : `, commit ${commit}`;
  return `${verdict} at ${minuteOf(at)}${where}: ${[...laws, ...slower].join("; ")} (${run})`;
}

/** "lost p50 +12.3 % [+8.1, +16.0]". */
function slowdownText({ name, slowdown }: HistoryLine["metrics"][number]): string {
  return slowdown ? `${name} ${formatInterval(slowdown)}` : name;
}

/** "2026-01-15T09:30Z". */
export function minuteOf(time: string): string {
  return `${time.slice(0, 16)}Z`;
}

/** Those of the negative control are not counted. */
function completeForks(run: Run): number {
  return digestRun(run).identity.forks.complete;
}

function sizeOf(bytes: number): string {
  return formatBytes(Math.ceil(bytes / 1024) * 1024);
}

function warningLines(label: string, text: string, width: number, paint: Paint): string[] {
  return labelled(label, text, width, labelWidth).map((line) =>
    line.startsWith(label) ? paint("yellow", label) + line.slice(label.length) : line,
  );
}
