/** What `--list` prints: the plan of a run, or profiles, before anything is measured. */

import { describeProfile } from "../src/orchestrate/path.ts";
import type { RunPlan } from "../src/orchestrate/plan.ts";
import type { Profile } from "../src/profiles/profile.ts";
import { plural } from "../src/report/wording.ts";
import { formatBytes } from "../src/units.ts";

/** Prints forks, trials and the time, one line each. */
export function printList({ options, forks }: RunPlan): void {
  const lines = [
    `${plural(forks.length, "fork")} within ${options.timeSeconds} s, seed ${options.seed}; ` +
      `in each trial the strategies take turns in blocks of ${options.blockMs} ms`,
    ...forks.map((fork) => {
      const first = fork.index === 0 || fork.strategies.length !== forks[0]?.strategies.length;
      const strategies = first ? `: ${fork.strategies.join(", ")}` : "";
      return `fork ${fork.index + 1}  seed ${fork.seed}${strategies}`;
    }),
    `trials of every fork:`,
    ...(forks[0]?.trials ?? []).map(
      ({ scenario, actors, windows, windowBytes, hold }) =>
        `  ${scenario.padEnd(10)} ${plural(actors, "actor").padStart(9)}  ` +
        `${plural(windows, "window")} of ${formatBytes(windowBytes)}  hold ${hold}`,
    ),
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}

/** Prints each profile in a few lines: who, where it was read, and every way. */
export function printProfiles(profiles: readonly Profile[]): void {
  process.stdout.write(profiles.map(describe).join("\n"));
}

function describe(profile: Profile): string {
  const { id, summary, source, low, high, bytes, scaled, ways } = describeProfile(profile);
  return [
    `${id}: ${summary}`,
    `  source  ${source}`,
    `  asks    ${formatBytes(bytes)} in ${low}-${high}`,
    ...(scaled === undefined ? [] : [`  scaled  ${scaled}`]),
    ...ways.map((way) => `  ${way.id.padEnd(32)}  ${way.summary}; ${way.sound}`),
    "",
  ].join("\n");
}
