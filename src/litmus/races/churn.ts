import type { Race } from "../race.ts";

/**
 * An owner releases its window while others ask for it. In between nobody owns it; never do two,
 * and never is it lost for good. Owners write to their pages and read them back before the release.
 *
 *     A       [AAAAAAAA]  [        ]  [        ]
 *     B           lost        lost    [BBBBBBBB]
 */
export const churn: Race = {
  id: "churn",
  summary: "a release races attempts: owner, nobody, new owner; never two",
  windows: [{ start: 0, units: 1 }],
  actors: 4,
  touch: true,
  alwaysPlaced: false,
};
