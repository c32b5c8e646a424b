/**
 * The result file: the only place where capture and analysis meet. One source for the types, the
 * validation on write and on read, and the published JSON Schema (results/run.schema.json).
 * What can be derived is not stored, but for the quantiles that people look up by hand.
 */

import { z } from "zod";
import { callClasses } from "../model.ts";

export const schemaVersion = 2;

const count = z.int().nonnegative();
const ns = z.number().nonnegative();
const hex = z.string().regex(/^0x[0-9a-f]+$/);

const quantilesSchema = z.strictObject({
  count: count.describe("calls of this class"),
  p50: ns,
  p90: ns,
  p99: ns,
  p999: ns,
  max: ns,
});

export const distributionSchema = z
  .strictObject({
    quantiles: quantilesSchema.describe("in nanoseconds, read off the histogram"),
    overflow: count.describe("calls above the histogram's range, clamped to its top"),
    histogram: z
      .string()
      .nullable()
      .describe(
        "HdrHistogram V2, deflated, base64; nanoseconds, 3 digits. null only in a baseline, " +
          "which is small enough to commit",
      ),
  })
  .describe("every timed call of one class; nothing is trimmed");

const safetySchema = z.strictObject({
  doubleOwners: count.describe("placed windows whose claim already had an owner"),
  clobbers: count.describe("owners who found at release that somebody had taken over"),
  canaries: count.describe("owners who read something else than they wrote (with --touch)"),
  leaks: count.describe("mappings that an actor left behind"),
  strays: count.describe("mappings of nobody's inside a window; each voids its block"),
});

const blockLatenciesSchema = z
  .strictObject({ p50: z.array(ns.nullable()), p90: z.array(ns.nullable()) })
  .describe("one entry a block, the middle one of its actors'; null where it had no such call");

const blocksSchema = z
  .strictObject({
    order: z.array(count).describe("place of the block in its trial"),
    wallNs: z.array(ns).describe("first actor's start to last actor's end"),
    insideShare: z.array(z.number()).describe("part of barrier to barrier that wallNs covers"),
    attempts: z.array(count),
    placed: z.array(count),
    startSkewNs: z.array(ns).describe("first actor's start to last actor's start"),
    voluntarySwitches: z.array(count),
    involuntarySwitches: z.array(count),
    tlbShootdowns: z.array(count).describe("from /proc/interrupts, all CPUs"),
    othersCpuMs: z
      .array(z.number())
      .describe("CPU time of others on the allowed CPUs; counted in 10 ms, so only sums say much"),
    latencies: z
      .strictObject({
        lost: blockLatenciesSchema,
        placed: blockLatenciesSchema,
        release: blockLatenciesSchema,
      })
      .describe("of each block alone: neighbouring blocks met the same machine, and compare best"),
  })
  .describe("one entry a block, in the order they ran");

const armSchema = z
  .strictObject({
    strategy: z.string(),
    warmupCalls: count.describe("system calls of warm-up blocks, which nothing else counts"),
    cutBlocks: count.describe("blocks in which an actor's log was full before the time was up"),
    voidedBlocks: count.describe("blocks dropped because a stray touched a window"),
    counts: z.strictObject({
      attempts: count.describe("counted by the probe, apart from the records"),
      placed: count,
      rejected: count,
      misplaced: count,
      refused: count.describe("of the misplaced, those that a free window would have been, too"),
      failed: count,
      cleanups: count,
      releases: count,
    }),
    errnos: z.record(z.string(), count).describe("failed attempts by errno name"),
    placedByActor: z.array(count),
    minorFaults: count,
    majorFaults: count,
    safety: safetySchema,
    distributions: z
      .partialRecord(z.enum(callClasses), distributionSchema)
      .describe("by class; without misplacements a lost attempt is a rejected one"),
    blocks: blocksSchema,
  })
  .describe("one strategy in one trial");

const trialSpecSchema = z
  .strictObject({
    scenario: z.string(),
    actors: count,
    windows: count,
    windowBytes: count,
    hold: count.describe("attempts for which a placed window is kept"),
  })
  .describe("a configuration; every fork runs the same ones");

const trialSchema = z.strictObject({
  spec: trialSpecSchema,
  arena: z.strictObject({ start: hex, end: hex }),
  mappings: count.describe("lines of the fork's maps before the trial"),
  refusedWindows: count.describe("free windows that a hint did not get when nobody raced"),
  violations: z.array(z.string()).describe("laws that did not hold; any makes the run fail"),
  arms: z.array(armSchema),
});

export const calibrationSchema = z
  .strictObject({
    ticksPerNs: z.number().positive(),
    errorPpm: z.number().nonnegative().describe("of ticksPerNs, from the clocks' bracketing"),
    overNs: ns.describe("how long the two clocks were compared"),
  })
  .describe("the probe's clock against CLOCK_MONOTONIC");

export const forkSchema = z.strictObject({
  index: count,
  strategies: z.array(z.string()),
  status: z.enum(["complete", "crashed", "hung", "failed", "interrupted"]),
  error: z.string().optional().describe("why it is not complete"),
  readyMs: ns.optional().describe("spawn to ready for the first block"),
  elapsedMs: ns,
  peakMemoryBytes: count.optional(),
  calibration: calibrationSchema.optional(),
  trials: z.array(trialSchema),
});

export const hostSchema = z.strictObject({
  hostname: z.string(),
  kernelRelease: z.string(),
  kernelVersion: z.string(),
  architecture: z.string(),
  cpuModel: z.string(),
  onlineCpus: z.string().describe("as a list: 0-3,8"),
  allowedCpus: z.array(count),
  memoryBytes: count,
  pageBytes: count,
  transparentHugePages: z.string(),
  aslr: z.string(),
  governor: z.string(),
  virtualisation: z.string(),
  clocksource: z.string(),
  cgroupCpuMax: z.string(),
  cgroupMemoryMax: z.string(),
  mmapMinAddr: z.string(),
  maxMapCount: z.string(),
  overcommit: z.string(),
  nodeVersion: z.string(),
  loadAverage: z.number().describe("over one minute, when the run began"),
});

export const probeSchema = z.strictObject({
  kind: z.enum(["native", "libc"]),
  reason: z.string().describe("why this probe: asked for, or what the native one lacked"),
  clock: z.string(),
  floor: z
    .strictObject({
      emptyRegionNs: quantilesSchema,
      cheapestCallNs: quantilesSchema.describe("getppid in the timed region"),
      ffiCallNs: z.number().positive().describe("median of a koffi call of getppid, whole"),
    })
    .describe("what the instrument itself costs; part of every latency, subtracted from none"),
});

export const warningSchema = z.strictObject({
  code: z.string(),
  message: z.string(),
  remedy: z.string(),
});

export const optionsSchema = z.strictObject({
  scenarios: z.array(z.string()),
  strategies: z.array(z.string()),
  actors: z.array(count),
  windows: count.nullable().describe("null: each scenario's own number"),
  windowBytes: count,
  hold: count.nullable().describe("null: each scenario's own"),
  prot: z.enum(["none", "r", "rw"]),
  touch: z.boolean(),
  arena: hex.nullable().describe("null: chosen from the maps"),
  anchored: z.boolean(),
  pinned: z.boolean(),
  vmas: count,
  interlopers: z.strictObject({ map: count, fault: count }),
  seed: count,
  timeSeconds: z.number().positive(),
  forks: count,
  rounds: count.nullable().describe("turns of every strategy in a fork; null: what time allows"),
  blockMs: z.number().positive().describe("of one turn"),
  probe: z.enum(["auto", "native", "libc"]),
  pretendOldKernel: z.boolean().describe("MAP_FIXED_NOREPLACE was stripped from every call"),
});

export const toolSchema = z.strictObject({
  name: z.literal("noclobber"),
  version: z.string(),
  commit: z.string().optional(),
});

export const flagVerdictSchema = z.enum([
  "supported",
  "ignored",
  "rejected",
  "buggy",
  "relocating",
]);

const sourceSchema = z
  .strictObject({
    file: z.string().describe("as it was named to merge"),
    tool: toolSchema,
    command: z.array(z.string()),
    startedAt: z.iso.datetime(),
    elapsedMs: ns,
    options: optionsSchema.pick({ seed: true, timeSeconds: true, forks: true }),
    host: hostSchema,
    probe: probeSchema,
    warnings: z.array(warningSchema),
    forks: z.strictObject({ first: count, count }).describe("places in the merged run's forks"),
  })
  .describe("a file that was merged: its forks, and what it need not share with the others");

export const runSchema = z.strictObject({
  schemaVersion: z.literal(schemaVersion),
  tool: toolSchema,
  command: z.array(z.string()).describe("what to type to run it again"),
  startedAt: z.iso.datetime(),
  elapsedMs: ns,
  status: z.enum(["running", "complete", "interrupted"]),
  options: optionsSchema,
  flagVerdict: flagVerdictSchema,
  host: hostSchema,
  probe: probeSchema,
  forks: z.array(forkSchema),
  warnings: z.array(warningSchema),
  sources: z
    .array(sourceSchema)
    .optional()
    .describe(
      "of a merged file alone: every fork belongs to one. Then tool, command, host, probe and " +
        "seed above are the first's, startedAt is the earliest, elapsedMs and the options " +
        "timeSeconds and forks are sums",
    ),
});

export type Run = z.infer<typeof runSchema>;
export type Fork = z.infer<typeof forkSchema>;
export type Trial = z.infer<typeof trialSchema>;
export type TrialSpec = z.infer<typeof trialSpecSchema>;
export type Arm = z.infer<typeof armSchema>;
export type Distribution = z.infer<typeof distributionSchema>;
export type Quantiles = z.infer<typeof quantilesSchema>;
export type Safety = z.infer<typeof safetySchema>;
export type Host = z.infer<typeof hostSchema>;
export type ProbeFacts = z.infer<typeof probeSchema>;
export type Calibration = z.infer<typeof calibrationSchema>;
export type Warning = z.infer<typeof warningSchema>;
export type RunSource = z.infer<typeof sourceSchema>;
export type BenchOptions = z.infer<typeof optionsSchema>;
