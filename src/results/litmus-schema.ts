/**
 * The result file of a litmus run: per scenario and strategy, what was declared, what was seen in
 * which manner, and the evidence where a law did not hold.
 */

import { z } from "zod";
import { flagVerdictSchema, hostSchema, toolSchema, warningSchema } from "./schema.ts";

export const litmusSchemaVersion = 1;

const count = z.int().nonnegative();

const sliceSchema = z
  .strictObject({
    fork: count,
    seed: count,
    delays: z.boolean().describe("seeded delays between the steps widened the race"),
    packed: z.boolean().describe("all actors on one CPU, not spread over the allowed ones"),
    attempts: count.describe("attempts of the race, or steps of the script"),
    outcomes: z.record(z.string(), count),
    violations: z.array(z.string()).describe("laws that did not hold, and mappings left behind"),
    evidence: z.array(z.string()).describe("last calls and maps, where something was forbidden"),
  })
  .describe("one scenario under one strategy, once, in one manner");

const cellSchema = z.strictObject({
  scenario: z.string(),
  strategy: z.string().describe("a strategy's id, or the way a script does it"),
  role: z.enum(["contender", "negative-control"]),
  watched: z
    .enum(["always", "with-delays"])
    .describe("when an owner's claim stands long enough for most clobbers to be seen"),
  declared: z.array(
    z.strictObject({
      id: z.string(),
      expectation: z.enum(["acceptable", "interesting", "forbidden"]),
      meaning: z.string(),
      outOf: z
        .array(z.string())
        .optional()
        .describe("outcomes that its frequency is among; without it, all attempts"),
    }),
  ),
  skipped: z.string().optional().describe("why it cannot run on this machine"),
  slices: z.array(sliceSchema),
});

const lostForkSchema = z.strictObject({ index: count, status: z.string(), error: z.string() });

export const litmusRunSchema = z.strictObject({
  litmusSchemaVersion: z.literal(litmusSchemaVersion),
  tool: toolSchema,
  command: z.array(z.string()),
  startedAt: z.iso.datetime(),
  elapsedMs: z.number().nonnegative(),
  status: z.enum(["running", "complete", "interrupted"]),
  seed: count,
  timeSeconds: z.number().positive(),
  forks: count.describe("fresh processes that ran every scenario"),
  pretendOldKernel: z.boolean(),
  flagVerdict: flagVerdictSchema,
  host: hostSchema,
  cells: z.array(cellSchema),
  lostForks: z.array(lostForkSchema),
  warnings: z.array(warningSchema),
});

export type LitmusRun = z.infer<typeof litmusRunSchema>;
export type LitmusCell = z.infer<typeof cellSchema>;
export type LitmusSlice = z.infer<typeof sliceSchema>;
