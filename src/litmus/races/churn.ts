import type { Race } from "../race.ts";

/**
 * An owner releases its window while others ask for it. In between nobody owns it; never do two,
 * and never is it lost for good. Owners write to their pages and read them back before the release.
 *
 *     A       [AAAAAAAA]  [        ]  [        ]
 *     B           lost        lost    [BBBBBBBB]
 *
 * Seen in 20 s of all scenarios on Linux 6.18, 2 CPUs; nothing else was:
 *
 *     hint-munmap      owner 9263, lost 47532
 *     fixed-noreplace  owner 18917, lost 1433796
 *     fixed            owner 16918, two-owners 4147, clobbered 4147
 */
export const churn: Race = {
  id: "churn",
  summary: "a release races attempts: owner, nobody, new owner; never two",
  windows: [{ start: 0, units: 1 }],
  actors: 4,
  touch: true,
  alwaysPlaced: false,
};
