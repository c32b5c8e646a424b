/**
 * The result file of what measures the whole path of a reservation: search, attempts, retries,
 * carving. Per fork, profile and way: counts of everything, and a histogram of every timed class.
 */

import { z } from "zod";
import { pathClasses } from "../model.ts";
import {
  calibrationSchema,
  distributionSchema,
  flagVerdictSchema,
  hostSchema,
  probeSchema,
  toolSchema,
  warningSchema,
} from "./schema.ts";

export const pathSchemaVersion = 1;

const count = z.int().nonnegative();
const hex = z.string().regex(/^0x[0-9a-f]+$/);

const countsSchema = z
  .strictObject({
    reservations: count.describe("begun and brought to their end"),
    givenUp: count.describe("of these, without a place"),
    searches: count,
    attempts: count.describe("mmap calls for one place"),
    placed: count,
    rejected: count,
    misplaced: count,
    kept: count.describe("of the misplaced, those that lay inside the range and were accepted"),
    failed: count,
    stale: count.describe("lost attempts at a place that this very attempt had searched for"),
    fresh: count.describe("attempts at such a place: what stale is a part of"),
    cleanups: count,
    releases: count,
    commits: count,
    frees: count,
    // Sums of whole pages, exact far beyond what a count may be.
    wastedBytes: z.number().nonnegative().describe("mapped elsewhere and unmapped again"),
    reservedBytes: z.number().nonnegative().describe("of all placed pieces"),
  })
  .describe("of measured blocks; exact");

const safetySchema = z.strictObject({
  doubleOwners: count.describe("places that had a living owner when they were taken"),
  clobbers: count.describe("owners who found that their place was somebody else's"),
  leaks: count.describe("mappings made, and neither given back nor held when all had stopped"),
});

const armSchema = z
  .strictObject({
    way: z.string(),
    wallNs: z
      .number()
      .nonnegative()
      .describe("of its blocks, from the barrier to the end of the last step, summed"),
    counts: countsSchema,
    systemCalls: z.record(z.string(), count).describe("of measured blocks, by name"),
    warmupCalls: z.record(z.string(), count).describe("of everything else that the actors did"),
    errnos: z.record(z.string(), count).describe("failed attempts by errno name"),
    safety: safetySchema,
    distributions: z.partialRecord(z.enum(pathClasses), distributionSchema),
  })
  .describe("one way under one profile, in one fork");

const biteSchema = z
  .strictObject({
    case: z.enum(["pmd-hole", "growsdown-gap"]),
    hint: z.enum(["placed", "refused"]).describe("a hint for a free place, nobody racing"),
    noreplace: z.enum(["placed", "rejected", "failed"]).describe("the same place with the flag"),
  })
  .describe("a place that is free, and that a hint may not get all the same");

export const caseSchema = z.strictObject({
  profile: z.string(),
  actors: count,
  interlopers: count,
  mappings: count.describe("lines of the fork's maps before"),
  bites: z.array(biteSchema),
  violations: z.array(z.string()).describe("laws that did not hold; any makes the run fail"),
  arms: z.array(armSchema),
});

const forkSchema = z.strictObject({
  index: count,
  status: z.enum(["complete", "crashed", "hung", "failed", "interrupted"]),
  error: z.string().optional(),
  readyMs: z.number().nonnegative().optional(),
  elapsedMs: z.number().nonnegative(),
  calibration: calibrationSchema.optional(),
  peakMemoryBytes: count.optional(),
  cases: z.array(caseSchema),
});

const waySchema = z
  .strictObject({
    id: z.string(),
    summary: z.string().describe("its parts in words"),
    sound: z
      .enum(["sound", "unsound", "sound-if-all"])
      .describe("whether it may take what somebody else has; sound-if-all: where all do it so"),
    keepsRange: z.boolean().describe("false: its places may lie outside the profile's range"),
  })
  .describe("how a caller gets a place of its own");

export const profileSchema = z.strictObject({
  id: z.string(),
  summary: z.string(),
  source: z.string().describe("where the constants were read"),
  low: hex,
  high: hex,
  bytes: count,
  alignBytes: count,
  scaled: z.string().optional().describe("what was made smaller, by which rule"),
  skipped: z.string().optional().describe("why it cannot run here"),
  ways: z.array(waySchema).describe("the first is what the program does today"),
});

export const pathRunSchema = z.strictObject({
  pathSchemaVersion: z.literal(pathSchemaVersion),
  tool: toolSchema,
  command: z.array(z.string()),
  startedAt: z.iso.datetime(),
  elapsedMs: z.number().nonnegative(),
  status: z.enum(["running", "complete", "interrupted"]),
  seed: count,
  timeSeconds: z.number().positive(),
  vmas: count.describe("mappings that were already in the address space, beside the forks' own"),
  pretendOldKernel: z.boolean().describe("MAP_FIXED_NOREPLACE was stripped from every call"),
  plannedForks: count.describe("fresh processes, if all went to their end"),
  flagVerdict: flagVerdictSchema,
  host: hostSchema,
  probe: probeSchema,
  profiles: z.array(profileSchema),
  forks: z.array(forkSchema),
  warnings: z.array(warningSchema),
});

export type PathRun = z.infer<typeof pathRunSchema>;
export type PathFork = z.infer<typeof forkSchema>;
export type PathCase = z.infer<typeof caseSchema>;
export type PathArm = z.infer<typeof armSchema>;
export type PathProfile = z.infer<typeof profileSchema>;
export type PathCounts = z.infer<typeof countsSchema>;
export type Bite = z.infer<typeof biteSchema>;
