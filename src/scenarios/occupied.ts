import type { Scenario } from "./scenario.ts";

/**
 * The pure price of losing: a third party holds every window, so every attempt is lost.
 *
 *     windows   [########]  [########]  [########]  [########]      # third party
 *     actors     ^ A lost                ^ B lost
 */
export const occupied: Scenario = {
  id: "occupied",
  summary: "a third party holds every window: the pure price of losing",
  windows: 64,
  windowsAreFixed: false,
  occupied: true,
  order: "random",
  soloOnly: false,
  hold: () => 0,
};
