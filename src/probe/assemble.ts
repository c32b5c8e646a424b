/**
 * Turns the assembly sources of the attempt loop into the bytes that code.ts carries. A development
 * tool: it needs binutils, so nothing that a user runs imports it. Sources are read from src/probe
 * under the working directory, the repository's root, because the build does not copy them.
 */

import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import type { MachineCode } from "./code.ts";

export type Cpu = "x64" | "arm64";

/** Every CPU that has an attempt loop, in the order of code.ts. */
export const cpus: readonly Cpu[] = ["x64", "arm64"];

const gnuNames = { x64: "x86_64-linux-gnu-", arm64: "aarch64-linux-gnu-" } as const;
const timeoutMs = 20_000;
const bytesPerLine = 40;

/** The assembly source of a CPU's attempt loop, relative to the repository's root. */
export function sourceFile(cpu: Cpu): string {
  return `src/probe/attempt-loop.${cpu}.s`;
}

/** Whether programs for `cpu` run here without an emulator. */
export function isHost(cpu: Cpu): boolean {
  return process.platform === "linux" && process.arch === cpu;
}

/** Name of a GNU tool that works on a CPU's objects: the plain one at home, else the cross one. */
export function gnuTool(cpu: Cpu, tool: string): string {
  return isHost(cpu) ? tool : `${gnuNames[cpu]}${tool}`;
}

/** The name of the tool that could not be started, if that is what an error of exec*Sync tells. */
export function missingTool(error: unknown): string | undefined {
  if (!(error instanceof Error && "syscall" in error && "path" in error)) return undefined;
  const { code, syscall, path } = error as NodeJS.ErrnoException;
  return code === "ENOENT" && syscall?.startsWith("spawn") ? path : undefined;
}

/**
 * Assembles a CPU's attempt loop, or names the tool that is not installed.
 * @throws where the source does not assemble, lacks an entry, or needs a relocation.
 */
export function assemble(cpu: Cpu): MachineCode | { readonly missing: string } {
  const directory = mkdtempSync(join(tmpdir(), "noclobber-assemble-"));
  try {
    return assembleIn(directory, cpu);
  } catch (error) {
    const missing = missingTool(error);
    if (missing === undefined) throw error;
    return { missing };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function assembleIn(directory: string, cpu: Cpu): MachineCode {
  const object = join(directory, "loop.o");
  const binary = join(directory, "loop.bin");
  const run = (tool: string, ...args: string[]): string =>
    execFileSync(gnuTool(cpu, tool), args, { encoding: "utf8", timeout: timeoutMs });

  run("as", ...(cpu === "x64" ? ["--64"] : []), "-o", object, sourceFile(cpu));
  // The bytes run wherever they are copied to, so nothing may be left for a linker to fill in.
  assert.doesNotMatch(run("objdump", "-r", object), /RELOCATION/, "the attempt loop is relocated");
  run("objcopy", "-O", "binary", "--only-section=.text", object, binary);
  const symbols = run("nm", object);
  return {
    entries: {
      runBatch: offsetOf(symbols, "run_batch"),
      timeCalls: offsetOf(symbols, "time_calls"),
      readTicks: offsetOf(symbols, "read_ticks"),
      timedCall: offsetOf(symbols, "timed_call"),
    },
    hex: readFileSync(binary).toString("hex"),
  };
}

function offsetOf(symbols: string, name: string): number {
  const line = new RegExp(`^([0-9a-f]+) T ${name}$`, "m").exec(symbols);
  assert.ok(line, `no global symbol ${name} in .text`);
  return Number.parseInt(line[1] as string, 16);
}

function renderCode(codes: ReadonlyMap<Cpu, MachineCode>): string {
  const blocks = [...codes].map(([cpu, { entries, hex }]) => {
    const lines = hex.match(new RegExp(`.{1,${bytesPerLine * 2}}`, "g")) ?? [""];
    const names = Object.entries(entries).map(([name, offset]) => `${name}: ${offset}`);
    return `  ${cpu}: {
    entries: { ${names.join(", ")} },
    hex:
      ${lines.map((line) => `"${line}"`).join(" +\n      ")},
  },
`;
  });
  return `/**
 * The attempt loop as machine code, one routine a CPU. Generated from attempt-loop.*.s by
 * \`npm run assemble\`; a test assembles the sources again and compares.
 */

/** Position-independent code: byte offsets of its entries, and its bytes. */
export interface MachineCode {
  readonly entries: {
    readonly runBatch: number;
    readonly timeCalls: number;
    readonly readTicks: number;
    readonly timedCall: number;
  };
  readonly hex: string;
}

export const machineCode: Readonly<Record<"x64" | "arm64", MachineCode>> = {
${blocks.join("")}};
`;
}

function main(): void {
  const codes = new Map<Cpu, MachineCode>();
  for (const cpu of cpus) {
    const code = assemble(cpu);
    if ("missing" in code) {
      throw new Error(`Cannot assemble for ${cpu}: no ${code.missing}. Install its binutils.`);
    }
    codes.set(cpu, code);
  }
  writeFileSync("src/probe/code.ts", renderCode(codes));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
