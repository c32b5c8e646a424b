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
 *     hint-munmap      owner 10327, lost 50216
 *     fixed-noreplace  owner 19455, lost 1307082
 *     fixed            owner 21037, two-owners 86, clobbered 86
 */
export const churn: Race = {
  id: "churn",
  summary: "a release races attempts: owner, nobody, new owner; never two",
  windows: [{ start: 0, units: 1 }],
  actors: 4,
  touch: true,
  alwaysPlaced: false,
};
