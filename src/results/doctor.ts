/**
 * What `noclobber doctor --json` prints: the verdict on the flag, one result for each fact and way
 * of asking, and what of this host changes the answers. One source for the types, the validation
 * and the published JSON Schema (results/doctor.schema.json).
 */

import { z } from "zod";

const count = z.int().nonnegative();

const flagSchema = z.discriminatedUnion("verdict", [
  z.strictObject({ verdict: z.enum(["supported", "ignored", "buggy", "relocating"]) }),
  z.strictObject({ verdict: z.literal("rejected"), errno: z.string() }),
]);

const factHead = {
  row: z.string().describe('"1" to "27" or "pmd-hole"; variants of a row share it'),
  title: z.string(),
  ask: z.string().describe("how it was asked: hint, noreplace, ..."),
  expected: z.array(z.string()).describe("the right answers, any of them"),
  basis: z.string().optional().describe("what the expectation rests on: versions, or the flag"),
};

const answeredFields = {
  ...factHead,
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
  z.strictObject({ state: z.literal(["as expected", "different"]), ...answeredFields }),
  z.strictObject({ state: z.literal("skipped"), ...factHead, reason: z.string() }),
]);

const hostSchema = z.strictObject({
  hostname: z.string(),
  kernelRelease: z.string(),
  kernelVersion: z.string(),
  architecture: z.string(),
  cpuModel: z.string(),
  onlineCpus: z.string().describe("as a list: 0-3,8"),
  allowedCpus: z.array(count),
  pageBytes: count,
  transparentHugePages: z.string(),
  mmapMinAddr: z.string(),
  mayMapLow: z.boolean().describe("CAP_SYS_RAWIO: may map below mmapMinAddr"),
  maxMapCount: z.string(),
  mappings: count.describe("in use by this process"),
  overcommit: z.string(),
  nodeVersion: z.string(),
  procmapQuery: z.string().describe('"works", or the errno of the ioctl'),
  mapsReads: z.strictObject({
    state: z.enum(["lock-free", "take mmap_lock", "cannot be told"]),
    judgedBy: z.string(),
  }),
  executableMemory: z.string().describe('"allowed", or why not'),
  counter: z.string().describe("the cycle counter, or what it lacks"),
  sandbox: z.array(z.string()).describe("what this runs in, as far as it can be told"),
});

export const doctorSchema = z.strictObject({
  schemaVersion: z.literal(1),
  tool: z.strictObject({ name: z.literal("noclobber"), version: z.string() }),
  startedAt: z.iso.datetime(),
  elapsedMs: z.number().nonnegative(),
  flag: flagSchema,
  facts: z.array(factSchema),
  host: hostSchema,
});

export type DoctorReport = z.infer<typeof doctorSchema>;
export type DoctorHost = DoctorReport["host"];
export type FactResult = z.infer<typeof factSchema>;
