/**
 * The result file of a sweep: one setting takes several values, each in forks of its own, which
 * take turns. Per fork, the trials of a race at that value, and what searching costs there.
 */

import { z } from "zod";
import { caseSchema, profileSchema } from "./path-schema.ts";
import {
  flagVerdictSchema,
  forkSchema,
  hostSchema,
  optionsSchema,
  probeSchema,
  toolSchema,
  warningSchema,
} from "./schema.ts";

export const sweepSchemaVersion = 1;

/** What can be swept; the word of the option. */
export const sweepAxes = ["actors", "vmas", "windows", "size"] as const;

export type SweepAxis = (typeof sweepAxes)[number];

const count = z.int().nonnegative();

const sweepForkSchema = forkSchema
  .extend({
    value: count.describe("of the swept setting, in this fork: a number, or bytes of a window"),
    searches: z.array(caseSchema).describe("searching beside the race, at the same value"),
  })
  .describe("a fresh process at one value");

export const sweepRunSchema = z.strictObject({
  sweepSchemaVersion: z.literal(sweepSchemaVersion),
  tool: toolSchema,
  command: z.array(z.string()),
  startedAt: z.iso.datetime(),
  elapsedMs: z.number().nonnegative(),
  status: z.enum(["running", "complete", "interrupted"]),
  axis: z.enum(sweepAxes),
  values: z.array(count).describe("ascending"),
  plannedForks: count.describe("of all values, if all went to their end"),
  options: optionsSchema.describe("as they are where the axis does not say otherwise"),
  flagVerdict: flagVerdictSchema,
  host: hostSchema,
  probe: probeSchema,
  profiles: z.array(profileSchema).describe("how was searched, as in a path result"),
  forks: z.array(sweepForkSchema),
  warnings: z.array(warningSchema),
});

export type SweepRun = z.infer<typeof sweepRunSchema>;
export type SweepFork = z.infer<typeof sweepForkSchema>;
