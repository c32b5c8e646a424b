/**
 * The scenario tables of the terminal report: their columns, the order in which these give way on
 * a narrow terminal, and a titled rule for each scenario.
 */

import { formatCount, formatNs } from "../units.ts";
import type { Digest } from "./digest.ts";
import { type Paint, printable, wrap } from "./prose.ts";
import type { Figure } from "./samples.ts";
import type { ScenarioDigest, StrategyRow } from "./tables.ts";
import { type Column, layOutGroups, leftOutWords } from "./text-table.ts";
import { formatShare, plural, usualForks } from "./wording.ts";

/** A row with its first cell, which also says what the table around it is. */
interface NamedRow extends StrategyRow {
  readonly name: string;
}

/** What a reader can derive or spare gives way first. */
const columns: readonly Column<NamedRow>[] = [
  { group: "actors", label: "  strategy", align: "left", text: ({ name }) => name },
  {
    label: "conflicts",
    wideGap: true,
    givesWay: 7,
    text: ({ conflicts: { median } }) => (median === undefined ? "-" : formatShare(median)),
  },
  { group: "reserv./s", label: "all", wideGap: true, text: (r) => rate(r.reservationsPerSecond) },
  {
    group: "reserv./s",
    label: "each",
    name: "reservations/s of each actor",
    givesWay: 1,
    text: (r) => rate(r.reservationsPerSecondPerActor),
  },
  {
    group: "calls/",
    label: "placed",
    name: "system calls per placed window",
    wideGap: true,
    givesWay: 4,
    text: (r) => rate(r.callsPerReservation),
  },
  { group: "placed", label: "p50", wideGap: true, text: (r) => latency(r.placed.p50Ns) },
  {
    group: "placed",
    label: "p99",
    name: "placed p99",
    givesWay: 3,
    text: (r) => latency(r.placed.p99Ns),
  },
  { group: "lost", label: "p50", wideGap: true, text: (r) => latency(r.lost.p50Ns) },
  { group: "lost", label: "p99", text: (r) => latency(r.lost.p99Ns) },
  {
    group: "lost",
    label: "p99.9",
    name: "lost p99.9",
    givesWay: 6,
    text: (r) => latency(r.lost.p999Ns),
  },
  {
    group: "lost",
    label: "max",
    name: "lost max",
    givesWay: 5,
    text: ({ lost }) => (lost.maxNs === undefined ? "-" : formatNs(lost.maxNs)),
  },
  {
    group: "release",
    label: "p50",
    name: "release p50",
    wideGap: true,
    givesWay: 2,
    text: (r) => latency(r.release.p50Ns),
  },
];

function latency({ median }: Figure): string {
  return median === undefined ? "-" : formatNs(median);
}

function rate({ median }: Figure): string {
  return median === undefined ? "-" : formatCount(median);
}

/** All scenarios under one header, so that figures stand under each other down the page. */
export function scenarioLines(digest: Digest, width: number, paint: Paint): string[] {
  const { scenarios } = digest;
  if (scenarios.length === 0) return [];
  const tables = scenarios.flatMap((scenario) => scenario.tables);
  const forks = usualForks(tables.flatMap((table) => table.rows.map((row) => row.forks)));
  const digits = Math.max(...tables.map(({ actors }) => String(actors).length));
  const groups = scenarios.map((scenario) => ({
    title: titleOf(scenario),
    rows: namedRows(scenario, forks, digits),
  }));
  const place = { width, paint };
  const { lines, leftOut } = layOutGroups(columns, groups, place, isNoContender);
  const legend =
    "Medians over forks, max over all calls; latencies are closed-loop service times, probe " +
    `floor included.${leftOutWords(leftOut)}`;
  return [...lines, ...wrap(legend, width).map((line) => paint("dim", line))];
}

function isNoContender({ role }: NamedRow): boolean {
  return role !== "contender";
}

function titleOf(scenario: ScenarioDigest): string {
  const holds = [...new Set(scenario.tables.map(({ hold }) => hold))];
  const held = holds.some((hold) => hold > 0) ? `, hold ${holds.join(", ")}` : "";
  const meaning = scenario.summary === "" ? "" : `: ${scenario.summary}`;
  return `${scenario.scenario}${meaning} (${plural(scenario.windows, "window")}${held})`;
}

/** The number of actors stands before the first of its rows, a number of forks where some lack. */
function namedRows(scenario: ScenarioDigest, forks: number, digits: number): NamedRow[] {
  return scenario.tables.flatMap((table) =>
    table.rows.map((row, index) => {
      const actors = index === 0 ? String(table.actors) : "";
      const some = row.forks === forks ? "" : ` (n=${row.forks})`;
      return { ...row, name: `${actors.padEnd(digits)} ${printable(row.strategy)}${some}` };
    }),
  );
}
