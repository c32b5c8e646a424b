/**
 * The gate's policy: what is judged, how sure a verdict must be, and what it costs to be unsure.
 * Every field has a default, so a policy file (gate.json) says only what differs.
 */

import { z } from "zod";

/** The most metrics of one policy: every one more widens the intervals of all. */
const mostMetrics = 6;

/**
 * What can be compared within a fork. A larger time and a smaller rate are both slower; `lost` is
 * a lost attempt whole, its cleanup unmap included.
 */
export const figureIds = [
  "attempts-per-second",
  "reservations-per-second",
  "lost-p50",
  "lost-p90",
  "placed-p50",
  "placed-p90",
  "release-p50",
  "release-p90",
] as const;

export type FigureId = (typeof figureIds)[number];

/** The word that stands for the one contender of a side, where the sides have different ones. */
export const contender = "contender";

const metricSchema = z
  .strictObject({
    scenario: z.string(),
    actors: z.int().positive().max(64),
    figure: z.enum(figureIds),
    strategy: z.string().describe(`a strategy's id, or "${contender}": the one that a side has`),
    against: z.string().describe("the strategy that it is divided by, in the same fork"),
    againstFigure: z
      .enum(figureIds)
      .optional()
      .describe("where the other strategy has no such figure; of the same kind, time or rate"),
  })
  .describe("a ratio of two strategies' figures, taken within each fork");

const percent = z.number().positive().max(1000);

/** A policy as a file has it; `parse` fills in what is left out. */
export const policySchema = z.strictObject({
  $schema: z.string().optional(),
  metrics: z
    .array(metricSchema)
    .min(1)
    .max(mostMetrics)
    .optional()
    .describe("left out: the default family, which README.md lists"),
  slowerPercent: percent
    .default(5)
    .describe("regressed: the whole interval of the slowdown is above this"),
  toleratedPercent: percent
    .default(10)
    .describe("no regression: the whole interval of the slowdown is below this"),
  pairs: z.int().min(10).max(100).default(20).describe("of forks, or forks a side"),
  extendTo: z
    .int()
    .max(200)
    .nullable()
    .default(40)
    .describe("pairs in all after the one extension that an unclear answer gets; null: none"),
  rounds: z.int().positive().max(1000).default(10).describe("turns of every strategy in a fork"),
  blockMs: z.int().positive().max(1000).default(4).describe("of one turn"),
  mostDroppedShare: z
    .number()
    .min(0)
    .max(0.5)
    .default(0.2)
    .describe("of the pairs, that may be lost to a crash or a hang before it is an error"),
  onInconclusive: z.enum(["fail", "pass"]).default("fail").describe("exit code 3, or 0"),
});

export type Policy = z.infer<typeof policySchema>;
export type Metric = z.infer<typeof metricSchema>;
