/**
 * The native reference, seen from TypeScript: compiles bench/reference.c where there is a C
 * compiler, says which words make it run on given windows, and reads what it writes. Runs nothing:
 * that is for the process whose mappings it should have.
 */

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { type Address, callClasses, formatAddress } from "../src/model.ts";

/** This file runs as dist/bench/reference.js; the C source stays in the repository's bench/. */
const packageRoot = fileURLToPath(new URL("../..", import.meta.url));

const compileTimeoutMs = 60_000;

/** What the reference races for, and how; the windows are the caller's and lie evenly. */
export interface ReferenceSpec {
  /** Start of the first window, a multiple of the page. */
  readonly start: Address;
  /** From one window's start to the next one's; at least windowBytes. */
  readonly strideBytes: number;
  /** 1 to 65536. */
  readonly windows: number;
  /** A multiple of the page. */
  readonly windowBytes: number;
  /** Attempts for which a placed window is kept; 0 to 65536. */
  readonly hold: number;
  /** 1 to 64; actor i is pinned to the i-th allowed CPU. */
  readonly actors: number;
  readonly order: "random" | "cyclic";
  /** A third party holds every window for the whole run. */
  readonly occupied: boolean;
  /** Blocks a strategy, one warm-up block of each not counted; 1 to 100,000. */
  readonly blocks: number;
  /** 1 to 10,000. */
  readonly blockMs: number;
  /** 0 to 10,000; 0 runs no warm-up block. */
  readonly warmupMs: number;
  /** Different ids among hint-munmap, fixed-noreplace and kernel-chosen. */
  readonly strategies: readonly string[];
  /** 0 to 2^32 - 1. */
  readonly seed: number;
  /** Pages that stay mapped; at most 64, none inside a window. */
  readonly anchors: readonly Address[];
}

const count = z.int().nonnegative();
const ns = z.number().nonnegative();

/** The reference's own quantiles: exact ticks, no histogram between; 0 where there was no call. */
const classSchema = z.strictObject({ count, p50: ns, p99: ns });

const strategySchema = z.strictObject({
  blocks: count,
  /** Sum over blocks, each from its first actor's start to its last actor's end. */
  wallNs: ns,
  attempts: count,
  placed: count,
  rejected: count,
  misplaced: count,
  failed: count,
  cleanups: count,
  releases: count,
  /** Claims that had an owner, or had lost theirs: double owners and clobbers together. */
  brokenClaims: count,
  /** Latencies by class in nanoseconds; `lost` has every lost attempt whole, rejected ones too. */
  classes: z.record(z.enum(callClasses), classSchema),
});

const resultSchema = z.strictObject({
  ticksPerNs: z.number().positive(),
  strategies: z.record(z.string(), strategySchema),
});

/** What the reference found, by strategy id. */
export type ReferenceResult = z.infer<typeof resultSchema>;

/** A reference that can be run, or why there is none. */
export type CompiledReference =
  | {
      readonly state: "compiled";
      /** The shared library, in a directory of its own. */
      readonly path: string;
      /** Where it writes what it found. */
      readonly output: string;
      /** Deletes both, with their directory. */
      remove(): void;
    }
  | { readonly state: "missing"; readonly why: string };

/**
 * Compiles the reference with `cc`, or with the one program that $CC names. The caller removes it.
 * `root` is the directory that has bench/reference.c.
 */
export function compileReference(root: string = packageRoot): CompiledReference {
  const source = join(root, "bench", "reference.c");
  if (!existsSync(source)) {
    return { state: "missing", why: `there is no ${source}: it comes with the repository only` };
  }
  const { CC } = process.env;
  const compiler = CC || "cc";
  const directory = mkdtempSync(join(tmpdir(), "noclobber-reference-"));
  const remove = () => rmSync(directory, { recursive: true, force: true });
  const path = join(directory, "reference.so");
  const output = join(directory, "output.json");
  const { error, status, stderr } = spawnSync(
    compiler,
    ["-O2", "-pthread", "-shared", "-fPIC", "-o", path, source],
    {
      encoding: "utf8",
      stdio: ["ignore", "ignore", "pipe"],
      timeout: compileTimeoutMs,
    },
  );
  if (!error && status === 0) return { state: "compiled", path, output, remove };
  remove();
  // EACCES: a folder of PATH that this user may not look into, and no compiler in the others.
  const isAbsent = error && "code" in error && /ENOENT|EACCES/.test(String(error.code));
  const found = isAbsent
    ? "no such program; install a C compiler, or name one in CC, without arguments"
    : (error?.message ?? (stderr.trim().split("\n")[0] || `it ended with status ${status}`));
  return { state: "missing", why: `cannot compile with "${compiler}": ${found}` };
}

/** What the reference wrote. @throws Error with its own sentence where it could not run */
export function readReference(output: string): ReferenceResult {
  const text = readFileSync(output, "utf8");
  if (!text.startsWith("{")) throw new Error(`Cannot run the native reference: ${text.trim()}`);
  return resultSchema.parse(JSON.parse(text));
}

/** The words of the reference's command line, its name first. */
export function referenceWords(spec: ReferenceSpec): string[] {
  const options = {
    start: formatAddress(spec.start),
    stride: spec.strideBytes,
    windows: spec.windows,
    bytes: spec.windowBytes,
    hold: spec.hold,
    actors: spec.actors,
    order: spec.order,
    occupied: spec.occupied ? 1 : 0,
    blocks: spec.blocks,
    "block-ms": spec.blockMs,
    "warmup-ms": spec.warmupMs,
    strategies: spec.strategies.join(","),
    seed: spec.seed,
    anchors: spec.anchors.map(formatAddress).join(","),
  };
  const words = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  return ["reference", ...words];
}
