/**
 * What the instrument itself costs, measured in every run. The door to tinybench, which times the
 * one thing that the probe cannot see from inside: a whole FFI call.
 */

import { Bench } from "tinybench";
import type { Probe } from "../probe/batch.ts";
import { newHistogram, quantilesOf } from "../results/histogram.ts";
import type { ProbeFacts, Quantiles } from "../results/schema.ts";
import { getppid } from "../sys/libc.ts";
import { ticksToNs } from "../units.ts";

const timedRegions = 20_000;
const ffiCallsPerSample = 100;

/** The floor of `probe` in this process; takes about a tenth of a second. */
export async function measureFloor(probe: Probe, ticksPerNs: number): Promise<ProbeFacts["floor"]> {
  return {
    emptyRegionNs: timesOf(probe, "nothing", ticksPerNs),
    cheapestCallNs: timesOf(probe, "getppid", ticksPerNs),
    ffiCallNs: await ffiCallNs(),
  };
}

function timesOf(probe: Probe, what: "nothing" | "getppid", ticksPerNs: number): Quantiles {
  probe.timeCalls(timedRegions / 10, what);
  const histogram = newHistogram();
  for (const ticks of probe.timeCalls(timedRegions, what)) {
    histogram.recordValue(ticksToNs(ticks, ticksPerNs));
  }
  return quantilesOf(histogram);
}

/** Many calls a sample: one alone is shorter than a reading of the JavaScript clock. */
async function ffiCallNs(): Promise<number> {
  const bench = new Bench({ time: 40, warmupTime: 20 });
  bench.add("getppid", () => {
    for (let i = 0; i < ffiCallsPerSample; i++) getppid();
  });
  const [task] = await bench.run();
  if (task?.result.state !== "completed") throw new Error("The FFI call could not be timed");
  return (task.result.latency.p50 * 1e6) / ffiCallsPerSample;
}
