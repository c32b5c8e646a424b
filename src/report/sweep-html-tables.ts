/** The tables of a sweep's page: races, the fitted law, and searches, a row a value. */

import { formatNs } from "../units.ts";
import { figureWithInterval } from "./chart-words.ts";
import { paragraph, tableMarkup } from "./html-markup.ts";
import { cell } from "./path-cells.ts";
import { compared } from "./roles.ts";
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
import { extrapolatedActors } from "./sweep-scaling.ts";
import { axisNames, shortInterval, valueText } from "./sweep-words.ts";
import { formatRatio, formatShare, formatWhole, usualForks } from "./wording.ts";

/** One table a measure. */
export function raceTables({ axis, races }: SweepDigest): string[] {
  if (races.length === 0) return [paragraph("No fork has finished a race.", "lacking")];
  const rows = races.flatMap((table) => table.rows);
  const figures = rows.flatMap(({ cells }) => [...cells.values()].map(({ figure }) => figure));
  const note =
    `${shownWords(figures, usualForks(rows.map(({ forks }) => forks)))}. Ratios are taken within ` +
    "a fork. Latencies are closed-loop service times, probe floor included.";
  return [
    paragraph(note, "reading"),
    ...races.map((table) => {
      const { measure, strategies, rows: own } = table;
      const ratio = measure.ratio === undefined ? [] : [`ratio, above 1 for ${compared.after}`];
      const columns = [axisNames[axis], ...strategies, ...ratio, "forks"];
      const cells = own.map((row) => [
        valueText(axis, row.value),
        ...strategies.map((strategy) => {
          const found = row.cells.get(strategy);
          return found ? shortInterval(found.figure, measure.format) : "-";
        }),
        ...ratio.map(() => figureWithInterval(row.ratio.figure, formatRatio)),
        formatWhole(row.forks),
      ]);
      return tableMarkup({ columns, rows: cells }, raceTitle(table, races));
    }),
  ];
}

/** The law of every strategy, what it misses, and its guesses. */
export function scalingTable({ scaling }: SweepDigest): string {
  const all = scaling.flatMap(({ points }) => points.map(({ actors }) => actors));
  const counts = [...new Set(all)].sort((a, b) => a - b);
  const columns = [
    ...["strategy", "one actor (lambda)", "contention (sigma)", "pairs (kappa)", "highest at"],
    ...counts.map((count) => `residual at ${count}, %`),
    ...["rms", ...extrapolatedActors.map((count) => `extrapolated to ${count}`)],
  ];
  const rows = scaling.map((row) => [
    row.strategy,
    ...[lawText(row, "lambda"), lawText(row, "sigma"), lawText(row, "kappa"), peakText(row)],
    ...counts.map((count) => residualText(row, count)),
    ...[rmsText(row), ...extrapolatedActors.map((count) => beyondText(row, count))],
  ]);
  return tableMarkup(
    { columns, rows },
    "The Universal Scalability Law fitted to the medians: reservations/s(n) = lambda n / " +
      "(1 + sigma (n - 1) + kappa n (n - 1)); residuals are measured / fitted - 1",
  );
}

/** One table a way and load. */
export function searchTables({ axis, searches }: SweepDigest): string[] {
  if (searches.length === 0) return [];
  const columns = [
    ...[axisNames[axis], "mappings", "search p50", "in system calls", "parsing"],
    ...["reservation p50", "stale", "forks"],
  ];
  const note =
    "In system calls: p50 of that part of a search; parsing: the mean share outside them. Stale: " +
    "of the attempts at a place just searched for, those that came too late.";
  const inCalls = cell("searchKernelP50Ns", formatNs);
  const parsing = cell("parseShare", formatShare);
  return [
    paragraph(note, "reading"),
    ...searches.map((series) => {
      const rows = series.rows.map((row) => [
        ...[valueText(axis, row.value), mappingsText(row)],
        ...[shortInterval(row.figures.searchP50Ns, formatNs), inCalls(row), parsing(row)],
        shortInterval(row.figures.reservationP50Ns, formatNs),
        ...[staleText(row), formatWhole(row.forks)],
      ]);
      return tableMarkup({ columns, rows }, searchTitle(series));
    }),
  ];
}
