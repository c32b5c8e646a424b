/**
 * A path run as Markdown, to be pasted into a changelog or a comment: the claims first, then what
 * each profile's ways cost and change, whether it was safe, and the rest folded away. Whatever the
 * file holds, it fits a comment: each list has a share of the bytes.
 */

import { formatCount, formatNs } from "../units.ts";
import { claimBlocks, doubts, particulars } from "./markdown.ts";
import { folded, item, prose, rowOf, table, within } from "./markdown-text.ts";
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
import { formatFigure, formatRoughBytes, formatShare, formatWhole } from "./wording.ts";

/** GitHub takes 65,536 characters in a comment. What is in no list has 14 kB at most. */
const shareBytes = {
  costs: 12_000,
  time: 7_000,
  counts: 7_000,
  carving: 4_000,
  safety: 4_000,
  bites: 2_000,
  profiles: 4_000,
} as const;

interface PlacedRow extends WayRow {
  readonly profile: string;
}

type Column = readonly [label: string, text: (row: PlacedRow) => string];

/** Less than 60,000 bytes; ends with a newline. */
export function renderPathMarkdown(digest: PathDigest): string {
  const placed = (rowsOf: (profile: ProfileDigest) => readonly WayRow[]) =>
    digest.profiles.flatMap((profile) =>
      rowsOf(profile).map((row): PlacedRow => ({ ...row, profile: profile.name })),
    );
  const rows = placed((profile) => profile.rows);
  const reserving = rows.filter(({ carvesOnly }) => !carvesOnly);
  const timed = rows.filter(({ figures }) => figures.searchShare.n > 0);
  const blocks = [
    ["### noclobber: profiles"],
    ...claimBlocks(digest.headline),
    doubts(digest),
    figureTable(costColumns, reserving, shareBytes.costs),
    reserving.length > 0 ? [caption] : [],
    safetyItems(digest),
    biteItems(digest),
    folded(
      "Where a reservation's time goes: shares of the mean",
      figureTable(timeColumns, timed, shareBytes.time),
    ),
    folded("Attempts, searches and waste of a reservation", [
      ...figureTable(countColumns, reserving, shareBytes.counts),
      ...(reserving.length > 0 ? ["", `Stale: ${staleWords}.`] : []),
    ]),
    folded("Carving", figureTable(carveColumns, placed(carvingRows), shareBytes.carving)),
    folded("The profiles", profileItems(digest)),
    folded("What was measured, and how", particulars(digest)),
  ];
  const text = blocks.map((lines) => lines.join("\n")).filter((block) => block !== "");
  return `${text.join("\n\n")}\n`;
}

const caption =
  "Of a reservation, medians over forks; ratios to today's way are taken within forks, 95 % " +
  "interval. Below 1 is less than today. Any address: sound, but its place may be outside the " +
  "range, which is no answer to what the program asks.";

const costColumns: readonly Column[] = [
  ["p50", timeCell("reservationP50Ns")],
  ["p99", timeCell("reservationP99Ns")],
  ["system calls", cell("calls", formatCount)],
  ["p50, times today's", ratio("reservationP50Ns")],
  ["p99, times today's", ratio("reservationP99Ns")],
  ["calls, times today's", ratio("calls")],
  ["safe", safetyCell],
];

const timeColumns: readonly Column[] = [
  ["search", cell("searchShare", formatShare)],
  ["losing", cell("losingShare", formatShare)],
  ["winning", cell("winningShare", formatShare)],
  ["other", cell("otherShare", formatShare)],
  ["in system calls", cell("kernelShare", formatShare)],
  ["search p50", cell("searchP50Ns", formatNs)],
  ["parsing of a search", cell("parseShare", formatShare)],
  ["lost p50", cell("lostP50Ns", formatNs)],
  ["lost p50, times today's", ratio("lostP50Ns")],
];

const countColumns: readonly Column[] = [
  ["attempts", cell("attempts", formatCount)],
  ["searches", cell("searches", formatCount)],
  ["wasted", cell("wastedBytes", formatRoughBytes)],
  ["stale", staleCell],
  ["of attempts", ({ fresh }) => (fresh > 0 ? formatWhole(fresh) : "-")],
  ["given up", cell("givenUpShare", formatShare)],
  ["reservations/s", cell("reservationsPerSecond", formatCount)],
];

const carveColumns: readonly Column[] = [
  ["commits", ({ commits }) => formatCount(commits)],
  ["commit p50", cell("commitP50Ns", formatNs)],
  ["commit p99", cell("commitP99Ns", formatNs)],
  ["frees", ({ frees }) => formatCount(frees)],
  ["free p50", cell("freeP50Ns", formatNs)],
  ["free p99", cell("freeP99Ns", formatNs)],
];

function figureTable(
  columns: readonly Column[],
  rows: readonly PlacedRow[],
  mostBytes: number,
): string[] {
  const header = [
    rowOf(["profile", "way", ...columns.map(([label]) => label), "n"]),
    rowOf([":--", ":--", ...columns.map(() => "--:"), "--:"]),
  ];
  const lineOf = (row: PlacedRow) =>
    rowOf([
      ...[prose(row.profile), prose(row.way)],
      ...[...columns.map(([, text]) => text(row)), formatWhole(row.forks)],
    ]);
  return table(header, rows, lineOf, mostBytes);
}

function ratio(name: keyof NonNullable<WayRow["toToday"]>): (row: PlacedRow) => string {
  return (row) => todayRatio(row, name, (figure) => formatFigure(figure, formatTimes));
}

function safetyItems({ safety }: PathDigest): string[] {
  const { state, sentence, others } = safety;
  const label = { clean: "safe", broken: "UNSAFE", "no-attempts": "safety" }[state];
  const items = [
    { label, text: `${sentence}.` },
    ...others.map((other) => ({
      label: other.sound.toLowerCase(),
      text: `${other.sentence}.`,
    })),
  ];
  return within(shareBytes.safety, items, item);
}

function biteItems({ bites }: PathDigest): string[] {
  const items = bites.map(({ sentence }) => ({ label: "bite", text: `${sentence}.` }));
  return within(shareBytes.bites, items, item);
}

/** What each asks for, and where that was read; what was made smaller, and what cannot run. */
function profileItems({ profiles, scaled, skipped }: PathDigest): string[] {
  const items = [
    ...profiles.map(({ name, profile, load }) => ({
      label: name,
      text: [profile.summary, load, groundWords(profile), profile.source]
        .filter((text) => text !== "")
        .join("; "),
    })),
    ...scaled.map((text) => ({ label: "scaled", text })),
    ...skipped.map((text) => ({ label: "skipped", text })),
  ];
  return within(shareBytes.profiles, items, item);
}
