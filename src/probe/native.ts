/**
 * The machine-code probe: writes the routine of this CPU into fresh pages, makes them executable,
 * and calls it. Pages are writable or executable, never both at once.
 */

import { type Address, address } from "../model.ts";
import {
  errnoName,
  MAP_ANONYMOUS,
  MAP_PRIVATE,
  PROT_EXEC,
  PROT_READ,
  PROT_WRITE,
} from "../sys/constants.ts";
import { readFact } from "../sys/host.ts";
import { functionAt, kernel, mapOwn, mprotect, viewMemory } from "../sys/libc.ts";
import type { Batch, Probe } from "./batch.ts";
import { machineCode } from "./code.ts";

const codeBytes = 65536;

/** getppid(2), the cheapest call that always enters the kernel. */
const getppidNumber: Readonly<Record<string, number>> = { x64: 110, arm64: 173 };

/** The routine in executable memory, or the reason why there is none. */
export type LoadedCode =
  | { readonly state: "loaded"; readonly at: Address }
  | { readonly state: "unavailable"; readonly reason: string };

/**
 * Puts the routine into executable memory of this process, once; every thread may call it there.
 */
export function loadCode(arch: string = process.arch): LoadedCode {
  if (arch !== "x64" && arch !== "arm64") return unavailable(`no machine code for ${arch}`);
  const missing = arch === "x64" ? missingCounter(readFact("/proc/cpuinfo")) : "";
  if (missing !== "") return unavailable(`the CPU lacks ${missing}`);
  const at = mapOwn(codeBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS);
  viewMemory(at, codeBytes).set(Buffer.from(machineCode[arch].hex, "hex"));
  const result = mprotect(at, codeBytes, PROT_READ | PROT_EXEC);
  if (result === 0) return { state: "loaded", at };
  kernel.munmap(at, codeBytes);
  return unavailable(`executable memory is denied (mprotect: ${errnoName(-result)})`);
}

/** The probe that runs code loaded at `at`, callable from any thread of the process. */
export function nativeProbe(at: Address, arch: string = process.arch): Probe {
  const { entries } = machineCode[arch as "x64" | "arm64"];
  const entry = (offset: number): Address => address(at + offset);
  const runBatch = functionAt<(words: BigUint64Array) => void>(entry(entries.runBatch), "void", [
    "void *",
  ]);
  const readTicks = functionAt<() => number | bigint>(entry(entries.readTicks), "uint64_t", []);
  const timeCalls = functionAt<(to: Uint32Array, n: number, call: number, with_: number) => void>(
    entry(entries.timeCalls),
    "void",
    ["void *", "uint64_t", "uint64_t", "uint64_t"],
  );
  return {
    kind: "native",
    readTicks: () => BigInt(readTicks()),
    runBatch: (batch: Batch) => runBatch(batch.words),
    timeCalls: (count, what) => {
      if (count < 1) throw new RangeError("Cannot time fewer than one region");
      const ticks = new Uint32Array(count);
      timeCalls(ticks, count, getppidNumber[arch] as number, what === "getppid" ? 1 : 0);
      return ticks;
    },
  };
}

/**
 * Which feature of an invariant, synchronised cycle counter the CPU lacks; "" if none.
 * From Intel SDM 17.17.1 (invariant TSC): constant rate, and it does not stop in deep sleep.
 */
export function missingCounter(cpuinfo: string): string {
  const flags = new Set(/^flags\s*:\s*(.*)$/m.exec(cpuinfo)?.[1]?.split(" "));
  return ["rdtscp", "constant_tsc", "nonstop_tsc"].filter((flag) => !flags.has(flag)).join(", ");
}

function unavailable(reason: string): LoadedCode {
  return { state: "unavailable", reason };
}
