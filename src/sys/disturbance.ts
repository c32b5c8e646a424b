/**
 * What the rest of the machine did meanwhile: TLB shootdowns and other processes' CPU time, read
 * from /proc before and after a block.
 */

import { ProcFile } from "./proc-file.ts";

const interrupts = new ProcFile("/proc/interrupts");
const stat = new ProcFile("/proc/stat");

/** Counters since boot; the difference of two readings is what happened between them. */
export interface Disturbance {
  /** Interrupts on all CPUs; 0 where the kernel has no such line (arm64 needs no interrupts). */
  readonly tlbShootdowns: number;
  /** CPU time of everybody but this process, steal included; the kernel counts in 10 ms. */
  readonly othersCpuMs: number;
}

/** USER_HZ: the unit of /proc/stat, 100 on every architecture that Node runs on. */
const msPerJiffy = 10;

/** Reads the counters, now. */
export function readDisturbance(): Disturbance {
  const own = process.cpuUsage();
  return {
    tlbShootdowns: parseTlbShootdowns(interrupts.read()),
    othersCpuMs: parseBusyMs(stat.read()) - (own.user + own.system) / 1000,
  };
}

/** Sum over CPUs of the TLB line of /proc/interrupts; 0 without one. */
export function parseTlbShootdowns(interrupts: string): number {
  const counts = /^\s*TLB:([\s\d]*)/m.exec(interrupts)?.[1] ?? "";
  return counts.split(/\s+/).reduce((sum, field) => sum + Number(field), 0);
}

/** CPU time not spent idle or waiting for I/O, from the first line of /proc/stat, in ms. */
export function parseBusyMs(stat: string): number {
  const fields = /^cpu\s+(.*)$/m.exec(stat)?.[1]?.split(" ").map(Number) ?? [];
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = fields;
  return (user + nice + system + irq + softirq + steal) * msPerJiffy;
}
