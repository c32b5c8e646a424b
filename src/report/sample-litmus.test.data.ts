/** Litmus runs made up for tests: cells with the outcomes that a test wants. */

import { type LitmusCell, type LitmusRun, litmusRunSchema } from "../results/litmus-schema.ts";
import { sampleRun } from "./sample-run.test.data.ts";

export const declaredOutcomes: LitmusCell["declared"] = [
  { id: "owner", expectation: "acceptable", meaning: "placed" },
  { id: "clobbered", expectation: "forbidden", meaning: "replaced" },
];

export const controlOutcomes: LitmusCell["declared"] = [
  { id: "owner", expectation: "acceptable", meaning: "placed" },
  { id: "clobbered", expectation: "interesting", meaning: "replaced" },
];

/** Two slices, of two forks, with these outcomes in each. */
export function sampleCell(
  outcomes: Record<string, number>,
  more: Partial<LitmusCell> = {},
): LitmusCell {
  const attempts = Object.values(outcomes).reduce((sum, count) => sum + count, 0);
  return {
    scenario: "duel",
    strategy: "fixed-noreplace",
    role: "contender",
    watched: "always",
    declared: declaredOutcomes,
    slices: [0, 1].map((fork) => ({
      fork,
      seed: 1,
      delays: fork === 1,
      packed: false,
      attempts,
      outcomes,
      violations: [],
      evidence: [],
    })),
    ...more,
  };
}

/** The negative control, seen to clobber. */
export const seenControl = sampleCell(
  { owner: 90, clobbered: 10 },
  { strategy: "fixed", role: "negative-control", declared: controlOutcomes },
);

/** A complete run of these cells; parsed, so it is what a file holds. */
export function sampleLitmus(cells: LitmusCell[], more: Partial<LitmusRun> = {}): LitmusRun {
  const { tool, host } = sampleRun({ forks: 0 });
  return litmusRunSchema.parse({
    litmusSchemaVersion: 1,
    tool,
    command: ["noclobber", "litmus", "--seed", "1"],
    startedAt: "2026-11-25T12:00:00.000Z",
    elapsedMs: 1000,
    status: "complete",
    seed: 1,
    timeSeconds: 20,
    forks: 2,
    pretendOldKernel: false,
    flagVerdict: "supported",
    host,
    cells,
    lostForks: [],
    warnings: [],
    ...more,
  });
}
