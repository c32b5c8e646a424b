import type { Scenario } from "./scenario.ts";

/**
 * The pure price of winning: one actor, free windows. The strategies should tie.
 *
 *     windows   [AAAA]  [    ]  [    ]  [    ]
 *     actor      ^ A placed, released, then the next window
 */
export const solo: Scenario = {
  id: "solo",
  summary: "one actor and free windows: the pure price of winning",
  windows: 4,
  windowsAreFixed: false,
  occupied: false,
  order: "cyclic",
  soloOnly: true,
  hold: () => 0,
};
