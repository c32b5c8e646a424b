import type { Scenario } from "./scenario.ts";

/** The share of attempts that should be lost. */
const conflictShare = 1 / 3;

/**
 * What a caller gets at a stated share of conflicts: windows are chosen at random, and each placed
 * one is kept for so many further attempts that about a third of all attempts find theirs taken.
 *
 *     windows   [AAAA]  [    ]  [BBBB]  [    ]  [AAAA]  ...
 *     actors             ^ A placed       ^ B placed
 *                                ^ A lost
 */
export const spread: Scenario = {
  id: "spread",
  summary: "64 windows at random, held so that a third of the attempts lose",
  windows: 64,
  windowsAreFixed: false,
  occupied: false,
  order: "random",
  soloOnly: false,
  hold: (actors, windows) => {
    // Of a window's holders, each actor keeps hold * (1 - share) at a time; their part of all
    // windows is the share of conflicts.
    return Math.max(1, Math.round((windows * conflictShare) / (1 - conflictShare) / actors));
  },
};
