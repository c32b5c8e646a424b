/**
 * What makes two runs comparable, and what else is not the same on both sides. The kernel and
 * Node.js are not in the fingerprint: they may be what is compared. Pure; judges nothing.
 */

import { createHash } from "node:crypto";
import type { BenchOptions, Run } from "../results/schema.ts";
import { formatBytes } from "../units.ts";

/** One thing that is not the same, as text. */
export interface Difference {
  readonly fact: string;
  readonly baseline: string;
  readonly candidate: string;
}

/** The machine and the instrument: where one of these differs, no time compares. */
export function fingerprintFacts({ host, probe }: Run): Record<string, string> {
  return {
    architecture: host.architecture,
    "CPU model": host.cpuModel,
    "online CPUs": host.onlineCpus,
    "allowed CPUs": String(host.allowedCpus.length),
    "page size": formatBytes(host.pageBytes),
    virtualisation: host.virtualisation,
    probe: probe.kind,
    "probe clock": probe.clock,
  };
}

/** The first 12 hexadecimal digits of the SHA-256 over the facts: names a machine's baseline. */
export function fingerprintOf(run: Run): string {
  const facts = Object.entries(fingerprintFacts(run));
  return createHash("sha256").update(JSON.stringify(facts)).digest("hex").slice(0, 12);
}

/** Everything about machine, system and tool that is not the same; but for the load, always new. */
export function differencesOf(baseline: Run, candidate: Run): Difference[] {
  return differing(surroundingsOf(baseline), surroundingsOf(candidate));
}

/** Every option that shapes what a fork measures and is not the same on both sides. */
export function differingOptions(baseline: Run, candidate: Run): Difference[] {
  return differing(optionFacts(baseline.options), optionFacts(candidate.options));
}

type Facts = Readonly<Record<string, string>>;

/** Both sides have the same facts, in the same order. */
function differing(baseline: Facts, candidate: Facts): Difference[] {
  return Object.entries(baseline).flatMap(([fact, theirs]) => {
    const ours = candidate[fact] ?? "";
    return ours === theirs ? [] : [{ fact, baseline: theirs, candidate: ours }];
  });
}

function surroundingsOf(run: Run): Facts {
  const { host, tool } = run;
  return {
    ...fingerprintFacts(run),
    "allowed CPUs": listOfCpus(host.allowedCpus),
    hostname: host.hostname,
    memory: `${Math.round(host.memoryBytes / 2 ** 20)} MiB`,
    "kernel release": host.kernelRelease,
    "kernel version": host.kernelVersion,
    MAP_FIXED_NOREPLACE: run.flagVerdict,
    "Node.js": host.nodeVersion,
    "transparent huge pages": host.transparentHugePages,
    ASLR: host.aslr,
    governor: host.governor,
    clocksource: host.clocksource,
    "cgroup CPU limit": host.cgroupCpuMax,
    "cgroup memory limit": host.cgroupMemoryMax,
    "vm.mmap_min_addr": host.mmapMinAddr,
    "vm.max_map_count": host.maxMapCount,
    "vm.overcommit_memory": host.overcommit,
    version: tool.version,
    commit: tool.commit ?? "none",
  };
}

/** "0-3,8", as the kernel writes it. */
function listOfCpus(cpus: readonly number[]): string {
  const ascending = [...new Set(cpus)].sort((a, b) => a - b);
  const runs: [first: number, last: number][] = [];
  for (const cpu of ascending) {
    const run = runs.at(-1);
    if (run && cpu === run[1] + 1) run[1] = cpu;
    else runs.push([cpu, cpu]);
  }
  return runs.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(",");
}

/** How much is measured, and in which order, leaves every fork's figures what they are. */
type Shaping = Omit<BenchOptions, "seed" | "timeSeconds" | "forks">;

/** By the names of bench's options, so that a user knows what to type. */
function optionFacts(options: BenchOptions): Facts {
  const facts: Readonly<Record<keyof Shaping, readonly [name: string, text: string]>> = {
    scenarios: ["--scenario", listOf(options.scenarios)],
    strategies: ["--strategy", listOf(options.strategies)],
    actors: ["--actors", options.actors.join(",")],
    windows: ["--windows", numberOr(options.windows, "each scenario's own")],
    windowBytes: ["--window-size", formatBytes(options.windowBytes)],
    hold: ["--hold", numberOr(options.hold, "each scenario's own")],
    prot: ["--prot", options.prot],
    touch: ["--touch", yesOrNo(options.touch)],
    arena: ["--arena", options.arena ?? "chosen from the maps"],
    anchored: ["--no-anchor", yesOrNo(!options.anchored)],
    pinned: ["--no-pin", yesOrNo(!options.pinned)],
    vmas: ["--vmas", String(options.vmas)],
    interlopers: [
      "--interlopers",
      `map:${options.interlopers.map},fault:${options.interlopers.fault}`,
    ],
    rounds: ["--rounds", numberOr(options.rounds, "what the time allows")],
    blockMs: ["--block-ms", String(options.blockMs)],
    probe: ["--probe", options.probe],
    pretendOldKernel: ["--pretend-old-kernel", yesOrNo(options.pretendOldKernel)],
  };
  return Object.fromEntries(Object.values(facts));
}

/** In one order: the order in which they were typed plans nothing. */
function listOf(words: readonly string[]): string {
  return words.toSorted().join(",");
}

function numberOr(value: number | null, otherwise: string): string {
  return value === null ? otherwise : String(value);
}

function yesOrNo(value: boolean): string {
  return value ? "yes" : "no";
}
