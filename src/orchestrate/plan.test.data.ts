/** Options and setups of small runs, for tests of the orchestration. */

import type { BenchOptions } from "../results/schema.ts";
import { probeFlag } from "../sys/flag-verdict.ts";
import { allowedCpus, kernel } from "../sys/libc.ts";
import type { ForkSetup } from "./protocol.ts";

/** Complete options; by default one scenario, both contenders, one fork. */
export function smallOptions(others: Partial<BenchOptions> = {}): BenchOptions {
  return {
    scenarios: ["hot"],
    strategies: ["hint-munmap", "fixed-noreplace"],
    actors: [1],
    windows: null,
    windowBytes: 65_536,
    hold: null,
    prot: "none",
    touch: false,
    arena: null,
    anchored: true,
    pinned: true,
    vmas: 0,
    interlopers: { map: 0, fault: 0 },
    seed: 7,
    timeSeconds: 10,
    forks: 1,
    rounds: null,
    blockMs: 24,
    probe: "auto",
    pretendOldKernel: false,
    ...others,
  };
}

/** What forks are told of this machine. */
export function setupOf(options: BenchOptions, pageBytes: number): ForkSetup {
  return {
    options,
    cpus: allowedCpus(),
    pageBytes,
    flagVerdict: probeFlag(kernel, pageBytes).verdict,
    threads: Math.max(...options.actors) + options.interlopers.map + options.interlopers.fault,
  };
}
