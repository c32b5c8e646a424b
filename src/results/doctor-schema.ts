/**
 * What `noclobber doctor --json` prints: the verdict on the flag, one result for each fact and way
 * of asking, and what of this host changes the answers. One source for the types, the validation
 * and the published JSON Schema (results/doctor.schema.json).
 */

import { z } from "zod";
import { hostSchema, toolSchema } from "./schema.ts";

export const doctorSchemaVersion = 1;

const count = z.int().nonnegative();

const flagSchema = z
  .discriminatedUnion("verdict", [
    z.strictObject({ verdict: z.enum(["supported", "ignored", "buggy", "relocating"]) }),
    z.strictObject({ verdict: z.literal("rejected"), errno: z.string() }),
  ])
  .describe("what the running kernel makes of MAP_FIXED_NOREPLACE, found by asking it");

const question = {
  row: z.string().describe('"1" to "27" or "pmd-hole"; variants of a row share it'),
  title: z.string(),
  ask: z.string().describe("how it was asked: hint, noreplace, ..."),
  expected: z.array(z.string()).describe("the right answers, any of them"),
  basis: z.string().optional().describe("what they rest on: versions, privilege, the flag"),
};

const answer = {
  answer: z.string().describe("exact, elsewhere, ..., or the errno's name"),
  at: z
    .string()
    .regex(/^0x[0-9a-f]+$/)
    .optional()
    .describe("where the mapping came to be"),
  occupants: z.enum(["none", "intact", "destroyed"]).describe("their bytes, read back"),
  findings: z.array(z.string()).describe("what differs; empty where all is as expected"),
};

const factSchema = z.discriminatedUnion("state", [
  z.strictObject({ state: z.literal("as expected"), ...question, ...answer }),
  z.strictObject({
    state: z.literal("different"),
    ...question,
    ...answer,
    harm: z.boolean().describe("an occupant was destroyed that had to survive"),
  }),
  z.strictObject({ state: z.literal("skipped"), ...question, reason: z.string() }),
]);

const surroundingsSchema = z
  .strictObject({
    mappings: count.describe("of this process, of maxMapCount"),
    mayMapLow: z.boolean().describe("CAP_SYS_RAWIO: may map below mmapMinAddr"),
    procmapQuery: z.boolean().describe("the ioctl on /proc/self/maps was tried, and works"),
    mapsReads: z.strictObject({
      state: z.enum(["lock-free", "take mmap_lock", "cannot be told"]),
      judgedBy: z.string(),
    }),
    executableMemory: z.string().describe('"allowed", or why not; tried'),
    counter: z.string().describe("the cycle counter, or what it lacks"),
    layers: z
      .array(z.string())
      .describe("recorder, emulator, sandbox, container, machine, as far as they can be told"),
  })
  .describe("what changes the answers, beside the host's facts");

export const doctorSchema = z.strictObject({
  doctorSchemaVersion: z.literal(doctorSchemaVersion),
  tool: toolSchema,
  startedAt: z.iso.datetime(),
  elapsedMs: z.number().nonnegative(),
  flag: flagSchema,
  facts: z.array(factSchema),
  host: hostSchema,
  surroundings: surroundingsSchema,
});

export type DoctorReport = z.infer<typeof doctorSchema>;
export type FactResult = z.infer<typeof factSchema>;
export type Surroundings = z.infer<typeof surroundingsSchema>;
