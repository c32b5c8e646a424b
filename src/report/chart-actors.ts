/** What depends on the number of actors: the cost of losing, and reservations per second. */

import { formatCount, formatNs } from "../units.ts";
import { linearAxis, logAxis } from "./axes.ts";
import type { Chart, Mark, Panel } from "./chart.ts";
import { figureText, figureWithInterval, placeName, rangeText, sentenceOf } from "./chart-words.ts";
import type { Digest } from "./digest.ts";
import type { Figure } from "./samples.ts";
import type { Look } from "./strategy-looks.ts";
import type { ScenarioDigest, StrategyRow } from "./tables.ts";
import { plural } from "./wording.ts";

interface Measure {
  readonly id: "lost-cost" | "reservations";
  readonly title: string;
  readonly lead: string;
  readonly reading: string;
  readonly missing: string;
  readonly axes: (values: readonly number[]) => Pick<Panel, "y" | "linearY">;
  readonly figure: (row: StrategyRow) => Figure;
  readonly format: (value: number) => string;
}

const intervals =
  "Each point is the median over forks, its bar the 95 % interval where there are forks enough.";

const lostCost: Measure = {
  id: "lost-cost",
  title: "Cost of a lost attempt by actors",
  lead: "p50 of a lost attempt",
  reading: `${intervals} Lower is better.`,
  missing: "No attempt was lost",
  axes: (values) => ({
    y: logAxis(values, "ns", "p50 of a lost attempt, log scale"),
    linearY: linearAxis(values, "ns", "p50 of a lost attempt, linear scale"),
  }),
  figure: ({ lost }) => lost.p50Ns,
  format: formatNs,
};

const reservations: Measure = {
  id: "reservations",
  title: "Reservations per second by actors",
  lead: "Reservations per second, all actors together",
  reading: `${intervals} Higher is better; kernel-chosen asks for no window and loses none.`,
  missing: "No window was placed",
  axes: (values) => ({ y: linearAxis(values, "count", "reservations per second") }),
  figure: ({ reservationsPerSecond }) => reservationsPerSecond,
  format: formatCount,
};

/** p50 of a lost attempt against the number of actors. */
export function lostCostChart(digest: Digest, looks: ReadonlyMap<string, Look>): Chart {
  return chartOf(lostCost, digest, looks);
}

/** Reservations per second against the number of actors. */
export function reservationsChart(digest: Digest, looks: ReadonlyMap<string, Look>): Chart {
  return chartOf(reservations, digest, looks);
}

interface Entry {
  readonly scenario: string;
  readonly actors: number;
  readonly strategy: string;
  readonly figure: Figure;
  readonly median: number;
}

function chartOf(measure: Measure, digest: Digest, looks: ReadonlyMap<string, Look>): Chart {
  const byScenario = digest.scenarios.map((scenario) => entriesOf(measure, scenario));
  const told = byScenario.filter((entries) => entries.length > 0);
  const all = told.flat();
  // The same for every panel, so that panels can be compared.
  const axes = measure.axes(
    all.flatMap(({ figure, median }) =>
      figure.state === "interval" ? [figure.lo, median, figure.hi] : [median],
    ),
  );
  return {
    id: measure.id,
    title: measure.title,
    alternative: alternativeOf(measure, all, [...looks.keys()]),
    reading: measure.reading,
    lacking: told.length === 0 ? measure.missing : undefined,
    panels: told.map((entries) => panelOf(measure, entries, looks, axes)),
    legend: [...looks].filter(([id]) => all.some((e) => e.strategy === id)).map(([, look]) => look),
    table: {
      columns: ["configuration", "strategy", `${measure.lead}, median [95 % interval]`, "forks"],
      rows: all.map((entry) => [
        placeName(entry),
        entry.strategy,
        figureWithInterval(entry.figure, measure.format),
        String(entry.figure.n),
      ]),
    },
  };
}

/** Where nothing happened nothing is drawn, and a log scale has no place for 0. */
function entriesOf(measure: Measure, { scenario, tables }: ScenarioDigest): Entry[] {
  return tables.flatMap(({ actors, rows }) =>
    rows.flatMap((row) => {
      const figure = measure.figure(row);
      const { median } = figure;
      return median ? [{ scenario, actors, strategy: row.strategy, figure, median }] : [];
    }),
  );
}

function alternativeOf(
  { lead, format }: Measure,
  all: readonly Entry[],
  listed: readonly string[],
): string {
  const strategies = listed.filter((id) => all.some(({ strategy }) => strategy === id));
  const parts = strategies.map((strategy) => {
    const own = all.filter((entry) => entry.strategy === strategy);
    const range = rangeText(
      own.map(({ median }) => median),
      format,
    );
    return `${strategy} ${range} (${plural(own.length, "configuration")})`;
  });
  return parts.length === 0 ? "" : `${lead}: ${sentenceOf(parts)}`;
}

function wordsOf({ format }: Measure) {
  return (entries: readonly Entry[]): string => {
    const strategies = [...new Set(entries.map(({ strategy }) => strategy))];
    const parts = strategies.map((strategy) => {
      const own = entries.filter((entry) => entry.strategy === strategy);
      const points = own.map((e) => `${format(e.median)} with ${plural(e.actors, "actor")}`);
      return `${strategy} ${points.join(", ")}`;
    });
    return `in ${entries[0]?.scenario}, ${parts.join(", ")}`;
  };
}

function panelOf(
  measure: Measure,
  entries: readonly Entry[],
  looks: ReadonlyMap<string, Look>,
  axes: Pick<Panel, "y" | "linearY">,
): Panel {
  const actors = [...new Set(entries.map((entry) => entry.actors))].sort((a, b) => a - b);
  const strategies = [...looks.keys()].filter((id) => entries.some((e) => e.strategy === id));
  return {
    title: entries[0]?.scenario ?? "",
    alternative: sentenceOf([wordsOf(measure)(entries)]),
    x: { kind: "categories", label: "actors", names: actors.map(String) },
    ...axes,
    height: 230,
    marks: strategies.flatMap((strategy, index) => {
      const look = looks.get(strategy);
      const dx = (index - (strategies.length - 1) / 2) * 5;
      const own = entries.filter((entry) => entry.strategy === strategy);
      return look ? marksOf(measure, own, look, dx) : [];
    }),
  };
}

function marksOf(measure: Measure, entries: readonly Entry[], look: Look, dx: number): Mark[] {
  const points = entries.map((entry) => ({
    x: String(entry.actors),
    y: entry.median,
    tip: `${entry.strategy}, ${placeName(entry)}: ${figureText(entry.figure, measure.format)}`,
  }));
  const spans = entries.flatMap(({ actors, figure }) => {
    const x = String(actors);
    return figure.state === "interval"
      ? [{ from: { x, y: figure.lo }, to: { x, y: figure.hi } }]
      : [];
  });
  return [
    { kind: "line", look, points, dx },
    { kind: "spans", look, spans, dx },
    { kind: "dots", look, hollow: false, points, dx },
  ];
}
