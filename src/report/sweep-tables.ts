/**
 * The tables of a sweep in the terminal: races with a column a strategy, the fitted law with a row
 * a strategy, searches with a row a value. Values go down, so that growth is read down a column.
 */

import { formatNs } from "../units.ts";
import { cell } from "./path-cells.ts";
import { type Paint, printable, wrap } from "./prose.ts";
import { compared, roleOf } from "./roles.ts";
import {
  beyondText,
  lawText,
  mappingsText,
  peakText,
  raceTitle,
  residualText,
  rmsText,
  searchTitle,
  shownWords,
  staleText,
} from "./sweep-cells.ts";
import type { SweepDigest } from "./sweep-digest.ts";
import { byListing, type RaceRow, type RaceTable } from "./sweep-races.ts";
import { extrapolatedActors, hasCurve, lackingSentences, type Scaling } from "./sweep-scaling.ts";
import type { SearchRow } from "./sweep-searches.ts";
import { axisNames, shortInterval, valueText } from "./sweep-words.ts";
import { type Column, layOutGroups, layOutTable, leftOutWords, titledRule } from "./text-table.ts";
import { formatRatio, formatShare, usualForks } from "./wording.ts";

export interface Place {
  readonly width: number;
  readonly paint: Paint;
}

interface NamedRow extends RaceRow {
  readonly name: string;
  readonly measure: RaceTable["measure"];
}

/** One group a measure. The control gives way first, the ratio of the two compared never. */
export function raceLines({ axis, races }: SweepDigest, place: Place): string[] {
  if (races.length === 0) return [];
  const usual = usualForks(races.flatMap(({ rows }) => rows.map(({ forks }) => forks)));
  const strategies = [...new Set(races.flatMap((table) => table.strategies))];
  const columns: Column<NamedRow>[] = [
    { label: axisNames[axis], align: "left", text: ({ name }) => name },
    ...strategies.sort(byListing).map(
      (strategy): Column<NamedRow> => ({
        label: printable(strategy),
        wideGap: true,
        ...givingWay(strategy),
        text: ({ cells, measure }) => {
          const found = cells.get(strategy);
          return found ? shortInterval(found.figure, measure.format) : "-";
        },
      }),
    ),
    {
      group: "ratio, above 1 speaks",
      label: `for ${compared.after}`,
      name: "ratios within a fork",
      wideGap: true,
      text: ({ ratio }) => shortInterval(ratio.figure, formatRatio),
    },
  ];
  const groups = races.map((table) => ({
    title: raceTitle(table, races),
    rows: table.rows.map((row): NamedRow => {
      const some = row.forks === usual ? "" : ` (n=${row.forks})`;
      return { ...row, name: `${valueText(axis, row.value)}${some}`, measure: table.measure };
    }),
  }));
  const figures = races.flatMap(({ rows }) =>
    rows.flatMap(({ cells }) => [...cells.values()].map(({ figure }) => figure)),
  );
  const { lines, leftOut } = layOutGroups(columns, groups, place, () => false);
  const legend =
    `${shownWords(figures, usual)}; ratios are taken within a fork. ` +
    "Latencies are closed-loop service times, probe floor included." +
    leftOutWords(leftOut);
  return [...lines, ...dimmed(legend, place)];
}

function givingWay(strategy: string): Pick<Column<NamedRow>, "givesWay"> {
  if (strategy === compared.before) return { givesWay: 3 };
  if (strategy === compared.after) return { givesWay: 4 };
  return { givesWay: roleOf(strategy) === "control" ? 1 : 2 };
}

/** The law of every strategy, its residuals, and its guesses; why there is none, elsewhere. */
export function scalingLines({ scaling, scalingWarning }: SweepDigest, place: Place): string[] {
  const { width, paint } = place;
  return [
    ...(hasCurve(scaling) ? curveLines(scaling, place) : []),
    ...lackingSentences(scaling).flatMap((sentence) => wrap(`${sentence}.`, width, 2)),
    ...(scalingWarning === undefined
      ? []
      : wrap(`! ${scalingWarning}`, width, 2).map((line) => paint("yellow", line))),
  ];
}

function curveLines(scaling: readonly Scaling[], { width, paint }: Place): string[] {
  const actors = [...new Set(scaling.flatMap(({ points }) => points.map((p) => p.actors)))];
  const beyond = extrapolatedActors.filter((each) =>
    scaling.some((row) => beyondText(row, each) !== "-"),
  );
  const columns: Column<Scaling>[] = [
    { label: "strategy", align: "left", text: ({ strategy }) => printable(strategy) },
    column("one", "actor", (row) => lawText(row, "lambda")),
    column("", "sigma", (row) => lawText(row, "sigma")),
    column("", "kappa", (row) => lawText(row, "kappa")),
    column("highest at", "actors", peakText),
    ...actors
      .sort((a, b) => a - b)
      .map((each) => ({
        ...column("residual in %, at actors", String(each), (row: Scaling) =>
          residualText(row, each),
        ),
        ...{ givesWay: 1, name: `residual at ${each}` },
      })),
    column("", "rms", rmsText),
    ...beyond.map((each) => ({
      ...column("EXTRAPOLATED", String(each), (row: Scaling) => beyondText(row, each)),
      ...{ givesWay: 2, name: `extrapolation to ${each}` },
    })),
  ];
  const table = layOutTable(columns, scaling, width);
  const title =
    "reservations/s(n) = lambda n / (1 + sigma (n - 1) + kappa n (n - 1)), fitted to the medians";
  const legend =
    "The Universal Scalability Law: lambda is one actor's rate, sigma contention, kappa what " +
    `each pair of actors costs; residuals are measured / fitted - 1.${leftOutWords(table.leftOut)}`;
  return [
    ...table.header,
    ...titledRule(title, table, width, paint),
    ...table.body,
    ...dimmed(legend, { width, paint }),
  ];
}

interface NamedSearch extends SearchRow {
  readonly name: string;
}

/** One group a way and load. */
export function searchLines({ axis, searches }: SweepDigest, place: Place): string[] {
  if (searches.length === 0) return [];
  const usual = usualForks(searches.flatMap(({ rows }) => rows.map(({ forks }) => forks)));
  const interval = (name: keyof SearchRow["figures"]) => (row: NamedSearch) =>
    shortInterval(row.figures[name], formatNs);
  const columns: Column<NamedSearch>[] = [
    { label: axisNames[axis], align: "left", text: ({ name }) => name },
    { ...column("", "mappings", mappingsText), givesWay: 1, name: "mappings" },
    column("search", "p50", interval("searchP50Ns")),
    {
      ...column("search", "in calls", cell("searchKernelP50Ns", formatNs)),
      ...{ givesWay: 4, name: "the part of a search in system calls" },
    },
    {
      ...column("search", "parsing", cell("parseShare", formatShare)),
      ...{ givesWay: 3, name: "parsing, part of search" },
    },
    { ...column("reservation", "p50", interval("reservationP50Ns")), givesWay: 5 },
    { ...column("", "stale", staleText), givesWay: 2, name: "stale" },
  ];
  const groups = searches.map((series) => ({
    title: searchTitle(series),
    rows: series.rows.map((row): NamedSearch => {
      const some = row.forks === usual ? "" : ` (n=${row.forks})`;
      return { ...row, name: `${valueText(axis, row.value)}${some}` };
    }),
  }));
  const figures = searches.flatMap(({ rows }) => rows.map((row) => row.figures.searchP50Ns));
  const { lines, leftOut } = layOutGroups(columns, groups, place, () => false);
  const legend =
    `${shownWords(figures, usual)}. In calls: p50 of the part in system calls; ` +
    "parsing: the mean share outside them. Stale: of the attempts at a place just searched " +
    `for, those that came too late.${leftOutWords(leftOut)}`;
  return [...lines, ...dimmed(legend, place)];
}

function column<Row>(group: string, label: string, text: (row: Row) => string): Column<Row> {
  return { ...(group === "" ? {} : { group }), label, wideGap: true, text };
}

function dimmed(text: string, { width, paint }: Place): string[] {
  return wrap(text, width).map((line) => paint("dim", line));
}
