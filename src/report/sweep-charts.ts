/**
 * The charts of a sweep: what losing costs, how many reservations are had, and what a search costs,
 * against the swept setting. Where mappings are swept they stand along x with the fork's own, which
 * are there at 0 others, too.
 */

import { predict } from "../stats/scalability.ts";
import { formatCount, formatNs } from "../units.ts";
import { type Axis, linearAxis, logAxis, type Tick } from "./axes.ts";
import { type Chart, type SweepChartId, sweepChartIds } from "./chart.ts";
import {
  type Curve,
  type SweepEntry,
  type SweepPanel,
  type SweepPlan,
  sweepChart,
} from "./chart-sweep.ts";
import { type Figure, isPlausible } from "./samples.ts";
import { looksFor, looksForWays } from "./strategy-looks.ts";
import type { SweepDigest } from "./sweep-digest.ts";
import type { RaceMeasure, RaceTable } from "./sweep-races.ts";
import type { Scaling } from "./sweep-scaling.ts";
import { axisNames, axisSubjects, valueText } from "./sweep-words.ts";
import { sweptAxis } from "./swept-axis.ts";

const plans: Readonly<Record<SweepChartId, (digest: SweepDigest) => SweepPlan>> = {
  "sweep-lost": lostPlan,
  "sweep-reservations": reservationsPlan,
  "sweep-search": searchPlan,
};

/** One chart of the sweep. */
export function sweepChartOf(id: SweepChartId, digest: SweepDigest): Chart {
  return sweepChart(digest.axis, plans[id](digest));
}

/** Every chart, those without a panel among them. */
export function sweepChartsOf(digest: SweepDigest): Chart[] {
  return sweepChartIds.map((id) => sweepChartOf(id, digest));
}

const intervals =
  "Each point is the median over forks, its bar the 95 % interval where there are forks enough.";

function lostPlan(digest: SweepDigest): SweepPlan {
  const panels = racePanels(digest, ["lost-occupied", "lost-spread"]);
  const lead = "p50 of a lost attempt";
  return {
    id: "sweep-lost",
    title: `Cost of a lost attempt by ${axisSubjects[digest.axis]}`,
    lead,
    reading: `${intervals} Lower is better.`,
    missing: "No attempt was lost",
    format: formatNs,
    panels,
    looks: raceLooks(digest),
    x: xAxisOf(digest, panels),
    y: (values) => ({
      y: logAxis(values, "ns", `${lead}, log scale`),
      linearY: linearAxis(values, "ns", `${lead}, linear scale`),
    }),
  };
}

function reservationsPlan(digest: SweepDigest): SweepPlan {
  const curves = digest.scaling.flatMap(curveOf);
  const panels = racePanels(digest, ["reservations"]).map((panel) => ({ ...panel, curves }));
  const law =
    curves.length === 0
      ? ""
      : " Lines are the fitted Universal Scalability Law, dotted where they are a guess beyond " +
        "what was measured" +
        (curves.length < digest.scaling.length
          ? "; a strategy without a fit has its points joined."
          : ".");
  return {
    id: "sweep-reservations",
    title: `Reservations per second by ${axisSubjects[digest.axis]}`,
    lead: "Reservations per second of all actors",
    reading:
      `${intervals} Higher is better; kernel-chosen asks for no window and loses ` + `none.${law}`,
    missing: "No window was placed",
    format: formatCount,
    panels,
    looks: raceLooks(digest),
    x: xAxisOf(digest, panels),
    y: (values) => ({ y: linearAxis(values, "count", "reservations per second") }),
  };
}

function searchPlan(digest: SweepDigest): SweepPlan {
  const { searches } = digest;
  const loads = [...new Set(searches.map(({ load }) => load))];
  const panels = loads.map((load): SweepPanel => {
    const own = searches.filter((series) => series.load === load);
    const entries = own.flatMap(({ way, rows }) =>
      rows.flatMap(({ value, mappings, figures }) =>
        entryOf(digest, way, value, mappings, figures.searchP50Ns),
      ),
    );
    return { title: `searches by ${load}`, where: `by ${load}`, entries, curves: [] };
  });
  return {
    id: "sweep-search",
    title: `Cost of a search by ${axisSubjects[digest.axis]}`,
    lead: "p50 of a search",
    reading: `${intervals} Lower is better.`,
    missing: "Nothing was searched for",
    format: formatNs,
    panels,
    looks: looksForWays(searches.map(({ way }) => way)),
    x: xAxisOf(digest, panels),
    y: (values) => ({
      y: logAxis(values, "ns", "p50 of a search, log scale"),
      linearY: linearAxis(values, "ns", "p50 of a search, linear scale"),
    }),
  };
}

function raceLooks({ races }: SweepDigest) {
  return looksFor(races.flatMap(({ strategies }) => strategies));
}

function racePanels(digest: SweepDigest, ids: readonly RaceMeasure["id"][]): SweepPanel[] {
  const tables = digest.races.filter(({ measure }) => ids.includes(measure.id));
  return tables.map((table) => ({
    title: table.place,
    where: `in ${table.place}`,
    entries: table.strategies.flatMap((strategy) => entriesOf(digest, table, strategy)),
    curves: [],
  }));
}

function entriesOf(digest: SweepDigest, { rows }: RaceTable, strategy: string): SweepEntry[] {
  return rows.flatMap(({ value, mappings, cells }) => {
    const found = cells.get(strategy);
    return found ? entryOf(digest, strategy, value, mappings, found.figure) : [];
  });
}

/** Where nothing happened nothing is drawn, and a log scale has no place for 0. */
function entryOf(
  { axis }: SweepDigest,
  series: string,
  value: number,
  mappings: Figure,
  figure: Figure,
): SweepEntry[] {
  const x = axis === "vmas" ? (mappings.median ?? 0) : value;
  const { median = 0 } = figure;
  const ends = figure.state === "interval" ? [figure.lo, figure.hi] : [];
  const span = ends.length > 0 && ends.every(isPlausible) ? ends : undefined;
  return isPlausible(median) && x > 0 ? [{ series, value, x, figure, median, span }] : [];
}

function xAxisOf({ axis }: SweepDigest, panels: readonly SweepPanel[]): Axis {
  const entries = panels.flatMap((panel) => panel.entries);
  if (axis === "vmas") {
    const places = entries.map(({ x }) => x);
    return logAxis(places, "count", "mappings in the address space, log scale");
  }
  const values = [...new Set(entries.map(({ value }) => value))];
  const ticks = values.map((at): Tick => ({ at, text: valueText(axis, at) }));
  const beyond = panels.flatMap(({ curves }) => curves.flatMap((curve) => curve.beyond));
  const label = `${axisNames[axis]}, log scale`;
  return sweptAxis(ticks, label, Math.max(0, ...beyond.map(({ x }) => Number(x))));
}

/** Doublings beyond the highest number of actors that are drawn; text and tables go farther. */
const doublingsBeyond = 1.5;
/** Of a curve, for each doubling. */
const pointsADoubling = 8;

function curveOf({ strategy, points, fit, extrapolated }: Scaling): Curve[] {
  if (fit.state !== "fitted") return [];
  const actors = points.map((point) => point.actors);
  const [low, high] = [Math.min(...actors), Math.max(...actors)];
  const at = (from: number, doublings: number) => {
    const steps = Math.max(1, Math.ceil(doublings * pointsADoubling));
    return Array.from({ length: steps + 1 }, (_, step) => {
      const x = from * 2 ** ((doublings * step) / steps);
      return { x, y: predict(fit, x) };
    });
  };
  return [
    {
      series: strategy,
      measured: at(low, Math.log2(high / low)),
      beyond: extrapolated.length > 0 ? at(high, doublingsBeyond) : [],
    },
  ];
}
