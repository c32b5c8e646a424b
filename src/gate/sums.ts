/**
 * Whether an arm's parts add up to its counts: the histograms class by class, the blocks, and the
 * actors. Capture makes sure of the same; a file may have been through other hands since.
 */

import { callsByClass, decodeHistogram } from "../results/histogram.ts";
import type { Arm, Distribution } from "../results/schema.ts";

/**
 * A sentence for each class of calls whose histogram does not hold exactly its calls. Where
 * `mayBeDropped`, a histogram of null passes on its quantiles: committed baselines have none.
 */
export function unevenHistograms({ counts, distributions }: Arm, mayBeDropped: boolean): string[] {
  return callsByClass(counts).flatMap(([kind, calls]) => {
    const found = contentsOf(distributions[kind], calls, mayBeDropped);
    return found === undefined ? [] : [`${kind}: ${calls} calls, but ${found}`];
  });
}

/** What is wrong with a distribution of so many calls; undefined where nothing is. */
function contentsOf(
  distribution: Distribution | undefined,
  calls: number,
  mayBeDropped: boolean,
): string | undefined {
  if (!distribution) return calls === 0 ? undefined : "no histogram";
  const { quantiles, histogram } = distribution;
  if (quantiles.count !== calls) return `${quantiles.count} behind its quantiles`;
  if (histogram === null) return mayBeDropped ? undefined : "its histogram was dropped";
  const decoded = decodeHistogram(histogram);
  if (!decoded) return "its histogram does not decode";
  return decoded.totalCount === calls ? undefined : `${decoded.totalCount} in its histogram`;
}

/** A sentence for each sum that is off, and one for block arrays of different lengths. */
export function unevenBlocks({ counts, placedByActor, blocks }: Arm): string[] {
  const sums: readonly (readonly [string, number, string, readonly number[]])[] = [
    ["attempts", counts.attempts, "blocks", blocks.attempts],
    ["placed windows", counts.placed, "blocks", blocks.placed],
    ["placed windows", counts.placed, "actors", placedByActor],
  ];
  const uneven = sums.flatMap(([what, whole, parts, values]) => {
    const sum = values.reduce((a, b) => a + b, 0);
    return sum === whole ? [] : [`${whole} ${what}, but ${sum} in all ${parts}`];
  });
  const odd = blockLengths(blocks).filter(([, length]) => length !== blocks.order.length);
  if (odd.length === 0) return uneven;
  const lengths = odd.map(([name, length]) => `${length} in ${name}`).join(", ");
  return [...uneven, `${blocks.order.length} blocks in order, but ${lengths}`];
}

function blockLengths({ latencies, ...arrays }: Arm["blocks"]): [name: string, length: number][] {
  const ofClasses = Object.entries(latencies).flatMap(([kind, quantiles]) =>
    Object.entries(quantiles).map(([quantile, values]): [string, number] => [
      `latencies.${kind}.${quantile}`,
      values.length,
    ]),
  );
  const plain = Object.entries(arrays).map(([name, { length }]): [string, number] => [
    name,
    length,
  ]);
  return [...plain, ...ofClasses];
}
