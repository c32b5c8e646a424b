/**
 * Before anything is measured: what this machine and kernel can do, what it costs to look, and what
 * stands against the options, as warnings with remedies or as a refusal.
 */

import { UsageError } from "../errors.ts";
import { measureFloor } from "../measure/floor.ts";
import { address } from "../model.ts";
import { calibrate, readClockPair } from "../probe/calibrate.ts";
import { chooseProbe, openProbe } from "../probe/select.ts";
import type { BenchOptions, Host, ProbeFacts, Run, Warning } from "../results/schema.ts";
import { type FlagVerdict, probeFlag } from "../sys/flag-verdict.ts";
import { readFact, readHost, unknown } from "../sys/host.ts";
import { kernel } from "../sys/libc.ts";
import { readMaps } from "../sys/maps.ts";
import { planArena } from "../windows/plan.ts";
import { trialSpecsOf } from "./plan.ts";

export interface Preflight {
  readonly host: Host;
  readonly probe: ProbeFacts;
  readonly flagVerdict: Run["flagVerdict"];
  readonly warnings: readonly Warning[];
}

/** Mappings that a fork has of its own, with room to grow: Node, its threads, its libraries. */
const ownMappings = 1500;
const calibrationMs = 20;

/** Looks at everything once. @throws UsageError where the options cannot be met here */
export async function preflight(options: BenchOptions): Promise<Preflight> {
  const host = readHost();
  refuseImpossible(options, host);
  const flag = probeFlag(kernel, host.pageBytes);
  const choice = chooseProbe(options.probe);
  const probe = openProbe(choice);
  const first = readClockPair(probe);
  await new Promise((resolve) => setTimeout(resolve, calibrationMs));
  const { ticksPerNs } = calibrate(first, readClockPair(probe));
  const facts: ProbeFacts = {
    kind: choice.kind,
    reason: choice.reason,
    clock: choice.kind === "libc" ? "CLOCK_MONOTONIC" : nativeClock(process.arch),
    floor: await measureFloor(probe, ticksPerNs),
  };
  const warnings = [
    ...flagWarnings(flag),
    ...probeWarnings(options, facts),
    ...machineWarnings(options, host),
  ];
  return { host, probe: facts, flagVerdict: flag.verdict, warnings };
}

/**
 * What cannot work is refused before anything is measured.
 * @throws UsageError
 */
export function refuseImpossible(options: BenchOptions, host: Host): void {
  const { pageBytes } = host;
  if (options.windowBytes % pageBytes !== 0) {
    throw new UsageError(
      `--window-size ${options.windowBytes} is not a multiple of the page of ${pageBytes} bytes.`,
    );
  }
  if (options.arena !== null && Number(options.arena) % pageBytes !== 0) {
    throw new UsageError(
      `--arena ${options.arena} is not a multiple of the page of ${pageBytes} bytes.`,
    );
  }
  const specs = trialSpecsOf(options);
  const mostWindows = Math.max(...specs.map((spec) => spec.windows));
  const limit = Number(host.maxMapCount);
  const needed = ownMappings + options.vmas + mostWindows;
  if (needed > limit) {
    throw new UsageError(
      `${mostWindows} windows and ${options.vmas} extra mappings need about ${needed} mappings, ` +
        `but vm.max_map_count is ${limit}. Ask for fewer --windows or --vmas, or raise it with ` +
        `sysctl vm.max_map_count=${2 ** Math.ceil(Math.log2(needed))}.`,
    );
  }
  // Forks plan again from their own maps; this catches what no address space could hold.
  const at = options.arena === null ? undefined : address(Number(options.arena));
  for (const spec of specs) planArena({ ...options, ...spec, pageBytes, at }, readMaps());
}

function flagWarnings(flag: FlagVerdict): Warning[] {
  switch (flag.verdict) {
    case "supported":
      return [];
    case "ignored":
      return [
        {
          code: "flag-ignored",
          message:
            "This kernel ignores MAP_FIXED_NOREPLACE and takes the address for a hint: " +
            "fixed-noreplace behaves as hint-munmap here.",
          remedy:
            "Read fixed-noreplace's figures as those of the hint; measure on Linux 4.17 or later.",
        },
      ];
    case "buggy":
      return [
        {
          code: "flag-buggy",
          message:
            "This kernel's MAP_FIXED_NOREPLACE replaces a mapping that begins inside the window " +
            "(Linux 4.17 before 7aa867dd8952).",
          remedy: "Do not rely on the flag on this kernel.",
        },
      ];
    case "rejected":
      return [
        {
          code: "flag-rejected",
          message: `This kernel rejects MAP_FIXED_NOREPLACE with ${flag.errno}.`,
          remedy: "fixed-noreplace can only fail here; look at hint-munmap alone.",
        },
      ];
    case "relocating":
      return [
        {
          code: "flag-relocating",
          message:
            "This system takes MAP_FIXED_NOREPLACE and puts even a free window elsewhere: " +
            "fixed-noreplace cannot get its windows here.",
          remedy: "Measure outside of the emulator or recorder that chooses addresses itself.",
        },
      ];
    default:
      return flag satisfies never;
  }
}

function probeWarnings(options: BenchOptions, facts: ProbeFacts): Warning[] {
  if (facts.kind === "native" || options.probe === "libc") return [];
  return [
    {
      code: "probe-fallback",
      message: `Latencies are measured through libc calls, because ${facts.reason}.`,
      remedy: "Their floor is high: compare them only with figures of the same probe.",
    },
  ];
}

function machineWarnings(options: BenchOptions, host: Host): Warning[] {
  const cpus = host.allowedCpus.length;
  const warnings: Warning[] = [];
  if (cpus === 1 && Math.max(...options.actors) > 1) {
    warnings.push({
      code: "one-cpu",
      message: "One CPU is allowed: actors take turns instead of racing.",
      remedy: "Allow more CPUs (taskset, cgroup cpuset) to see contention.",
    });
  }
  if (host.loadAverage > cpus / 2) {
    warnings.push({
      code: "loaded-machine",
      message: `The load average is ${host.loadAverage.toFixed(1)} on ${cpus} allowed CPUs.`,
      remedy: "Absolute times drift; trust ratios within one run, or wait for a quiet machine.",
    });
  }
  const hidden = ["/proc/stat", "/proc/interrupts"].filter((path) => readFact(path) === unknown);
  if (hidden.length > 0) {
    warnings.push({
      code: "hidden-counters",
      message: `This system hides ${hidden.join(" and ")}: what they count is shown as 0.`,
      remedy: "Do not read the disturbance figures; run outside of the sandbox to have them.",
    });
  }
  if (host.governor !== "unknown" && host.governor !== "performance") {
    warnings.push({
      code: "governor",
      message: `The CPU frequency governor is "${host.governor}".`,
      remedy: "Absolute times vary with the frequency; the governor performance keeps it steady.",
    });
  }
  return warnings;
}

function nativeClock(arch: string): string {
  return arch === "x64" ? "time-stamp counter (rdtscp)" : "generic timer (cntvct_el0)";
}
