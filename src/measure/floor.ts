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
const stepsPerSample = 100;

/** What single steps of measuring cost, in nanoseconds; medians. */
export interface StepCosts {
  /** process.hrtime.bigint(): the clock that JavaScript has. */
  readonly javascriptClock: number;
  /** A koffi call of getppid, whole. */
  readonly ffiCall: number;
  /** One value into an HDR histogram. */
  readonly histogramRecord: number;
}

/** Times the steps that the probe keeps out of its timed region; about a quarter of a second. */
export async function measureSteps(): Promise<StepCosts> {
  const histogram = newHistogram();
  let value = 300;
  return {
    javascriptClock: await stepNs("clock", () => process.hrtime.bigint()),
    ffiCall: await stepNs("getppid", getppid),
    histogramRecord: await stepNs("record", () => {
      value = value < 60_000 ? value + 7 : 300;
      histogram.recordValue(value);
    }),
  };
}

/** The floor of `probe` in this process; takes about a tenth of a second. */
export async function measureFloor(probe: Probe, ticksPerNs: number): Promise<ProbeFacts["floor"]> {
  return {
    emptyRegionNs: timesOf(probe, "nothing", ticksPerNs),
    cheapestCallNs: timesOf(probe, "getppid", ticksPerNs),
    ffiCallNs: await stepNs("getppid", getppid),
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

/** Many a sample: one step alone is shorter than a reading of the JavaScript clock. */
async function stepNs(name: string, step: () => unknown): Promise<number> {
  const bench = new Bench({ time: 40, warmupTime: 20 });
  bench.add(name, () => {
    for (let i = 0; i < stepsPerSample; i++) step();
  });
  const [task] = await bench.run();
  if (task?.result.state !== "completed") throw new Error(`${name} could not be timed`);
  return (task.result.latency.p50 * 1e6) / stepsPerSample;
}
