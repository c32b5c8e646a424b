/** Reads what the expectations of facts depend on: kernel, privilege and limits. */

import type { Host } from "../results/schema.ts";
import type { FlagVerdict } from "../sys/flag-verdict.ts";
import { readFact } from "../sys/host.ts";
import { parseVersion } from "../sys/version.ts";
import type { Conditions } from "./fact.ts";

/** Number of CAP_SYS_RAWIO in include/uapi/linux/capability.h. */
const CAP_SYS_RAWIO = 17n;

/** The conditions of this process on a host, with the verdict that was found before. */
export function readConditions(flag: FlagVerdict, host: Host): Conditions {
  const maxMapCount = Number(host.maxMapCount);
  const mmapMinAddr = Number(host.mmapMinAddr);
  return {
    flag,
    version: parseVersion(host.kernelRelease),
    pageBytes: host.pageBytes,
    mayMapLow: hasRawIo(readFact("/proc/self/status")),
    // The kernel's own default where the sysctl is hidden.
    mmapMinAddr: Number.isNaN(mmapMinAddr) ? 65_536 : mmapMinAddr,
    maxMapCount: Number.isNaN(maxMapCount) ? undefined : maxMapCount,
  };
}

/** Whether the text of /proc/self/status has CAP_SYS_RAWIO among the effective capabilities. */
export function hasRawIo(status: string): boolean {
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? "0";
  return ((BigInt(`0x${effective}`) >> CAP_SYS_RAWIO) & 1n) === 1n;
}
