/**
 * Copies of a checkout with one thing wrong in each: what a gate between two checkouts has to find.
 * Breakage is patched into the compiled JavaScript; slowness is a system-call filter of the kernel
 * that every fork loads, so that mmap itself takes longer, under both probes and in every thread.
 */

import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { MAP_FIXED_NOREPLACE } from "../src/sys/constants.ts";
import type { Finished } from "./program.test.data.ts";

/** Paths inside a checkout. */
const libcProbe = "dist/src/probe/libc.js";
const merge = "dist/src/measure/merge.js";
const forkProgram = "dist/workers/fork.js";
const filterModule = "dist/workers/slow-calls.js";
const crashModule = "dist/workers/crash.js";

const timeoutMs = 60_000;

/** A text of the compiled program, and what stands there instead. */
export type Replacement = readonly [from: string, to: string];

/**
 * Copies what a checkout needs in order to measure: package.json and dist/, with a link to its
 * dependencies. Without .git, result files name no commit. `to` is made; it must not have been
 * copied to before.
 */
export function copyCheckout(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  cpSync(join(from, "package.json"), join(to, "package.json"));
  cpSync(join(from, "dist"), join(to, "dist"), { recursive: true });
  symlinkSync(realpathSync(join(from, "node_modules")), join(to, "node_modules"));
}

/** Runs a checkout's program to its end, in the checkout's folder. */
export function runCheckout(checkout: string, words: readonly string[]): Finished {
  const result = spawnSync(process.execPath, [join("dist", "bench", "cli.js"), ...words], {
    cwd: checkout,
    encoding: "utf8",
    timeout: timeoutMs,
    maxBuffer: 64 * 2 ** 20,
  });
  return { code: result.status, stdout: result.stdout, stderr: result.stderr };
}

/**
 * Replaces texts in one compiled file of a copy.
 * @throws Error where a text is not there exactly once: the sources have moved on
 */
export function sabotage(
  checkout: string,
  path: string,
  replacements: readonly Replacement[],
): void {
  const file = join(checkout, path);
  let text = readFileSync(file, "utf8");
  for (const [from, to] of replacements) {
    const found = text.split(from).length - 1;
    if (found !== 1) throw new Error(`Cannot sabotage ${path}: ${found} times "${from}", want 1`);
    text = text.replace(from, () => to);
  }
  writeFileSync(file, text);
}

/**
 * A misplaced mapping stays where it landed, and no cleanup is recorded: `misplaced` and `cleanups`
 * differ, and the capture itself says so: exit code 1. The libc probe alone.
 *
 * What no law over counts can see is a cleanup that is recorded as done and is not: every count is
 * that of a sound run, the mappings merge into one that lies outside of the arena, and a lost
 * attempt looks cheaper. Only the latencies tell (a cleanup cheaper than the cheapest call of the
 * floor), or the kernel (strace, the size of the address space). What unmaps only a part of the
 * mapping is of the same kind, and as dear as a sound cleanup.
 */
export function dropCleanup(checkout: string): void {
  sabotage(checkout, libcProbe, [
    ["const unmapped = kernel.munmap(result, bytes);", ""],
    ['record(loop, after - before, "cleanup", 0, -unmapped);', ""],
  ]);
}

/**
 * A misplaced mapping is taken for its window: the claims show owners beside the owner, in every
 * scenario where windows are held while others ask: exit code 1. The libc probe alone.
 *
 * Where it is accepted without a claim, all counts balance again; that `occupied`, where a third
 * party holds every window, has placed ones is then the only sign in the result file.
 */
export function acceptMisplaced(checkout: string): void {
  sabotage(checkout, libcProbe, [["start !== 0 && result !== start", "false"]]);
}

/**
 * Releases lose their distribution when actors are merged, and with it goes the capture's own check
 * of histograms against counts. The run ends well, with exit code 0: whoever reads its file must
 * notice.
 */
export function loseHistogram(checkout: string): void {
  sabotage(checkout, merge, [
    ["return distribution ? [[kind, distribution]] : [];", loseRelease],
    ["[...violations, ...arms.flatMap(unevenHistograms)]", "violations"],
  ]);
}

const loseRelease = 'return distribution && kind !== "release" ? [[kind, distribution]] : [];';

/** Everything is timed with libc calls, whatever is asked for, and with what is sabotaged there. */
export function forceLibc(checkout: string): void {
  sabotage(checkout, "dist/src/probe/select.js", [['asked === "libc"', "asked"]]);
}

/** The exit code of a fork that was made to crash. */
export const crashCode = 9;

/** Of all forks that the copy starts, of whichever run, each so-many-th ends at once. */
export function crashForks(checkout: string, every: number): void {
  const crash = `import { appendFileSync, statSync } from "node:fs";
const started = new URL("./started", import.meta.url);
appendFileSync(started, ".");
if (statSync(started).size % ${every} === 0) process.exit(${crashCode});
`;
  importFirst(checkout, crashModule, crash);
}

/** Lets every fork run a module before anything else. */
function importFirst(checkout: string, path: string, source: string): void {
  writeFileSync(join(checkout, path), source);
  const fork = join(checkout, forkProgram);
  writeFileSync(fork, `import "./${basename(path)}";\n${readFileSync(fork, "utf8")}`);
}

export interface SlowCalls {
  /** What a call takes longer, in instructions of the kernel's filter: 0 to 4000. */
  readonly instructions: number;
  /** Slows mmap with MAP_FIXED_NOREPLACE and nothing else; otherwise every system call. */
  readonly onlyNoReplace: boolean;
}

/**
 * Makes every fork of a copy load a filter before anything else: threads that start later, the
 * actors among them, inherit it. Every call of a filtered thread enters the kernel the slow way,
 * which costs as much as some hundreds of instructions: a baseline with a filter of 0 instructions
 * shows the others alone, but for the first hundred or so, which the CPU overlaps with the entry.
 * With `onlyNoReplace` other mmap calls run a few instructions, and all other calls none: the
 * kernel remembers numbers that are always allowed. A fork fails where seccomp(2) is not permitted.
 */
export function slowCalls(checkout: string, options: SlowCalls): void {
  importFirst(checkout, filterModule, filterSource(options));
}

/** One classic BPF instruction, from linux/filter.h. */
interface Instruction {
  readonly code: number;
  readonly onTrue?: number;
  readonly onFalse?: number;
  readonly operand: number;
}

/** BPF_LD | BPF_W | BPF_ABS, BPF_JMP | BPF_JEQ, BPF_JMP | BPF_JSET, BPF_ALU | BPF_XOR, BPF_RET. */
const [LOAD, JUMP_EQUAL, JUMP_SET, XOR, RETURN] = [0x20, 0x15, 0x45, 0xa4, 0x06];
const SECCOMP_RET_ALLOW = 0x7fff0000;
/** Offsets in struct seccomp_data; of an argument the low half, both CPUs being little-endian. */
const nrOffset = 0;
const flagsOffset = 16 + 3 * 8;

const callNumbers: Readonly<Record<string, { mmap: number; seccomp: number }>> = {
  x64: { mmap: 9, seccomp: 317 },
  arm64: { mmap: 222, seccomp: 277 },
};

function numbersOf(arch: string): { mmap: number; seccomp: number } {
  const numbers = callNumbers[arch];
  if (!numbers) throw new Error(`Cannot slow system calls on ${arch}: only x64 and arm64`);
  return numbers;
}

/**
 * The filter. Since Linux 5.11 the kernel skips it for a call that it allows by number alone, so
 * the slow path must begin with an argument; an XOR is a cycle on every CPU, and none drops it.
 */
function filterOf({ instructions, onlyNoReplace }: SlowCalls): Instruction[] {
  const allow: Instruction = { code: RETURN, operand: SECCOMP_RET_ALLOW };
  const loadFlags: Instruction = { code: LOAD, operand: flagsOffset };
  const narrow: Instruction[] = [
    { code: LOAD, operand: nrOffset },
    { code: JUMP_EQUAL, onTrue: 1, operand: numbersOf(process.arch).mmap },
    allow,
    loadFlags,
    { code: JUMP_SET, onTrue: 1, operand: MAP_FIXED_NOREPLACE },
    allow,
  ];
  const waste = Array.from({ length: instructions }, () => ({ code: XOR, operand: 1 }));
  return [...(onlyNoReplace ? narrow : [loadFlags]), ...waste, allow];
}

/** struct sock_filter: u16 code, u8 jump if true, u8 jump if false, u32 operand. */
function encode(filter: readonly Instruction[]): Buffer {
  const bytes = Buffer.alloc(filter.length * 8);
  filter.forEach(({ code, onTrue = 0, onFalse = 0, operand }, index) => {
    bytes.writeUInt16LE(code, index * 8);
    bytes.writeUInt8(onTrue, index * 8 + 2);
    bytes.writeUInt8(onFalse, index * 8 + 3);
    bytes.writeUInt32LE(operand, index * 8 + 4);
  });
  return bytes;
}

/**
 * The module that loads the filter into the thread that imports it. SPEC_ALLOW: older kernels
 * slow a filtered thread in every other respect, too.
 */
function filterSource(options: SlowCalls): string {
  const filter = filterOf(options);
  return `import koffi from "koffi";
const [PR_SET_NO_NEW_PRIVS, SECCOMP_SET_MODE_FILTER, SPEC_ALLOW] = [38, 1, 4];
const libc = koffi.load(null);
const prctl = libc.func("int prctl(int, ulong, ulong, ulong, ulong)");
const syscall = libc.func("long syscall(long number, ulong mode, ulong flags, void *program)");
const filter = Buffer.from("${encode(filter).toString("base64")}", "base64");
// struct sock_fprog: u16 length, padding, address of the instructions.
const program = BigUint64Array.of(${filter.length}n, BigInt(koffi.address(filter)));
if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) !== 0) throw new Error("Cannot set no_new_privs");
if (syscall(${numbersOf(process.arch).seccomp}, SECCOMP_SET_MODE_FILTER, SPEC_ALLOW, program) !== 0)
  throw new Error(\`Cannot load the seccomp filter: errno \${koffi.errno()}\`);
`;
}
