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
  /**
   * CPU time of everybody but this process on the CPUs asked about, steal included. The kernel
   * counts in 10 ms, so a short difference may be negative; only sums mean something.
   */
  readonly othersCpuMs: number;
}

/** USER_HZ: the unit of /proc/stat, 100 on every architecture that Node runs on. */
const msPerJiffy = 10;

/** Reads the counters, now; CPU time on `cpus`, to which this process keeps. */
export function readDisturbance(cpus: readonly number[]): Disturbance {
  const own = process.cpuUsage();
  return {
    tlbShootdowns: parseTlbShootdowns(interrupts.read()),
    othersCpuMs: parseBusyMs(stat.read(), cpus) - (own.user + own.system) / 1000,
  };
}

/** Sum over CPUs of the TLB line of /proc/interrupts; 0 without one. */
export function parseTlbShootdowns(interrupts: string): number {
  const counts = /^\s*TLB:([\s\d]*)/m.exec(interrupts)?.[1] ?? "";
  return counts.split(/\s+/).reduce((sum, field) => sum + Number(field), 0);
}

/** CPU time that `cpus` did not spend idle or waiting for I/O, from /proc/stat, in ms. */
export function parseBusyMs(text: string, cpus: readonly number[]): number {
  const wanted = new Set(cpus.map((cpu) => `cpu${cpu}`));
  let jiffies = 0;
  for (const line of text.split("\n")) {
    const [name = "", ...fields] = line.split(/ +/);
    if (!wanted.has(name)) continue;
    const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] =
      fields.map(Number);
    jiffies += user + nice + system + irq + softirq + steal;
  }
  return jiffies * msPerJiffy;
}
