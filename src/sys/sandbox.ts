/**
 * What a process can tell of the layers below it that answer mmap in another way than a Linux
 * kernel on its machine would. Only signs that are known to mean one of them; nothing is guessed.
 */

import { existsSync } from "node:fs";
import { readFact } from "./host.ts";

/** Texts that give a layer away; "unknown" where they cannot be read. */
export interface Signs {
  readonly kernelRelease: string;
  readonly kernelVersion: string;
  /** /proc/thread-self/maps: QEMU rewrites /proc/self/maps, but not this. */
  readonly threadMaps: string;
  readonly cgroup: string;
  readonly cpuinfo: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The files of container runtimes that are there. */
  readonly containerFiles: readonly string[];
}

const containerFiles = ["/.dockerenv", "/run/.containerenv"];
/** The build date that gVisor has stated ever since (pkg/sentry/kernel, "Linux version"). */
const gvisorDate = "Jan 10 15:06:54 PST 2016";

/** Reads the signs, now. */
export function readSigns(host: Pick<Signs, "kernelRelease" | "kernelVersion">): Signs {
  return {
    kernelRelease: host.kernelRelease,
    kernelVersion: host.kernelVersion,
    threadMaps: readFact("/proc/thread-self/maps"),
    cgroup: readFact("/proc/self/cgroup"),
    cpuinfo: readFact("/proc/cpuinfo"),
    environment: process.env,
    containerFiles: containerFiles.filter((path) => existsSync(path)),
  };
}

/** The layers that the signs tell of, from the program outwards. */
export function detectLayers(signs: Signs): string[] {
  const { kernelRelease, kernelVersion, threadMaps, cgroup, cpuinfo, environment } = signs;
  const isContainer =
    signs.containerFiles.length > 0 ||
    environment["container"] !== undefined ||
    /\/(docker|kubepods|lxc|libpod|containerd)/.test(cgroup);
  const layers: readonly (readonly [name: string, found: boolean])[] = [
    ["rr", environment["RUNNING_UNDER_RR"] !== undefined],
    ["QEMU user mode", /\/qemu-[a-z0-9_]+(-static)?$/m.test(threadMaps)],
    ["gVisor", kernelVersion.includes(gvisorDate)],
    ["WSL1", kernelRelease.endsWith("-Microsoft")],
    ["WSL2", /-microsoft-standard/.test(kernelRelease)],
    ["container", isContainer],
    ["virtual machine", / hypervisor( |$)/m.test(cpuinfo)],
  ];
  return layers.filter(([, found]) => found).map(([name]) => name);
}
