/**
 * A run as an HdrHistogram log, format 1.3, for the log processors that read those: a line a fork,
 * configuration, strategy and class, its histogram just as the file has it.
 */

import { UsageError } from "../errors.ts";
import { callClasses } from "../model.ts";
import { isHistogram } from "../results/packed-histogram.ts";
import type { Distribution, Run } from "../results/schema.ts";
import { oneLine } from "./gate-wording.ts";
import { commandWords, toolsWords } from "./merged-words.ts";
import { originsOf } from "./origins.ts";
import { printable } from "./prose.ts";

const nsAMs = 1e6;

/**
 * Lines of one tag belong together: added up over forks, they are the distribution of all. An
 * interval is its fork's, in the order they started; the file knows how long forks took, not when
 * each began, so they follow one another.
 *
 * @throws UsageError where a histogram is missing, as in a baseline, or is none
 */
export function renderHlog(run: Run): string {
  const origins = originsOf(run);
  const forks = run.forks
    .map((fork) => ({ fork, startMs: origins(fork).startMs }))
    .sort((a, b) => a.startMs - b.startMs);
  const lines = forks.flatMap(({ fork, startMs }) => {
    const interval = `${seconds(startMs)},${seconds(fork.elapsedMs)}`;
    return fork.trials.flatMap(({ spec, arms }) =>
      arms.flatMap(({ strategy, distributions }) =>
        callClasses.flatMap((name) => {
          const distribution = distributions[name];
          if (!distribution) return [];
          const tag = tagOf(spec.scenario, String(spec.actors), strategy, name);
          const max = (distribution.quantiles.max / nsAMs).toFixed(3);
          const encoded = encodedOf(distribution, `fork ${fork.index + 1}, ${tag}`, isHistogram);
          return [`Tag=${tag},${interval},${max},${encoded}`];
        }),
      ),
    );
  });
  return `${[...header(run), ...lines].join("\n")}\n`;
}

/** The distribution's histogram, if it `fits`. @throws UsageError that says where it does not */
export function encodedOf(
  { histogram }: Distribution,
  where: string,
  fits: (encoded: string) => boolean,
): string {
  if (histogram === null) {
    throw new UsageError(
      `There is no histogram in ${where}: this is a baseline, which keeps quantiles alone. Name ` +
        "the result file that it was saved from, or ask for --format csv.",
    );
  }
  if (fits(histogram)) return histogram;
  throw new UsageError(
    `What stands for a histogram in ${where} is none: the file is damaged, or not noclobber's. ` +
      "Measure again, or ask for --format csv, which needs none.",
  );
}

function header(run: Run): string[] {
  const { startedAt } = run;
  const start = `${seconds(Date.parse(startedAt))} (seconds since epoch)`;
  return [
    `#[Logged with ${oneLine(toolsWords(run))}]`,
    "#[Histogram log format version 1.3]",
    `#[Command: ${oneLine(commandWords(run))}]`,
    "#[Tag: scenario/actors/strategy/class; values in nanoseconds, Interval_Max in milliseconds]",
    "#[Where no attempt was misplaced, lost attempts are the rejected ones]",
    `#[StartTime: ${start}, ${startedAt}]`,
    `#[BaseTime: ${start}]`,
    '"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"',
  ];
}

/** A tag ends at a comma or a space. */
function tagOf(...words: readonly string[]): string {
  return words.map((word) => printable(word).replace(/[\s,]+/g, "_")).join("/");
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}
