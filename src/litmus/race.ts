/**
 * A litmus scenario that the attempt loop itself runs, millions of times: windows that overlap in
 * some way, and who asks for which. Its outcomes are the same for every such scenario; what differs
 * is which of them may be seen.
 */

import type { RecordCounts } from "../measure/tally.ts";
import { type Address, address, type CallClass, callClasses, type Window } from "../model.ts";
import { errnoName } from "../sys/constants.ts";
import type { Outcome } from "./outcome.ts";

/** Bytes of a unit, in which geometries are drawn. */
export const unitBytes = 2 ** 16;

/** A window in units, from the start of the scenario's stretch of address space. */
export interface Shape {
  readonly start: number;
  readonly units: number;
}

export interface Race {
  /** In kebab-case; the file has the same name. */
  readonly id: string;
  /** One line for --help and the reports. */
  readonly summary: string;
  /** Actor i asks for window i; with more actors than windows, they start again. */
  readonly windows: readonly Shape[];
  readonly actors: number;
  /** Owners write to their window and read it back, where the strategy makes that safe. */
  readonly touch: boolean;
  /** Every actor must get its window whatever the others do. */
  readonly alwaysPlaced: boolean;
}

/** The windows of a race at an address. Each unit has a claim, so that overlaps cannot hide. */
export function windowsOf(race: Race, base: Address): Window[] {
  return race.windows.map(({ start, units }) => ({
    start: address(base + start * unitBytes),
    bytes: units * unitBytes,
    firstClaim: start,
    claims: units,
  }));
}

/** Units from the first window's start to the last one's end. */
export function unitsOf(race: Race): number {
  return Math.max(...race.windows.map(({ start, units }) => start + units));
}

/**
 * What may be seen. The negative control has the same outcomes; there, the broken ones are what it
 * is for.
 */
export function outcomesOf(race: Race, clobbers: boolean): readonly Outcome[] {
  const broken = clobbers ? "interesting" : "forbidden";
  return [
    { id: "owner", expectation: "acceptable", meaning: "the window was placed, and nobody's" },
    {
      id: "lost",
      expectation: race.alwaysPlaced ? "forbidden" : "acceptable",
      meaning: race.alwaysPlaced
        ? "a neighbour's window made a free one unavailable"
        : "the window was taken, or a part of it",
    },
    {
      id: "two-owners",
      expectation: broken,
      meaning: "the window was placed while it had a live owner",
    },
    {
      id: "clobbered",
      expectation: broken,
      meaning: "an owner found at its release that it had been replaced",
    },
    {
      id: "free-again",
      expectation: "acceptable",
      meaning: "after everybody had given up, a look found the window free",
      outOf: looks,
    },
    {
      id: "lost-window",
      expectation: "forbidden",
      meaning: "after everybody had given up, the window could not be had",
      outOf: looks,
    },
  ];
}

/** What a look at a window after the race may find. */
const looks = ["free-again", "lost-window"];

/** How often each outcome was seen; failed attempts under their errno, which nobody declares. */
export function countOutcomes(
  records: readonly RecordCounts[],
  windows: { readonly free: number; readonly lost: number },
): Map<string, number> {
  const sum = (value: (counts: RecordCounts) => number): number =>
    records.reduce((total, counts) => total + value(counts), 0);
  const of = (kind: CallClass): number =>
    sum((counts) => counts.byClass[callClasses.indexOf(kind)] as number);
  const doubleOwners = sum((counts) => counts.doubleOwners);
  const outcomes = new Map([
    ["owner", of("placed") - doubleOwners],
    ["lost", of("rejected") + of("misplaced")],
    ["two-owners", doubleOwners],
    ["clobbered", sum((counts) => counts.clobbers + counts.canaries)],
    ["free-again", windows.free],
    ["lost-window", windows.lost],
  ]);
  for (const { errnos } of records) {
    for (const [errno, count] of errnos) {
      const id = `failed-${errnoName(errno)}`;
      outcomes.set(id, (outcomes.get(id) ?? 0) + count);
    }
  }
  return outcomes;
}
