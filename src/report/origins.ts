/** Where each fork of a run came from: of a merged file, the file that it was in. Pure. */

import type { Fork, Run } from "../results/schema.ts";

/** The facts of the run that measured a fork. */
export interface Origin extends Pick<Run, "tool" | "host" | "startedAt"> {
  /** How long after the start of the whole the fork started: one runs after another. */
  readonly startMs: number;
}

/** Finds a fork's origin; a fork of no source, which no merge makes, is the run's own. */
export function originsOf(run: Run): (fork: Fork) => Origin {
  const startOfAll = Date.parse(run.startedAt);
  const own = { ...run, forks: { first: 0, count: run.forks.length } };
  const origins = new Map<Fork, Origin>();
  for (const { tool, host, startedAt, forks } of run.sources ?? [own]) {
    let startMs = Math.max(0, Date.parse(startedAt) - startOfAll);
    for (const fork of run.forks.slice(forks.first, forks.first + forks.count)) {
      origins.set(fork, { tool, host, startedAt, startMs });
      startMs += fork.elapsedMs;
    }
  }
  return (fork) => origins.get(fork) ?? { ...run, startMs: 0 };
}
