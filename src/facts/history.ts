/**
 * Facts that differ between kernels: before the flag, the flag with its first bug, and hints that
 * were refused for the sake of huge pages. Each says which versions must answer what.
 */

import { byEra, occupant, pages } from "./declare.ts";
import type { Fact, Place } from "./fact.ts";

export const historyFacts: readonly Fact[] = [
  {
    kind: "window",
    row: "26",
    title: "the flag, taken, by version",
    occupants: [occupant(16, 4)],
    window: pages(16, 4),
    byVersion: true,
    expected: {
      // Distributions and sandboxes have the flag under older numbers.
      noreplace: byEra([
        { from: [0, 0], declared: { answers: ["elsewhere", "EEXIST"] } },
        { from: [4, 17], declared: { answers: ["EEXIST"] } },
      ]),
    },
  },
  {
    kind: "window",
    row: "27",
    title: "overlaps the start, by version",
    occupants: [occupant(16, 4)],
    window: pages(15, 2),
    byVersion: true,
    expected: {
      // 7aa867dd8952 is in 4.19, and in the last stable releases of 4.18.
      noreplace: byEra([
        { from: [0, 0], declared: { answers: ["elsewhere", "EEXIST"] } },
        { from: [4, 17], declared: { answers: ["exact", "EEXIST"], occupants: "either" } },
        { from: [4, 19], declared: { answers: ["EEXIST"] } },
      ]),
    },
  },
  {
    kind: "window",
    row: "pmd-hole",
    title: "a hole of one huge page",
    occupants: [
      { at: besideHole(-1), kind: "writable" },
      { at: besideHole(1), kind: "writable" },
    ],
    window: hole,
    expected: {
      // efa7df3e3bb5 (6.7) to 249608ee4713 (6.13), which stable releases have as well.
      hint: byEra([
        { from: [0, 0], declared: { answers: ["exact"] } },
        { from: [6, 7], declared: { answers: ["exact", "elsewhere"] } },
        { from: [6, 13], declared: { answers: ["exact"] } },
      ]),
      noreplace: "exact",
    },
  },
];

/** The second huge page of the ground that is whole. */
function hole({ start, hugeBytes }: Parameters<Place>[0]) {
  return { at: (Math.ceil(start / hugeBytes) + 1) * hugeBytes, bytes: hugeBytes };
}

/** One page right below the hole, or right above it. */
function besideHole(side: -1 | 1): Place {
  return (ground) => {
    const { at, bytes } = hole(ground);
    return { at: side === -1 ? at - ground.pageBytes : at + bytes, bytes: ground.pageBytes };
  };
}
