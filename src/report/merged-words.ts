/**
 * How a merged run is named where a report says what was run: by all that its runs do not share,
 * not by the first of them. Words of a run that is none stand here, too, so that both read alike.
 */

import type { Run } from "../results/schema.ts";
import { formatWhole, plural, toolWords } from "./wording.ts";

type Sources = Pick<Run, "sources">;

/** "2 runs merged"; undefined where there is one. */
export function mergedWords({ sources = [] }: Sources): string | undefined {
  return sources.length > 1 ? `${plural(sources.length, "run")} merged` : undefined;
}

/** "2026-01-15T09:30:00Z", or "2 runs merged, the first of 2026-01-15T09:30:00Z". */
export function startWords({
  merged,
  startedAt,
}: {
  readonly merged?: string | undefined;
  readonly startedAt: string;
}): string {
  return merged === undefined ? startedAt : `${merged}, the first of ${startedAt}`;
}

/** "noclobber 0.1.0 (e621701)"; every build where there are several. */
export function toolsWords({ tool, sources = [] }: Pick<Run, "tool"> & Sources): string {
  const tools = [tool, ...sources.map((source) => source.tool)].map(toolWords);
  return listed(tools, ", ", 4);
}

/** "noclobber bench", or "2 runs merged: noclobber bench --seed 1; noclobber bench --seed 7". */
export function commandWords(run: Pick<Run, "command"> & Sources): string {
  const merged = mergedWords(run);
  const own = (run.sources ?? [run]).map(({ command }) => command.join(" "));
  return `${merged === undefined ? "" : `${merged}: `}${listed(own, "; ", 4)}`;
}

/** "seed 1", or "seeds 1, 7". */
export function seedWords(
  run: { readonly options: Pick<Run["options"], "seed"> } & Sources,
): string {
  const seeds = (run.sources ?? [run]).map(({ options }) => `${options.seed}`);
  return `seed${new Set(seeds).size > 1 ? "s" : ""} ${listed(seeds, ", ", 8)}`;
}

/** Each once; more than so many are counted. */
function listed(texts: readonly string[], separator: string, most: number): string {
  const own = [...new Set(texts)];
  const rest = own.length - most;
  return own.slice(0, most).join(separator) + (rest > 0 ? ` and ${formatWhole(rest)} more` : "");
}
