/** What a configuration is called in a line: "spread/2", and what tells it from its namesakes. */

import type { TrialSpec } from "../results/schema.ts";
import { formatBytes } from "../units.ts";

/** A text that two configurations share exactly where they are the same. */
export function keyOf(spec: TrialSpec): string {
  const { scenario, actors, windows, windowBytes, hold } = spec;
  return JSON.stringify([scenario, actors, windows, windowBytes, hold]);
}

/** Names for these configurations and all others among them. */
export function namePlaces(specs: readonly TrialSpec[]): (spec: TrialSpec) => string {
  const keys = new Map<string, Set<string>>();
  for (const spec of specs) {
    keys.set(shortName(spec), (keys.get(shortName(spec)) ?? new Set()).add(keyOf(spec)));
  }
  return (spec) => {
    const { windows, windowBytes, hold } = spec;
    const name = shortName(spec);
    if ((keys.get(name)?.size ?? 0) < 2) return name;
    return `${name} (${windows} x ${formatBytes(windowBytes)}, hold ${hold})`;
  };
}

function shortName({ scenario, actors }: TrialSpec): string {
  return `${scenario}/${actors}`;
}
