/**
 * Baselines: result files without histograms, small enough to commit. Where one belongs, and
 * whether it may be replaced, is for whoever saves it.
 */

import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { messageOf, UsageError } from "../errors.ts";
import type { Run } from "./schema.ts";
import { readRun, refuseForeignFile, serializeRun } from "./store.ts";

/** Larger files weigh on every clone of a repository, for ever. */
export const mostBaselineBytes = 256 * 1024;

/** The run without its histograms; quantiles, counts and blocks stay. */
export function baselineOf(run: Run): Run {
  const baseline = structuredClone(run);
  for (const trial of baseline.forks.flatMap(({ trials }) => trials)) {
    for (const { distributions } of trial.arms) {
      for (const distribution of Object.values(distributions)) distribution.histogram = null;
    }
  }
  return baseline;
}

/** The text of the run's baseline. @throws UsageError where it is too large to commit */
export function serializeBaseline(run: Run): string {
  const text = serializeRun(baselineOf(run));
  const bytes = Buffer.byteLength(text);
  if (bytes <= mostBaselineBytes) return text;
  const trials = run.forks[0]?.trials ?? [];
  const kib = (size: number) => `${Math.ceil(size / 1024)} KiB`;
  throw new UsageError(
    `The baseline would take ${kib(bytes)}, ${kib(mostBaselineBytes)} at most: it holds ` +
      `every block of ${run.forks.length} forks of ${trials.length} configurations, each with ` +
      `${run.options.strategies.length} strategies. Measure again with fewer --forks or ` +
      "--rounds, or with fewer configurations: --scenario, --actors, --strategy.",
  );
}

/**
 * When the baseline at `path` began to be measured, by whichever version of noclobber; undefined
 * where there is none.
 *
 * @throws UsageError where there is something else, which must not be replaced by a baseline
 */
export function replacedBaseline(path: string): { readonly startedAt: string } | undefined {
  const text = textAt(path);
  if (text === "") return undefined;
  const startedAt = startOf(text);
  if (startedAt !== undefined) return { startedAt };
  throw new UsageError(
    `Cannot write ${path}: it is a result of noclobber, but not a baseline, which holds less. ` +
      "Name another file.",
  );
}

/** "" where there is no file. */
function textAt(path: string): string {
  try {
    refuseForeignFile(path);
    return existsSync(path) ? readFileSync(path, "utf8") : "";
  } catch (error) {
    if (error instanceof UsageError) throw error;
    // A file on the way to it, a folder that may not be searched, a link to itself.
    throw new UsageError(`Cannot write ${path}: ${messageOf(error)}. Name another file.`);
  }
}

/** Of an older version's file, too, which its schema does not know any more. */
function startOf(text: string): string | undefined {
  try {
    const json = JSON.parse(text) as { readonly startedAt?: unknown; readonly forks?: unknown };
    const isBaseline = Array.isArray(json.forks) && !/"histogram":\s*"/.test(text);
    return isBaseline && typeof json.startedAt === "string" ? json.startedAt : undefined;
  } catch {
    return undefined;
  }
}

/** A file in a folder of baselines. */
export type BaselineFile =
  | {
      readonly state: "readable";
      readonly path: string;
      readonly bytes: number;
      readonly run: Run;
    }
  | { readonly state: "unreadable"; readonly path: string; readonly reason: string };

/** Every JSON file of the folder, by name; none where there is no folder. @throws UsageError */
export function readBaselines(folder: string): BaselineFile[] {
  return namesIn(folder).map((name) => {
    const path = join(folder, name);
    try {
      const found = statSync(path);
      if (!found.isFile()) throw new UsageError(`${path} is not a regular file.`);
      return { state: "readable", path, bytes: found.size, run: readRun(path) };
    } catch (error) {
      return { state: "unreadable", path, reason: messageOf(error) };
    }
  });
}

function namesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(".json"))
      .sort();
  } catch (error) {
    throw new UsageError(
      `Cannot list ${folder}: ${messageOf(error)}. Make it a folder that you may read.`,
    );
  }
}
