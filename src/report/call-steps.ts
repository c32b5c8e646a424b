/**
 * The calls of one or more histograms, added up and read as HdrHistogram's own readers do: values
 * that were recorded with the calls up to each, and the value at a percentile.
 */

import { addCounts, mostPlaces, valuesAt } from "../results/packed-histogram.ts";

/** A value that was recorded: the calls that took it, and those that took no longer. */
export interface Step {
  readonly lowest: number;
  readonly highest: number;
  /** Every call of a place is taken to be in its middle. */
  readonly middle: number;
  readonly count: number;
  readonly upTo: number;
}

/** Calls by place, to which {@link addCounts} adds. */
export function newCounts(): Float64Array {
  return new Float64Array(mostPlaces);
}

/** Ascending; few of the places have calls. */
export function stepsOf(counts: Float64Array): Step[] {
  const steps: Step[] = [];
  let upTo = 0;
  for (let place = 0; place < counts.length; place++) {
    const count = counts[place] as number;
    if (count === 0) continue;
    upTo += count;
    const { lowest, width } = valuesAt(place);
    const middle = lowest + Math.floor(width / 2);
    steps.push({ lowest, highest: lowest + width - 1, middle, count, upTo });
  }
  return steps;
}

/** In nanoseconds, of 0 to 100 per cent; 0 where there is no call. */
export function valueAtPercentile(steps: readonly Step[], percentile: number): number {
  const share = (percentile / 100) * (steps.at(-1)?.upTo ?? 0);
  // A product that is one unit in the last place too large would skip a call.
  const calls = Math.max(Math.ceil(share - 2 ** (Math.floor(Math.log2(share)) - 52)), 1);
  let [low, high] = [0, steps.length - 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((steps[middle] as Step).upTo >= calls) high = middle;
    else low = middle + 1;
  }
  const found = steps[low];
  return (percentile === 0 ? found?.lowest : found?.highest) ?? 0;
}
