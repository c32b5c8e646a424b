/**
 * The whole examination: the verdict on the flag, every fact, and what of this host changes the
 * answers. Runs in the calling thread; other threads of the process should be idle.
 */

import { missingCounter } from "../probe/native.ts";
import type { DoctorReport, Surroundings } from "../results/doctor-schema.ts";
import {
  errnoName,
  MAP_ANONYMOUS,
  MAP_PRIVATE,
  PROT_EXEC,
  PROT_READ,
  PROT_WRITE,
} from "../sys/constants.ts";
import { probeFlag } from "../sys/flag-verdict.ts";
import { readFact, readHost } from "../sys/host.ts";
import { kernel, mapOwn, mprotect, pageBytes } from "../sys/libc.ts";
import { readMaps } from "../sys/maps.ts";
import { canQueryMappings } from "../sys/procmap-query.ts";
import { detectLayers, readSigns } from "../sys/sandbox.ts";
import { isFrom, parseVersion } from "../sys/version.ts";
import { readConditions } from "./conditions.ts";
import { openGround } from "./ground.ts";
import { runFacts } from "./run.ts";

/** What is found out here; the rest of the report is the program's. */
export type Examination = Pick<DoctorReport, "flag" | "facts" | "host" | "surroundings">;

/** Examines the running kernel. @throws UsageError where the address space has no room */
export function examineKernel(): Examination {
  const host = readHost();
  const flag = probeFlag(kernel, host.pageBytes);
  const conditions = readConditions(flag, host);
  const surroundings: Surroundings = {
    mappings: readMaps().length,
    mayMapLow: conditions.mayMapLow,
    procmapQuery: canQueryMappings(),
    mapsReads: judgeMapsReads(host.kernelRelease),
    executableMemory: tryExecutableMemory(),
    counter: describeCounter(process.arch, readFact("/proc/cpuinfo")),
    layers: detectLayers(readSigns(host)),
  };
  const ground = openGround();
  try {
    return { flag, facts: runFacts(ground, conditions), host, surroundings };
  } finally {
    ground.close();
  }
}

/**
 * Whether a reader of /proc/self/maps takes mmap_lock, and so waits for whoever maps and unmaps.
 * There is no way to ask: Linux 6.17 and later read under RCU and the lock of one mapping.
 */
export function judgeMapsReads(kernelRelease: string): Surroundings["mapsReads"] {
  const version = parseVersion(kernelRelease);
  if (version === undefined) {
    return { state: "cannot be told", judgedBy: `"${kernelRelease}" is no version of Linux` };
  }
  return isFrom(version, 6, 17)
    ? { state: "lock-free", judgedBy: "the version: 6.17 or later" }
    : { state: "take mmap_lock", judgedBy: "the version: before 6.17" };
}

/** Writes to a fresh page, then asks to execute it: never both at once. "allowed", or the errno. */
function tryExecutableMemory(): string {
  const bytes = pageBytes();
  const at = mapOwn(bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS);
  const result = mprotect(at, bytes, PROT_READ | PROT_EXEC);
  kernel.munmap(at, bytes);
  return result === 0 ? "allowed" : `denied (mprotect: ${errnoName(-result)})`;
}

/** The counter that latencies are read from, or what a usable one lacks. */
export function describeCounter(arch: string, cpuinfo: string): string {
  if (arch === "arm64") return "generic timer";
  if (arch !== "x64") return `none known for ${arch}`;
  const missing = missingCounter(cpuinfo);
  return missing === "" ? "invariant time-stamp counter" : `time-stamp counter lacks ${missing}`;
}
