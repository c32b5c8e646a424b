/** Lines of a history made up for tests. Only tests import it. */

import { type HistoryLine, historyLineSchema } from "./history.ts";

/** Of the day of that number in 2026, counted from 0; parsed, so it is what a file holds. */
export function sampleLine(day: number, changes: Partial<HistoryLine> = {}): HistoryLine {
  return historyLineSchema.parse({
    schemaVersion: 1,
    at: new Date(Date.UTC(2026, 0, 1 + day, 9, 30)).toISOString(),
    fingerprint: "5c5f4ee1ea0b",
    commit: `c${String(day).padStart(11, "0")}`,
    comparison: "unpaired",
    verdict: "no-regression",
    baselineAt: "2026-01-15T09:30:00Z",
    run: `results/gate-${day}/gate.json`,
    metrics: [sampleMetric("lost p50", 1)],
    ...changes,
  });
}

export function sampleMetric(
  name: string,
  candidate: number | null,
  changes: Partial<HistoryLine["metrics"][number]> = {},
): HistoryLine["metrics"][number] {
  const slowdown = { estimate: 0.004, lo: -0.021, hi: 0.034 };
  return { name, candidate, baseline: 1, slowdown, verdict: "no-regression", ...changes };
}
