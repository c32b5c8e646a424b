/**
 * What a gate says: one verdict, the exact laws, and every declared metric with its interval. This
 * is the gate's digest and its file at once; every output is a rendering of it, so that no two can
 * disagree.
 */

import { z } from "zod";
import { policySchema } from "./policy-schema.ts";
import { hostSchema, toolSchema } from "./schema.ts";

export const gateSchemaVersion = 1;

const count = z.int().nonnegative();

/**
 * `held`: the exact laws hold, and nothing else was asked. The others from good to bad; `violated`
 * stands above all.
 */
export const verdictSchema = z.enum([
  "held",
  "improved",
  "no-regression",
  "inconclusive",
  "regressed",
  "violated",
]);

const changeSchema = z
  .discriminatedUnion("state", [
    z.strictObject({
      state: z.literal("interval"),
      estimate: z.number(),
      lo: z.number(),
      hi: z.number(),
      coverage: z.number().describe("of this interval alone, by the exact distribution"),
      n: count.describe("pairs, or forks of the smaller side"),
    }),
    z.strictObject({
      state: z.literal("too-few"),
      estimate: z.number().nullable(),
      n: count,
      needed: count,
    }),
  ])
  .describe("the slowdown as a fraction: 0.05 is 5 % slower, negative is faster");

const sideValuesSchema = z.strictObject({
  median: z.number().nullable().describe("over forks; null where no fork has it"),
  values: z
    .array(z.number().nullable())
    .describe("one a pair (paired) or a fork; null where the fork has none"),
});

const comparedSchema = z.strictObject({
  name: z.string(),
  baseline: sideValuesSchema,
  candidate: sideValuesSchema,
  slowdown: changeSchema,
});

export const gateSchema = z.strictObject({
  schemaVersion: z.literal(gateSchemaVersion),
  kind: z.literal("gate"),
  tool: toolSchema,
  command: z.array(z.string()),
  startedAt: z.iso.datetime(),
  elapsedMs: z.number().nonnegative(),
  verdict: verdictSchema,
  sentence: z.string().describe("the headline: the verdict and what it rests on"),
  exitCode: z.union([z.literal(0), z.literal(1), z.literal(3)]),
  comparison: z
    .enum(["paired", "unpaired", "exact"])
    .describe("adjacent forks; two files; or the exact laws alone"),
  policy: policySchema,
  sides: z
    .array(
      z.strictObject({
        role: z.enum(["baseline", "candidate", "baseline-again"]),
        run: z.string().describe("the result file with the raw data"),
        command: z.array(z.string()),
        tool: toolSchema,
        startedAt: z.iso.datetime(),
        host: hostSchema,
        fingerprint: z.string(),
        forks: count.describe("complete"),
      }),
    )
    .describe("the baseline-again is the baseline's twin in a paired comparison"),
  differences: z
    .array(z.strictObject({ fact: z.string(), baseline: z.string(), candidate: z.string() }))
    .describe("what is not the same on both sides beside what is compared"),
  laws: z
    .array(
      z.strictObject({
        law: z.string(),
        checked: count.describe("places where it was looked at"),
        broken: z.array(z.string()).describe("one sentence each, at most a few"),
        brokenCount: count,
      }),
    )
    .describe("tier 0: one that is broken fails"),
  pairs: z
    .strictObject({
      measured: count,
      dropped: z.array(z.strictObject({ pair: count, side: z.string(), reason: z.string() })),
      extended: z.boolean(),
      confidence: z.number().describe("of each metric's interval, so that all hold together"),
    })
    .nullable()
    .describe("null where nothing was compared; unpaired: forks of the smaller side"),
  metrics: z
    .array(
      comparedSchema.extend({
        verdict: verdictSchema.exclude(["held", "violated"]),
        reason: z.string().describe("the verdict in words, with what is missing"),
        environment: changeSchema
          .nullable()
          .describe("the baseline's twin against the baseline: what the machine did"),
      }),
    )
    .describe("tier 1: declared before, judged"),
  shown: z.array(comparedSchema).describe("tier 2: shown at 95 %, each alone; never judged"),
  notes: z.array(z.string()),
});

export type Gate = z.infer<typeof gateSchema>;
export type Verdict = z.infer<typeof verdictSchema>;
export type Change = z.infer<typeof changeSchema>;
export type JudgedMetric = Gate["metrics"][number];
export type ComparedMetric = Gate["shown"][number];
export type LawResult = Gate["laws"][number];
