/**
 * The comparisons of the terminal report: one row a configuration, every ratio with its interval.
 */

import type { Digest } from "./digest.ts";
import { type Paint, printable } from "./prose.ts";
import type { RatioRow } from "./ratios.ts";
import { compared } from "./roles.ts";
import type { Figure } from "./samples.ts";
import { type Column, layOutTable, titledRule } from "./text-table.ts";
import { formatFigure, formatRatio, plural, usualForks } from "./wording.ts";

/** The ratios to the control give way first, then the p99, which varies most. */
export function ratioLines(digest: Digest, width: number, paint: Paint): string[] {
  const { ratios } = digest;
  if (ratios.length === 0) return [];
  const forks = usualForks(figuresOf(ratios).flatMap(({ n }) => (n > 0 ? [n] : [])));
  const ratio = (figure: Figure) => ratioCell(figure, forks);
  const digits = Math.max(...ratios.map(({ actors }) => String(actors).length));
  const columns: Column<RatioRow>[] = [
    {
      group: "actors",
      label: "  scenario",
      align: "left",
      text: ({ actors, scenario }) => `${String(actors).padEnd(digits)} ${printable(scenario)}`,
    },
    { group: favour, label: "lost p50", wideGap: true, text: (row) => ratio(row.lostP50) },
    {
      group: favour,
      label: "lost p99",
      wideGap: true,
      givesWay: 2,
      text: (row) => ratio(row.lostP99),
    },
    { group: favour, label: "reserv./s", wideGap: true, text: (row) => ratio(row.reservations) },
    ...controlColumns(ratios, ratio),
  ];
  const table = layOutTable(columns, ratios, width);
  const title = `ratios within a fork: ${whatIsShown(figuresOf(ratios), forks)}`;
  return [...table.header, ...titledRule(title, table, width, paint), ...table.body];
}

const favour = `above 1 speaks for ${compared.after}`;

function figuresOf(ratios: readonly RatioRow[]): Figure[] {
  return ratios.flatMap(({ lostP50, lostP99, reservations, toControl }) => [
    ...[lostP50, lostP99, reservations],
    ...toControl.map((entry) => entry.reservations),
  ]);
}

/** A ratio with its interval; marked where it does not rest on the forks that most rest on. */
export function ratioCell(figure: Figure, forks: number, format = formatRatio): string {
  const text = formatFigure(figure, format);
  return figure.n === 0 || figure.n === forks ? text : `${text} n=${figure.n}`;
}

/** "median [95 % interval] over 12 forks", or why there is no interval. */
export function whatIsShown(figures: readonly Figure[], forks: number): string {
  const interval = figures.some(({ state }) => state === "interval");
  return interval
    ? `median [95 % interval] over ${plural(forks, "fork")}`
    : `median over ${plural(forks, "fork")}, too few for an interval`;
}

function controlColumns(
  ratios: readonly RatioRow[],
  ratio: (figure: Figure) => string,
): Column<RatioRow>[] {
  const strategies = new Set(ratios.flatMap((row) => row.toControl.map((c) => c.strategy)));
  return [...strategies].map((strategy) => ({
    group: "reserv./s to kernel-chosen's",
    label: printable(strategy),
    wideGap: true,
    givesWay: 1,
    text: ({ toControl }) => {
      const found = toControl.find((entry) => entry.strategy === strategy);
      return found ? ratio(found.reservations) : "-";
    },
  }));
}
