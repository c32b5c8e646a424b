/**
 * A chart of a sweep: one panel a scenario or load, one series a strategy or way, and the swept
 * setting along x. What is drawn, and of which figures, is for sweep-charts.ts to say.
 */

import type { SweepAxis } from "../results/sweep-schema.ts";
import type { Axis } from "./axes.ts";
import type { Chart, Mark, Panel, Point, SweepChartId } from "./chart.ts";
import { figureText, figureWithInterval, sentenceOf } from "./chart-words.ts";
import type { Figure } from "./samples.ts";
import type { Look } from "./strategy-looks.ts";
import { axisNames, valueText, valueWords } from "./sweep-words.ts";

/** One point: a series at a value. */
export interface SweepEntry {
  readonly series: string;
  readonly value: number;
  /** Where it stands on the axis, above 0. */
  readonly x: number;
  readonly figure: Figure;
  readonly median: number;
  /** The ends of its interval, where it has one that can be drawn. */
  readonly span: readonly number[] | undefined;
}

/** A line that is not drawn from point to point: as far as it was measured, and beyond. */
export interface Curve {
  readonly series: string;
  readonly measured: readonly Point[];
  readonly beyond: readonly Point[];
}

export interface SweepPanel {
  readonly title: string;
  /** Behind what is shown: "in spread", "by 1 actor". */
  readonly where: string;
  readonly entries: readonly SweepEntry[];
  readonly curves: readonly Curve[];
}

export interface SweepPlan {
  readonly id: SweepChartId;
  readonly title: string;
  readonly lead: string;
  readonly reading: string;
  readonly missing: string;
  readonly format: (value: number) => string;
  readonly panels: readonly SweepPanel[];
  readonly looks: ReadonlyMap<string, Look>;
  /** The same for every panel, so that panels can be compared. */
  readonly x: Axis;
  readonly y: (values: readonly number[]) => Pick<Panel, "y" | "linearY">;
}

/** Panels without an entry are not drawn. */
export function sweepChart(axis: SweepAxis, plan: SweepPlan): Chart {
  const panels = plan.panels.filter(({ entries }) => entries.length > 0);
  const all = panels.flatMap(({ entries }) => entries);
  const y = plan.y([
    ...all.flatMap(({ median, span = [] }) => [median, ...span]),
    ...panels.flatMap(({ curves }) =>
      curves.flatMap(({ measured, beyond }) => [...measured, ...beyond].map((p) => Number(p.y))),
    ),
  ]);
  return {
    id: plan.id,
    title: plan.title,
    alternative: alternativeOf(axis, plan, panels),
    reading: plan.reading,
    lacking: panels.length === 0 ? plan.missing : undefined,
    panels: panels.map((panel) => panelOf(axis, plan, panel, y)),
    legend: [...plan.looks]
      .filter(([series]) => all.some((entry) => entry.series === series))
      .map(([, look]) => look),
    table: {
      columns: ["where", "series", axisNames[axis], `${plan.lead}, median [95 %]`, "forks"],
      rows: panels.flatMap(({ title, entries }) =>
        entries.map((entry) => [
          title,
          entry.series,
          valueText(axis, entry.value),
          figureWithInterval(entry.figure, plan.format),
          String(entry.figure.n),
        ]),
      ),
    },
  };
}

/** What each series does from its first value to its last. */
function alternativeOf(axis: SweepAxis, plan: SweepPlan, panels: readonly SweepPanel[]): string {
  const parts = panels.map(({ where, entries }, place) => {
    const series = seriesIn(plan, entries).map((name) => {
      const own = entries.filter((entry) => entry.series === name);
      const [first, last] = [own[0] as SweepEntry, own.at(-1) as SweepEntry];
      const to =
        last === first ? "" : ` to ${plan.format(last.median)} at ${valueText(axis, last.value)}`;
      const from = `${plan.format(first.median)} at ${valueWords(axis, first.value)}`;
      return `${name} ${from}${to}`;
    });
    return `${place === 0 ? `${plan.lead} ` : ""}${where}: ${series.join(", ")}`;
  });
  return sentenceOf(parts);
}

function seriesIn({ looks }: SweepPlan, entries: readonly SweepEntry[]): string[] {
  return [...looks.keys()].filter((name) => entries.some(({ series }) => series === name));
}

function panelOf(
  axis: SweepAxis,
  plan: SweepPlan,
  { title, entries, curves }: SweepPanel,
  y: Pick<Panel, "y" | "linearY">,
): Panel {
  const names = seriesIn(plan, entries);
  const parts = names.map((name) => {
    const own = entries.filter(({ series }) => series === name);
    const points = own.map((e) => `${plan.format(e.median)} at ${valueText(axis, e.value)}`);
    return `${name} ${points.join(", ")}`;
  });
  return {
    title,
    alternative: sentenceOf([`By ${axisNames[axis]}: ${parts.join("; ")}`]),
    x: plan.x,
    ...y,
    height: 230,
    marks: names.flatMap((name, index) => {
      const look = plan.looks.get(name);
      const dx = (index - (names.length - 1) / 2) * 5;
      const own = entries.filter(({ series }) => series === name);
      const curve = curves.find(({ series }) => series === name);
      return look ? marksOf(axis, plan, own, curve, look, dx) : [];
    }),
  };
}

function marksOf(
  axis: SweepAxis,
  { format }: SweepPlan,
  entries: readonly SweepEntry[],
  curve: Curve | undefined,
  look: Look,
  dx: number,
): Mark[] {
  const points = entries.map(({ series, value, x, figure, median }) => ({
    ...{ x, y: median },
    tip: `${series}, ${valueWords(axis, value)}: ${figureText(figure, format)}`,
  }));
  const spans = entries.flatMap(({ x, span: [lo, hi] = [] }) =>
    lo === undefined || hi === undefined ? [] : [{ from: { x, y: lo }, to: { x, y: hi } }],
  );
  const dotted: Look = { ...look, dash: "1.5 5" };
  const lines: Mark[] = curve
    ? [
        { kind: "line", look, points: curve.measured, dx },
        ...(curve.beyond.length === 0
          ? []
          : [{ kind: "line" as const, look: dotted, points: curve.beyond, dx }]),
      ]
    : [{ kind: "line", look, points, dx }];
  return [
    ...lines,
    { kind: "spans", look, spans, dx },
    { kind: "dots", look, hollow: false, points, dx },
  ];
}
