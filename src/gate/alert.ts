/** Whether a baseline has an open alert: a regression that a new baseline would hide. Pure. */

import type { HistoryLine } from "../results/history.ts";

/**
 * The newest conclusive line of this machine against this baseline, where it says "regressed" or
 * "violated". Exact laws that hold alone conclude nothing about a baseline.
 *
 * @param history the oldest first
 * @param baselineAt when the baseline's run began
 */
export function openAlert(
  history: readonly HistoryLine[],
  fingerprint: string,
  baselineAt: string,
): HistoryLine | undefined {
  const newest = history.findLast(
    (line) =>
      line.fingerprint === fingerprint &&
      line.baselineAt === baselineAt &&
      line.verdict !== "inconclusive" &&
      line.verdict !== "held",
  );
  return newest?.verdict === "regressed" || newest?.verdict === "violated" ? newest : undefined;
}
