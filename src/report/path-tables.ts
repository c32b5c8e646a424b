/**
 * The tables of a path run in the terminal: what each way costs and changes, where a reservation's
 * time goes, what it takes in attempts and searches, and what carving costs.
 */

import { formatCount, formatNs } from "../units.ts";
import {
  cell,
  formatTimes,
  groundWords,
  safetyCell,
  staleCell,
  staleWords,
  timeCell,
  todayRatio,
} from "./path-cells.ts";
import type { PathDigest } from "./path-digest.ts";
import { carvingRows, type ProfileDigest, type WayRow } from "./path-rows.ts";
import { labelled, type Paint, printable, wrap } from "./prose.ts";
import type { Figure } from "./samples.ts";
import { ratioCell, whatIsShown } from "./terminal-ratios.ts";
import { type Column, layOutGroups, leftOutWords } from "./text-table.ts";
import { formatRoughBytes, formatShare, formatWhole, usualForks } from "./wording.ts";

interface Place {
  readonly width: number;
  readonly paint: Paint;
}

const wayColumn = (forks: number): Column<WayRow> => ({
  label: "way",
  align: "left",
  text: (row) => `${printable(row.way)}${row.forks === forks ? "" : ` (n=${row.forks})`}`,
});

/** What this user does today, what another way costs, what that changes, and whether it is safe. */
export function costLines({ profiles }: PathDigest, place: Place): string[] {
  const shown = profilesWith(profiles, ({ carvesOnly }) => !carvesOnly);
  const forks = usualForksOf(shown);
  const ratios = shown.flatMap(({ rows }) =>
    rows.flatMap(({ toToday }) => (toToday ? Object.values(toToday) : [])),
  );
  const usual = usualForks(ratios.flatMap(({ n }) => (n > 0 ? [n] : [])));
  const ratio = (row: WayRow, name: keyof NonNullable<WayRow["toToday"]>) =>
    todayRatio(row, name, (figure) => ratioCell(figure, usual, formatTimes));
  const group = "times today's";
  const columns: Column<WayRow>[] = [
    wayColumn(forks),
    column("reserv.", "p50", timeCell("reservationP50Ns"), { wideGap: true }),
    column("reserv.", "p99", timeCell("reservationP99Ns"), {
      ...{ givesWay: 1, name: "reservation p99" },
    }),
    column("system", "calls", cell("calls", formatCount), {
      ...{ wideGap: true, givesWay: 3, name: "system calls per reservation" },
    }),
    column(group, "p50", (row) => ratio(row, "reservationP50Ns"), { wideGap: true }),
    column(group, "p99", (row) => ratio(row, "reservationP99Ns"), {
      ...{ wideGap: true, givesWay: 4, name: "reservation p99 to today's" },
    }),
    column(group, "calls", (row) => ratio(row, "calls"), {
      ...{ wideGap: true, givesWay: 2, name: "system calls to today's" },
    }),
    column("", "safe", safetyCell, { wideGap: true }),
  ];
  const shownAs = `${whatIsShown(ratios, usual)}${countWords(ratios, usual)}`;
  const told = `Ratios to what the program does today are taken within a fork: ${shownAs}. `;
  const legend =
    (usual > 0 ? told : "") +
    "Times and calls are of a reservation; calls count release and carving, too. Safe: yes is a " +
    "sound way that was seen to do no harm; else how often it was, in brackets; any " +
    "address: sound, but its place may be outside the range, which is no answer to what the " +
    "program asks.";
  return grouped(columns, shown, place, legend, (profile) => ({
    title: titleOf(profile),
    preface: groundLines(profile, place),
  }));
}

/** Where a reservation's time goes. */
export function timeLines({ profiles }: PathDigest, place: Place): string[] {
  const shown = profilesWith(profiles, ({ figures }) => figures.searchShare.n > 0);
  const ratios = shown.flatMap(({ rows }) => rows.flatMap((row) => row.toToday?.lostP50Ns ?? []));
  const usual = usualForks(ratios.flatMap(({ n }) => (n > 0 ? [n] : [])));
  const group = "of a reservation's time";
  const columns: Column<WayRow>[] = [
    wayColumn(usualForksOf(shown)),
    column(group, "search", cell("searchShare", formatShare), { wideGap: true }),
    column(group, "losing", cell("losingShare", formatShare)),
    column(group, "winning", cell("winningShare", formatShare)),
    column(group, "other", cell("otherShare", formatShare), { givesWay: 2 }),
    column("in system", "calls", cell("kernelShare", formatShare), {
      ...{ wideGap: true, givesWay: 1, name: "share in system calls" },
    }),
    column("search", "p50", cell("searchP50Ns", formatNs), {
      ...{ wideGap: true, givesWay: 5, name: "search p50" },
    }),
    column("search", "parsing", cell("parseShare", formatShare), {
      ...{ givesWay: 3, name: "parsing, part of search" },
    }),
    column("lost", "p50", cell("lostP50Ns", formatNs), { wideGap: true }),
    column(
      "lost",
      "times today's",
      (row) => todayRatio(row, "lostP50Ns", (figure) => ratioCell(figure, usual, formatTimes)),
      {
        ...{ wideGap: true, givesWay: 4, name: "lost p50 to today's" },
      },
    ),
  ];
  const legend =
    "Shares of the mean. Search: every one, those after a loss as well; losing: lost attempts " +
    "whole; winning: the mmap that got the place; other: the retry rule, a lock, trimming, and " +
    "what runs between two calls here. Parsing: what of a search is in no system call" +
    `${countWords(ratios, usual)}.`;
  return grouped(columns, shown, place, legend, ({ name }) => ({ title: printable(name) }));
}

/** What a reservation takes, counted exactly. */
export function countLines({ profiles }: PathDigest, place: Place): string[] {
  const shown = profilesWith(profiles, ({ carvesOnly }) => !carvesOnly);
  const group = "per reservation";
  const columns: Column<WayRow>[] = [
    wayColumn(usualForksOf(shown)),
    column(group, "attempts", cell("attempts", formatCount), { wideGap: true }),
    column(group, "searches", cell("searches", formatCount)),
    column(group, "wasted", cell("wastedBytes", formatRoughBytes), { givesWay: 3 }),
    column("stale", "share", staleCell, { wideGap: true }),
    column("stale", "searched for", ({ fresh }) => (fresh > 0 ? formatWhole(fresh) : "-"), {
      ...{ givesWay: 1, name: "attempts at a searched place" },
    }),
    column("given", "up", cell("givenUpShare", formatShare), {
      ...{ wideGap: true, givesWay: 4, name: "given up" },
    }),
    column("reserv.", "/s", cell("reservationsPerSecond", formatCount), {
      ...{ wideGap: true, givesWay: 2, name: "reservations/s" },
    }),
  ];
  const legend = `Wasted: mapped elsewhere and unmapped again. Stale: ${staleWords}.`;
  return grouped(columns, shown, place, legend, ({ name }) => ({ title: printable(name) }));
}

/** What commits and frees inside a reservation cost. */
export function carveLines({ profiles }: PathDigest, place: Place): string[] {
  const shown = profiles
    .map((profile) => ({ ...profile, rows: carvingRows(profile) }))
    .filter(({ rows }) => rows.length > 0);
  const columns: Column<WayRow>[] = [
    wayColumn(usualForksOf(shown)),
    column("commit", "calls", ({ commits }) => formatWhole(commits), {
      ...{ wideGap: true, givesWay: 1, name: "commits" },
    }),
    column("commit", "p50", cell("commitP50Ns", formatNs)),
    column("commit", "p99", cell("commitP99Ns", formatNs)),
    column("free", "calls", ({ frees }) => formatWhole(frees), {
      ...{ wideGap: true, givesWay: 1, name: "frees" },
    }),
    column("free", "p50", cell("freeP50Ns", formatNs)),
    column("free", "p99", cell("freeP99Ns", formatNs)),
    column("", "safe", safetyCell, { wideGap: true, givesWay: 2 }),
  ];
  const legend =
    "Calls inside a reservation. Where ways differ in how they reserve, they carve alike, and " +
    "the first stands for all. What others can take in between: noclobber litmus --scenario carve.";
  return grouped(columns, shown, place, legend, ({ name }) => ({
    title: `${printable(name)}: commit and free`,
  }));
}

function column(
  group: string,
  label: string,
  text: (row: WayRow) => string,
  more: Partial<Column<WayRow>> = {},
): Column<WayRow> {
  return { ...(group === "" ? {} : { group }), label, text, ...more };
}

/** Profiles with the rows that are wanted; none that has no such row. */
function profilesWith(
  profiles: readonly ProfileDigest[],
  wanted: (row: WayRow) => boolean,
): ProfileDigest[] {
  return profiles
    .map((profile) => ({ ...profile, rows: profile.rows.filter(wanted) }))
    .filter(({ rows }) => rows.length > 0);
}

function usualForksOf(profiles: readonly ProfileDigest[]): number {
  return usualForks(profiles.flatMap(({ rows }) => rows.map(({ forks }) => forks)));
}

/** Nothing where there is no row. */
function grouped(
  columns: readonly Column<WayRow>[],
  profiles: readonly ProfileDigest[],
  place: Place,
  legend: string,
  headOf: (profile: ProfileDigest) => { readonly title: string; readonly preface?: string[] },
): string[] {
  if (profiles.length === 0) return [];
  const groups = profiles.map((profile) => ({ ...headOf(profile), rows: profile.rows }));
  const { lines, leftOut } = layOutGroups(columns, groups, place, () => false);
  const below = wrap(`${legend}${leftOutWords(leftOut)}`, place.width);
  return [...lines, ...below.map((line) => place.paint("dim", line))];
}

function titleOf({ name, profile, load, mappings }: ProfileDigest): string {
  const meaning = profile.summary === "" ? "" : `: ${profile.summary}`;
  const maps =
    mappings.median === undefined ? "" : `, ${formatWhole(Math.round(mappings.median))} mappings`;
  return `${name}${meaning} (${load}${maps})`;
}

/** What it asks for, and how. */
function groundLines({ profile, rows }: ProfileDigest, { width, paint }: Place): string[] {
  const today = rows.find(({ isToday }) => isToday)?.summary ?? "";
  const how = today === "" ? "" : `today: ${today}`;
  const text = [groundWords(profile), how].filter((each) => each !== "");
  if (text.length === 0) return [];
  return labelled("", text.join("; "), width, 3).map((line) => paint("dim", line));
}

/** What "n=5" in a cell says, where one has it. */
function countWords(ratios: readonly Figure[], usual: number): string {
  const isOdd = ratios.some(({ n }) => n > 0 && n !== usual);
  return isOdd ? "; n= beside a ratio: the forks that had both, where they are others" : "";
}
