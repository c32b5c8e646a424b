/** The tables of a page: costs by scenario, ratios, and outcomes with safety. */

import { formatCount, formatNs } from "../units.ts";
import type { DataTable } from "./chart.ts";
import { figureWithInterval, placeName } from "./chart-words.ts";
import type { Digest } from "./digest.ts";
import { paragraph, tableMarkup } from "./html-markup.ts";
import { compared } from "./roles.ts";
import { type OutcomeTotals, safetyWords } from "./safety.ts";
import type { Figure } from "./samples.ts";
import type { ScenarioDigest, StrategyRow } from "./tables.ts";
import { formatRatioInterval, formatShare, formatWhole, plural } from "./wording.ts";

/** One table a scenario; medians over forks. */
export function costTables({ scenarios }: Digest): string[] {
  if (scenarios.length === 0) return [paragraph("No fork has finished a trial.", "lacking")];
  const note =
    "Medians over forks, with a 95 % interval in brackets; the slowest is over all calls. " +
    "Latencies are closed-loop service times, probe floor included.";
  return [paragraph(note, "reading"), ...scenarios.map(costTable)];
}

interface CostColumn {
  readonly label: string;
  readonly text: (row: StrategyRow) => string;
}

const latency = ({ median }: Figure): string => (median === undefined ? "-" : formatNs(median));
const rate = ({ median }: Figure): string => (median === undefined ? "-" : formatCount(median));

const costColumns: readonly CostColumn[] = [
  { label: "strategy", text: ({ strategy }) => strategy },
  {
    label: "conflicts",
    text: ({ conflicts: { median } }) => (median === undefined ? "-" : formatShare(median)),
  },
  {
    label: "reservations/s",
    // Where every fork has 0 there is no interval to tell.
    text: ({ reservationsPerSecond: figure }) =>
      figure.median === 0 ? "0" : figureWithInterval(figure, formatCount),
  },
  { label: "calls/placed", text: (row) => rate(row.callsPerReservation) },
  { label: "placed p50", text: (row) => figureWithInterval(row.placed.p50Ns, formatNs) },
  { label: "placed p99", text: (row) => latency(row.placed.p99Ns) },
  { label: "lost p50", text: (row) => figureWithInterval(row.lost.p50Ns, formatNs) },
  { label: "lost p99", text: (row) => latency(row.lost.p99Ns) },
  { label: "lost p99.9", text: (row) => latency(row.lost.p999Ns) },
  {
    label: "lost slowest",
    text: ({ lost }) => (lost.maxNs === undefined ? "-" : formatNs(lost.maxNs)),
  },
  { label: "release p50", text: (row) => latency(row.release.p50Ns) },
  { label: "forks", text: ({ forks }) => String(forks) },
];

function costTable({ scenario, summary, windows, tables }: ScenarioDigest): string {
  const table: DataTable = {
    columns: ["actors", ...costColumns.map(({ label }) => label)],
    rows: tables.flatMap(({ actors, rows }) =>
      rows.map((row) => [String(actors), ...costColumns.map(({ text }) => text(row))]),
    ),
  };
  const meaning = summary === "" ? "" : `: ${summary}`;
  return tableMarkup(table, `${scenario}${meaning} (${plural(windows, "window")})`);
}

/** One row a configuration; above 1 speaks for fixed-noreplace. */
export function ratioTable({ ratios }: Digest): string[] {
  if (ratios.length === 0) return [paragraph("No two strategies to compare.", "lacking")];
  const controls = [...new Set(ratios.flatMap((row) => row.toControl.map((c) => c.strategy)))];
  const table: DataTable = {
    columns: [
      "configuration",
      "lost p50",
      "lost p99",
      "reservations/s",
      ...controls.map((strategy) => `reservations/s, ${strategy} to kernel-chosen`),
      "forks",
    ],
    rows: ratios.map((row) => [
      placeName(row),
      ...[row.lostP50, row.lostP99, row.reservations].map(formatRatioInterval),
      ...controls.map((strategy) => {
        const found = row.toControl.find((entry) => entry.strategy === strategy);
        return found ? formatRatioInterval(found.reservations) : "-";
      }),
      String(Math.max(row.lostP50.n, row.lostP99.n, row.reservations.n)),
    ]),
  };
  const { before, after } = compared;
  return [
    tableMarkup(
      table,
      `Ratios of ${before} and ${after} within forks, turned so that above 1 speaks for ` +
        `${after}; medians with 95 % intervals`,
    ),
  ];
}

/** Counts of every attempt, and what they say on safety. */
export function outcomeParts({ safety }: Pick<Digest, "safety">): string[] {
  const { outcomes, state, negativeControl } = safety;
  return [
    paragraph(`${safetyWords(safety)}.`, state === "broken" ? "bad" : undefined),
    paragraph(
      `${negativeControl.sentence}.`,
      negativeControl.state === "blind" ? "bad" : undefined,
    ),
    ...(outcomes.length === 0 ? [] : [tableMarkup(outcomeTable(outcomes), outcomeCaption)]),
  ];
}

const outcomeCaption = "Outcomes of all attempts, and what the detector saw";

function outcomeTable(outcomes: readonly OutcomeTotals[]): DataTable {
  const columns: [string, (row: OutcomeTotals) => number | undefined][] = [
    ["attempts", ({ counts }) => counts.attempts],
    ["placed", ({ counts }) => counts.placed],
    ["rejected", ({ counts }) => counts.rejected],
    ["misplaced", ({ counts }) => counts.misplaced],
    ["refused, of the misplaced", ({ counts }) => counts.refused],
    ["failed", ({ counts }) => counts.failed],
    ["clobbers", (row) => row.safety.clobbers],
    ["double owners", (row) => row.safety.doubleOwners],
    ["broken canaries", (row) => row.safety.canaries],
    ["leaks", (row) => row.safety.leaks],
    ["strays", (row) => row.safety.strays],
  ];
  const some = columns.filter(
    ([name, count]) => !/refused|canaries/.test(name) || outcomes.some((row) => count(row)),
  );
  return {
    columns: ["strategy", ...some.map(([name]) => name), "calls per lost attempt"],
    rows: outcomes.map((row) => [
      row.strategy,
      ...some.map(([, count]) => formatWhole(count(row) ?? 0)),
      callsText(row.callsPerLostAttempt),
    ]),
  };
}

/** "1" and "2" where the count is exact; six decimals where it is not, so that it cannot hide. */
function callsText(calls: number | undefined): string {
  if (calls === undefined) return "-";
  return Number.isInteger(calls) ? String(calls) : calls.toFixed(6);
}
