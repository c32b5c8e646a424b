/**
 * The terminal report of a litmus run: the verdict first, then every outcome by scenario and
 * strategy, then what was not seen, what was skipped, and the evidence.
 */

import type { LitmusRun } from "../results/litmus-schema.ts";
import type { LitmusDigest, LitmusRow, LitmusTable } from "./litmus-digest.ts";
import { labelled, type Paint, painting, printable, wrap } from "./prose.ts";
import { type Column, layOutTable, titledRule } from "./text-table.ts";
import { formatPerMillion, formatShare, formatWhole, plural } from "./wording.ts";

interface Line {
  readonly strategy: string;
  readonly row: LitmusRow;
}

const columns: readonly Column<Line>[] = [
  { label: "strategy", align: "left", text: ({ strategy }) => printable(strategy) },
  { label: "outcome", align: "left", wideGap: true, text: ({ row }) => row.outcome },
  { label: "count", wideGap: true, text: countOf },
  { label: "frequency", wideGap: true, givesWay: 2, text: ({ row }) => frequencyOf(row) },
  { label: "expectation", align: "left", wideGap: true, text: ({ row }) => row.expectation },
  {
    label: "meaning",
    align: "left",
    wideGap: true,
    givesWay: 1,
    text: ({ row }) => printable(row.meaning),
  },
];

/** Renders in at most `width` characters where the columns that always stay allow it. */
export function renderLitmus(
  run: LitmusRun,
  digest: LitmusDigest,
  { width, colour }: { readonly width: number; readonly colour: boolean },
): string {
  const paint = painting(colour);
  const isGood = digest.verdict === "sound";
  const host = `${run.host.hostname}, Linux ${run.host.kernelRelease} ${run.host.architecture}`;
  const flag = run.pretendOldKernel
    ? "stripped from every call (--pretend-old-kernel)"
    : run.flagVerdict;
  const lines = [
    ...wrap(digest.headline, width).map((line) => paint(isGood ? "bold" : "red", line)),
    ...labelled(
      "",
      `${formatWhole(digest.attempts)} attempts in ${plural(digest.forks, "fork")}, seed ` +
        `${run.seed}; MAP_FIXED_NOREPLACE: ${flag}; ${host}`,
      width,
      2,
    ),
    "",
    ...tableLines(digest, width, paint),
    ...notes(digest, run, width, paint),
  ];
  return `${lines.join("\n")}\n`;
}

function tableLines(digest: LitmusDigest, width: number, paint: Paint): string[] {
  const ran = digest.tables.filter(({ attempts }) => attempts > 0);
  const groups = ran.map((table) => ({ table, lines: linesOf(table) }));
  const layout = layOutTable(
    columns,
    groups.flatMap(({ lines }) => lines),
    width,
  );
  const out = layout.header.map((line) => paint("bold", line));
  const body = layout.body.values();
  const explained = new Set<string>();
  let previous = "";
  for (const { table, lines } of groups) {
    if (table.scenario !== previous) {
      out.push(...titledRule(table.scenario, layout, width, paint));
      const isLeftOut = layout.leftOut.includes("meaning");
      if (isLeftOut) out.push(...meanings(ran, table.scenario, explained, width, paint));
    }
    previous = table.scenario;
    for (const { row } of lines) out.push(paintRow(row, body.next().value ?? "", paint));
  }
  return [...out, ""];
}

/** Without room for the column, a meaning stands above the rows where it is met first. */
function meanings(
  tables: readonly LitmusTable[],
  scenario: string,
  explained: Set<string>,
  width: number,
  paint: Paint,
): string[] {
  const rows = tables.filter((table) => table.scenario === scenario).flatMap(({ rows: r }) => r);
  const texts = new Set(rows.map(({ outcome, meaning }) => `${outcome}: ${meaning}`));
  const fresh = [...texts].filter((text) => !explained.has(text));
  for (const text of fresh) explained.add(text);
  if (fresh.length === 0) return [];
  return labelled("", fresh.join("; "), width, 3).map((line) => paint("dim", line));
}

function linesOf({ strategy, isControl, rows }: LitmusTable): Line[] {
  const name = isControl ? `${strategy} (control)` : strategy;
  return rows.map((row, index) => ({ strategy: index === 0 ? name : "", row }));
}

function countOf({ row }: Line): string {
  return row.count > 0 ? formatWhole(row.count) : `0 in ${formatWhole(row.outOf)}`;
}

/** So few looks bound nothing worth a number. */
const fewLooks = 100;

function frequencyOf({ count, share, outOf }: LitmusRow): string {
  if (count > 0) return formatShare(share);
  return outOf < fewLooks ? "-" : `<= ${formatPerMillion(share)}`;
}

/** The words say it; the colour says it again. */
function paintRow({ count, expectation }: LitmusRow, line: string, paint: Paint): string {
  if (count === 0) return paint("dim", line);
  if (expectation === "forbidden" || expectation === "undeclared") return paint("red", line);
  return expectation === "interesting" ? paint("yellow", line) : line;
}

function notes(digest: LitmusDigest, run: LitmusRun, width: number, paint: Paint): string[] {
  const say = (label: string, text: string): string[] => labelled(label, text, width, 11);
  const skipped = new Map<string, string[]>();
  for (const { scenario, strategy, skipped: why } of digest.tables) {
    if (why === undefined) continue;
    const text = `${strategy}: ${why}`;
    skipped.set(text, [...(skipped.get(text) ?? []), scenario]);
  }
  const violations = digest.tables.flatMap(({ scenario, strategy, violations: broken }) =>
    broken.map((sentence) => `${scenario} ${strategy}: ${sentence}`),
  );
  const evidence = digest.evidence.flatMap(({ where, again, lines }) => [
    ...say("evidence", where),
    ...say("again", again),
    ...lines.slice(0, shownEvidence).map((line) => `  ${printable(line)}`),
  ]);
  const zeros =
    "0 in N comes with its upper bound at 95 % confidence. In the races N counts the attempts on " +
    "all CPUs whose owners keep their windows for a while: there a clobber is likely to be seen, " +
    "and the control shows how likely. Processes: " +
    `${plural(digest.forks, "fork")}, and as many for the control.`;
  return [
    ...wrap(zeros, width),
    "",
    ...violations.flatMap((text) => say("violation", text).map((line) => paint("red", line))),
    ...evidence,
    ...mannerLines(digest, width, paint),
    ...digest.unwitnessed.flatMap((text) => say("not seen", text)),
    ...[...skipped].flatMap(([text, scenarios]) =>
      say("skipped", `${scenarios.join(", ")} ${text}`),
    ),
    ...run.lostForks.flatMap(({ index, status, error }) =>
      say("fork lost", `${index + 1}: ${status}: ${error}`),
    ),
    ...run.warnings.flatMap(({ message, remedy }) => say("warning", `${message} ${remedy}`)),
  ];
}

/** The file has all of it. */
const shownEvidence = 12;

/** How often something interesting was seen, in each manner of playing. */
function mannerLines({ tables }: LitmusDigest, width: number, paint: Paint): string[] {
  const rows = tables.filter(({ manners }) => manners.some(({ share }) => share > 0));
  const [first] = rows;
  if (!first) return [];
  const table = layOutTable<LitmusTable>(
    [
      { label: "scenario", align: "left", text: ({ scenario }) => scenario },
      { label: "strategy", align: "left", wideGap: true, text: ({ strategy }) => strategy },
      ...first.manners.map(({ name }, index) => ({
        label: name,
        wideGap: true as const,
        text: ({ manners }: LitmusTable) => formatShare(manners[index]?.share ?? 0),
      })),
    ],
    rows,
    width,
  );
  const title = "most frequent interesting outcome, part of all attempts by manner of playing";
  const header = table.header.map((line) => paint("bold", line));
  return [...header, ...titledRule(title, table, width, paint), ...table.body, ""];
}
