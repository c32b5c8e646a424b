/**
 * The only door to hdr-histogram-js: exact tick counts become HDR histograms of nanoseconds,
 * histograms become what the result file stores, and that becomes histograms again.
 */

import hdr from "hdr-histogram-js";
import type { CallClass } from "../model.ts";
import { ticksToNs } from "../units.ts";
import { highestNs, isHistogram, significantDigits } from "./packed-histogram.ts";
import type { Arm, Distribution, Quantiles } from "./schema.ts";

export type Histogram = hdr.Histogram;

/** Tick values and how often each was seen; same length, in no order, and a value may repeat. */
export interface TickCounts {
  readonly ticks: Uint32Array;
  readonly counts: Uint32Array;
}

/** An empty histogram of whole nanoseconds. */
export function newHistogram(): Histogram {
  return hdr.build({
    bitBucketSize: 32,
    autoResize: false,
    lowestDiscernibleValue: 1,
    highestTrackableValue: highestNs,
    numberOfSignificantValueDigits: significantDigits,
  });
}

/** The distribution of several actors' counts; undefined where there was no call. */
export function distributionOf(
  parts: readonly TickCounts[],
  ticksPerNs: number,
): Distribution | undefined {
  const histogram = newHistogram();
  let overflow = 0;
  for (const { ticks, counts } of parts) {
    for (let i = 0; i < ticks.length; i++) {
      const count = counts[i] as number;
      const ns = ticksToNs(ticks[i] as number, ticksPerNs);
      // A record saturates at 2^32 - 1 ticks: more than a second that nobody can tell from more.
      if (ticks[i] === 0xffffffff || ns > highestNs) overflow += count;
      histogram.recordValueWithCount(Math.min(ns, highestNs), count);
    }
  }
  if (histogram.totalCount === 0) return undefined;
  return {
    quantiles: quantilesOf(histogram),
    overflow,
    histogram: hdr.encodeIntoCompressedBase64(histogram),
  };
}

/**
 * The histogram that a file holds; undefined where the text is not one that {@link newHistogram}
 * began. The library believes what it reads: a forged histogram lets it allocate megabytes, or loop
 * for hours over counts that are not there.
 */
export function decodeHistogram(encoded: string): Histogram | undefined {
  return isHistogram(encoded) ? hdr.decodeFromCompressedBase64(encoded) : undefined;
}

/** How many calls of each class the histograms of an arm hold, by its counts. */
export function callsByClass(counts: Arm["counts"]): readonly (readonly [CallClass, number])[] {
  return [
    ["placed", counts.placed],
    ["rejected", counts.rejected],
    ["misplaced", counts.misplaced],
    ["failed", counts.failed],
    ["cleanup", counts.cleanups],
    // Without misplacements whole lost attempts would only repeat the rejected ones.
    ["lost", counts.misplaced > 0 ? counts.misplaced + counts.rejected : 0],
    ["release", counts.releases],
  ];
}

/** The quantiles that the file keeps beside a histogram, in nanoseconds. */
export function quantilesOf(histogram: Histogram): Quantiles {
  return {
    count: histogram.totalCount,
    p50: histogram.getValueAtPercentile(50),
    p90: histogram.getValueAtPercentile(90),
    p99: histogram.getValueAtPercentile(99),
    p999: histogram.getValueAtPercentile(99.9),
    max: histogram.maxValue,
  };
}
