/**
 * Facts of this machine that can change a figure, each read where the kernel states it. What cannot
 * be read is written as "unknown", never guessed.
 */

import { existsSync, readFileSync } from "node:fs";
import os from "node:os";
import type { Host } from "../results/schema.ts";
import { allowedCpus, pageBytes } from "./libc.ts";

/** Stands for every fact that cannot be read. */
export const unknown = "unknown";

/** Reads all facts, now. */
export function readHost(): Host {
  return {
    hostname: os.hostname(),
    kernelRelease: os.release(),
    kernelVersion: os.version(),
    architecture: os.machine(),
    cpuModel: os.cpus()[0]?.model.trim() || unknown,
    onlineCpus: readFact("/sys/devices/system/cpu/online"),
    allowedCpus: allowedCpus(),
    memoryBytes: os.totalmem(),
    pageBytes: pageBytes(),
    transparentHugePages: chosenOf(readFact("/sys/kernel/mm/transparent_hugepage/enabled")),
    aslr: readFact("/proc/sys/kernel/randomize_va_space"),
    governor: readFact("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"),
    virtualisation: detectVirtualisation(),
    clocksource: readFact("/sys/devices/system/clocksource/clocksource0/current_clocksource"),
    cgroupCpuMax: cgroupLimit("cpu.max", "cpu/cpu.cfs_quota_us"),
    cgroupMemoryMax: cgroupLimit("memory.max", "memory/memory.limit_in_bytes"),
    mmapMinAddr: readFact("/proc/sys/vm/mmap_min_addr"),
    maxMapCount: readFact("/proc/sys/vm/max_map_count"),
    overcommit: readFact("/proc/sys/vm/overcommit_memory"),
    nodeVersion: process.version,
    loadAverage: os.loadavg()[0] ?? 0,
  };
}

/** A one-line file of /proc or /sys, trimmed; "unknown" where it cannot be read. */
export function readFact(path: string): string {
  try {
    return readFileSync(path, "latin1").trim();
  } catch {
    return unknown;
  }
}

/** "always [madvise] never" to "madvise". */
export function chosenOf(choices: string): string {
  return /\[(\S+)\]/.exec(choices)?.[1] ?? choices;
}

function detectVirtualisation(): string {
  const guest = / hypervisor( |$)/m.test(readFact("/proc/cpuinfo")) ? ["virtual machine"] : [];
  const container =
    existsSync("/.dockerenv") || existsSync("/run/.containerenv") ? ["container"] : [];
  const vendor = readFact("/sys/class/dmi/id/sys_vendor");
  const found = [...guest, ...container];
  if (found.length === 0) return "none seen";
  return vendor === unknown ? found.join(", ") : `${found.join(", ")} (${vendor})`;
}

/** The limit of this process's own cgroup, version 2, else version 1's at the root. */
function cgroupLimit(name: string, versionOne: string): string {
  const own = /^0::(.*)$/m.exec(readFact("/proc/self/cgroup"))?.[1] ?? "/";
  const limit = readFact(`/sys/fs/cgroup${own}/${name}`);
  return limit === unknown ? readFact(`/sys/fs/cgroup/${versionOne}`) : limit;
}
