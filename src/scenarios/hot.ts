import type { Scenario } from "./scenario.ts";

/**
 * The fiercest race: one window that every actor wants, released as soon as it was placed.
 *
 *     window    [AAAAAAAA]
 *     actors     ^ A placed, released, placed ...
 *                ^ B lost, lost, placed ...
 */
export const hot: Scenario = {
  id: "hot",
  summary: "one window that every actor wants",
  windows: 1,
  windowsAreFixed: true,
  occupied: false,
  order: "cyclic",
  soloOnly: false,
  hold: () => 0,
};
