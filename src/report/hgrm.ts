/**
 * Distributions as HdrHistogram tools print them: the percentile lines that its plotters read, over
 * all forks of a configuration, strategy and class. Whole distributions need the histograms; a
 * baseline has none.
 */

import { type CallClass, callClasses } from "../model.ts";
import { addCounts, mostPlaces, placesAnOctave } from "../results/packed-histogram.ts";
import type { Distribution, Run, TrialSpec } from "../results/schema.ts";
import { newCounts, type Step, stepsOf } from "./call-steps.ts";
import { oneLine } from "./gate-wording.ts";
import { encodedOf } from "./hlog.ts";
import { commandWords, toolsWords } from "./merged-words.ts";
import { configurationsOf, sum } from "./samples.ts";
import { plural } from "./wording.ts";

/** Steps in each half of the distance to 100 %, as HdrHistogram's tools have by default. */
const stepsAHalf = 5;

/** They round as HdrHistogram's own do, and take a while to make. */
const [twoDigits, threeDigits, twelveDigits] = [2, 3, 12].map(
  (digits) =>
    new Intl.NumberFormat("en-US", {
      ...{ minimumFractionDigits: digits, maximumFractionDigits: digits },
      useGrouping: false,
    }),
) as [Intl.NumberFormat, Intl.NumberFormat, Intl.NumberFormat];

/**
 * A block for each configuration, strategy and class, after a comment that names it; nanoseconds.
 * @throws UsageError where a histogram is missing, as in a baseline, or is none
 */
export function renderHgrm(run: Run): string {
  const opening = [
    `#[Percentile distributions of ${oneLine(toolsWords(run))}]`,
    `#[Command: ${oneLine(commandWords(run))}]`,
    "#[Values in nanoseconds. Where no attempt was misplaced, lost attempts are the rejected ones]",
  ].join("\n");
  const blocks = configurationsOf(run).flatMap(({ spec, arms }) =>
    [...arms].flatMap(([strategy, byFork]) =>
      callClasses.flatMap((name) => {
        const found = [...byFork].flatMap(([fork, { distributions }]) => {
          const distribution = distributions[name];
          return distribution ? [{ fork, distribution }] : [];
        });
        return found.length === 0 ? [] : [blockOf(spec, strategy, name, found)];
      }),
    ),
  );
  return `${[opening, ...blocks].join("\n\n")}\n`;
}

function blockOf(
  { scenario, actors }: TrialSpec,
  strategy: string,
  name: CallClass,
  found: readonly { readonly fork: number; readonly distribution: Distribution }[],
): string {
  const counts = newCounts();
  const title = `${scenario}, ${plural(actors, "actor")}, ${strategy}, ${name}`;
  for (const { fork, distribution } of found) {
    encodedOf(distribution, `fork ${fork + 1}, ${title}`, (text) => addCounts(text, counts));
  }
  const steps = stepsOf(counts);
  const heading = `#[${oneLine(title)}: ${plural(found.length, "fork")}]`;
  return [heading, ...percentileLines(steps), ...closingLines(steps)].join("\n");
}

/** Value, percentile, calls up to it, and 1/(1-percentile), which is infinite at the last. */
function percentileLines(steps: readonly Step[]): string[] {
  const lines = ["       Value     Percentile TotalCount 1/(1-Percentile)", ""];
  const total = steps.at(-1)?.upTo ?? 0;
  const line = ({ highest, upTo }: Step, percentile: string): string =>
    `${`${highest}.000`.padStart(12)} ${percentile} ${String(upTo).padStart(10)}`;
  let index = 0;
  for (const step of steps) {
    for (let level = levelAt(index); level.percent <= (100 * step.upTo) / total; ) {
      lines.push(`${line(step, level.percentile)} ${level.inverse}`);
      level = levelAt(++index);
      if (step.upTo === total) break;
    }
  }
  return [...lines, ...steps.slice(-1).map((last) => line(last, twelveDigits.format(1)))];
}

/** A percentage at which there is a line, and what stands in it. */
interface Level {
  readonly percent: number;
  readonly percentile: string;
  readonly inverse: string;
}

/** The same for every distribution; as many as one had need of. */
const levels: Level[] = [];

function levelAt(index: number): Level {
  while (levels.length <= index) {
    const previous = levels.at(-1)?.percent;
    const percent = previous === undefined ? 0 : nextPercent(previous);
    levels.push({
      percent,
      percentile: twelveDigits.format(percent / 100),
      inverse: twoDigits.format(1 / (1 - percent / 100)).padStart(14),
    });
  }
  return levels[index] as Level;
}

function nextPercent(percent: number): number {
  const halvings = Math.floor(Math.log2(100 / (100 - percent)));
  return percent + 100 / (stepsAHalf * 2 ** (halvings + 1));
}

function closingLines(steps: readonly Step[]): string[] {
  const total = steps.at(-1)?.upTo ?? 0;
  const mean = sum(steps.map(({ middle, count }) => middle * count)) / total;
  const squares = sum(steps.map(({ middle, count }) => (middle - mean) ** 2 * count));
  const text = (value: number) => threeDigits.format(value).padStart(12);
  const whole = (value: number) => String(value).padStart(12);
  const [octaves, values] = [mostPlaces / placesAnOctave - 1, 2 * placesAnOctave];
  return [
    `#[Mean    = ${text(mean)}, StdDeviation   = ${text(Math.sqrt(squares / total))}]`,
    `#[Max     = ${text(steps.at(-1)?.highest ?? 0)}, Total count    = ${whole(total)}]`,
    `#[Buckets = ${whole(octaves)}, SubBuckets     = ${whole(values)}]`,
  ];
}
