/**
 * What the runs that measure in forks have in common: the context that their forks run in, and the
 * way from events to a file that is whole after every fork.
 */

import { performance } from "node:perf_hooks";
import type { ExecuteContext, ForkFacts } from "../src/orchestrate/fork-life.ts";
import type { Preflight } from "../src/orchestrate/preflight.ts";
import type { BenchOptions, Warning } from "../src/results/schema.ts";
import { Live } from "./live.ts";
import { interruptOnSignals, type ResultFile } from "./output.ts";
import { addPinWarning, reportMs } from "./race-options.ts";

/** The context of forks with these options; `threads` is what the largest part needs. */
export function contextOf(
  options: BenchOptions,
  { host, flagVerdict }: Preflight,
  threads: number,
  signal: AbortSignal,
): ExecuteContext {
  const { allowedCpus: cpus, pageBytes } = host;
  return {
    setup: { options, cpus, pageBytes, flagVerdict, threads },
    endsAtMs: options.timeSeconds * 1000 - reportMs,
    signal,
  };
}

/** What a run's file holds of its forks, and of how it ended. */
interface RunOfForks<F> {
  forks: F[];
  warnings: Warning[];
  status: "running" | "complete" | "interrupted";
  elapsedMs: number;
}

type ForkEvent<F> =
  | { readonly kind: "started"; readonly fork: number; readonly what: string }
  | { readonly kind: "fork-ended"; readonly fork: F; readonly warnings: readonly string[] };

/**
 * Measures until all forks are done, the time is up or Ctrl-C comes; shows and saves every fork as
 * it ends. Returns the text that the file then holds.
 */
export async function keepForks<F extends ForkFacts & { readonly index: number }>(
  run: RunOfForks<F>,
  { forks, timeSeconds }: { readonly forks: number; readonly timeSeconds: number },
  file: ResultFile,
  serialize: () => string,
  execute: (signal: AbortSignal) => AsyncGenerator<ForkEvent<F>, void, undefined>,
): Promise<string> {
  const { signal } = interruptOnSignals();
  const live = new Live(process.stderr, forks, timeSeconds * 1000);
  for await (const event of execute(signal)) {
    if (event.kind === "started") {
      live.started(event.fork, event.what, performance.now());
      continue;
    }
    live.ended(event.fork.index, event.fork);
    run.forks.push(event.fork);
    for (const errno of event.warnings) addPinWarning(run.warnings, errno);
    run.elapsedMs = Math.round(performance.now());
    file.save(serialize());
  }
  live.close();
  run.status = signal.aborted ? "interrupted" : "complete";
  run.elapsedMs = Math.round(performance.now());
  const text = serialize();
  file.save(text);
  return text;
}
