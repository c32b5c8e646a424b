/** Every chart by its id. */

import type { Run } from "../results/schema.ts";
import { type Chart, type ChartId, chartIds } from "./chart.ts";
import { lostCostChart, reservationsChart } from "./chart-actors.ts";
import { disturbanceChart } from "./chart-disturbance.ts";
import { driftChart } from "./chart-drift.ts";
import { percentileChart } from "./chart-percentiles.ts";
import { ratiosChart } from "./chart-ratios.ts";
import type { Digest } from "./digest.ts";
import { type Look, looksOf } from "./strategy-looks.ts";

type Maker = (run: Run, digest: Digest, looks: ReadonlyMap<string, Look>) => Chart;

const makers: Readonly<Record<ChartId, Maker>> = {
  "percentiles-lost": (run, _, looks) => percentileChart(run, looks, "lost"),
  "lost-cost": (_, digest, looks) => lostCostChart(digest, looks),
  reservations: (_, digest, looks) => reservationsChart(digest, looks),
  ratios: (_, digest, looks) => ratiosChart(digest, looks),
  "percentiles-placed": (run, _, looks) => percentileChart(run, looks, "placed"),
  "percentiles-release": (run, _, looks) => percentileChart(run, looks, "release"),
  "percentiles-cleanup": (run, _, looks) => percentileChart(run, looks, "cleanup"),
  drift: (run, _, looks) => driftChart(run, looks),
  disturbance: (run, _, looks) => disturbanceChart(run, looks),
};

/** One chart of the run. */
export function chartOf(id: ChartId, run: Run, digest: Digest): Chart {
  return makers[id](run, digest, looksOf(run));
}

/** Every chart of the run, those without a panel among them. */
export function chartsOf(run: Run, digest: Digest): Chart[] {
  return chartIds.map((id) => chartOf(id, run, digest));
}
