/**
 * What `noclobber advise --json` prints: what was asked for, one recommendation, and the figures
 * that it rests on, each of which stands in the run's own file. One source for the types, the
 * validation and the published JSON Schema (results/advice.schema.json).
 */

import { z } from "zod";
import { flagVerdictSchema, toolSchema } from "./schema.ts";

export const adviceSchemaVersion = 1;

const count = z.int().nonnegative();
const hex = z.string().regex(/^0x[0-9a-f]+$/);

const requestSchema = z
  .strictObject({
    bytes: count,
    alignBytes: count,
    low: hex,
    high: hex.describe("the range's end, itself not in it"),
    anywhere: z
      .boolean()
      .describe(
        "no range was named: no address is better than another, low-high is where it was measured",
      ),
    threads: count,
    hold: count.describe("reservations that a thread keeps while it makes one more"),
    minKernel: z
      .string()
      .regex(/^\d+\.\d+$/)
      .describe("the oldest kernel that the program must run on"),
    prot: z.enum(["none", "rw"]),
    tries: count.describe("attempts after which a reservation is given up"),
    stepBytes: count.describe("distance of two places for rules that step"),
  })
  .describe("what a program wants, complete: defaults are filled in");

const evidenceSchema = z
  .strictObject({
    figure: z.enum([
      "reservation-p50",
      "reservation-p99",
      "lost-p50",
      "calls",
      "given-up",
      "reservations",
      "harm",
      "refused-hints",
    ]),
    way: z.string().describe("as in the run's file; of a refused hint, the case"),
    to: z.string().optional().describe("the way that it is divided by, within each fork"),
    unit: z.enum(["ns", "ratio", "per reservation", "share", "count"]),
    value: z.number().describe("median over forks; a count is a sum"),
    interval: z
      .strictObject({ lo: z.number(), hi: z.number() })
      .optional()
      .describe("95 %, of the median; absent with too few forks, and of counts"),
    forks: count,
  })
  .describe("a figure that can be had again from the run's file");

const reasonSchema = z.strictObject({ text: z.string(), evidence: z.array(evidenceSchema) });

const rejectedSchema = z.strictObject({
  way: z.string(),
  why: z
    .enum(["unsafe", "unavailable", "gives up", "slower", "tie", "undecided"])
    .describe("tie: as fast as can be told, and not as simple; undecided: too few forks to tell"),
  ...reasonSchema.shape,
});

export const recommendationSchema = z.strictObject({
  sentence: z.string(),
  way: z.string().nullable().describe("that was measured; null: none was that can be taken"),
  kind: z
    .enum(["race", "reserve-once", "over-reserve"])
    .describe("how it is used: each place raced for, one arena for all, or any address trimmed"),
  strategy: z.string(),
  search: z.string(),
  retry: z.string(),
  fallback: z.strictObject({ needed: z.boolean(), why: z.string() }),
  flags: z.array(z.string()).describe("of mmap"),
  checks: z.array(z.strictObject({ result: z.string(), means: z.string() })),
  snippet: z.string().describe("C11 for Linux; compiles as it stands"),
  caveats: z.array(z.strictObject({ topic: z.string(), text: z.string() })),
  reasons: z.array(reasonSchema),
  rejected: z.array(rejectedSchema),
  inconclusive: z
    .strictObject({ why: z.string(), remedy: z.string() })
    .optional()
    .describe("why the run does not bear the recommendation out"),
});

export const adviceSchema = z.strictObject({
  adviceSchemaVersion: z.literal(adviceSchemaVersion),
  tool: toolSchema,
  command: z.array(z.string()).describe("what to type to run it again"),
  request: requestSchema,
  measured: z.strictObject({
    runFile: z.string().nullable().describe("null: it could not be written"),
    startedAt: z.iso.datetime(),
    status: z.enum(["running", "complete", "interrupted"]),
    forks: count.describe("that figures rest on"),
    kernelRelease: z.string(),
    transparentHugePages: z.string(),
    pageBytes: count,
    flagVerdict: flagVerdictSchema,
  }),
  recommendation: recommendationSchema,
});

export type Advice = z.infer<typeof adviceSchema>;
export type AdviceRequest = z.infer<typeof requestSchema>;
export type Recommendation = z.infer<typeof recommendationSchema>;
export type Evidence = z.infer<typeof evidenceSchema>;
export type Reason = z.infer<typeof reasonSchema>;
export type Rejected = z.infer<typeof rejectedSchema>;
