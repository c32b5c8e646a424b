/**
 * Whether a path run was safe: what was done to places that had an owner, way by way. A way that is
 * sound must never do it; of one that is not, the counts say how often it does.
 */

import type { PathArm, PathProfile } from "../results/path-schema.ts";
import { upperBound95 } from "../stats/zero.ts";
import type { PathGroup } from "./path-samples.ts";
import { addUp, type SafetyDigest, seenSentence } from "./safety.ts";
import { sum } from "./samples.ts";
import { plural } from "./wording.ts";

export type Soundness = PathProfile["ways"][number]["sound"] | "unknown";

/** One way in one profile, over all forks, crashed ones included. */
export interface WaySafety {
  readonly way: string;
  readonly sound: Soundness;
  /** Begun and brought to their end. */
  readonly reservations: number;
  readonly forks: number;
  readonly seen: PathArm["safety"];
  /** Of each kind that was seen 0 times: exact 95 % bound of its rate per reservation. */
  readonly upperBound: number;
}

/** A way that may do harm by what it is, and the harm that it was seen to do. */
export interface OtherWay {
  readonly sound: "Not sound" | "Sound only if all do it";
  readonly sentence: string;
}

export interface PathSafety extends Pick<SafetyDigest, "state" | "sentence"> {
  /** Of the ways that must be sound, all together. */
  readonly reservations: number;
  readonly upperBound: number;
  /** Each other way in a profile. */
  readonly others: readonly OtherWay[];
}

const names = ["clobbers", "doubleOwners", "leaks"] as const;

/** What was seen of a way in a group. */
export function waySafety({ profile, cases }: PathGroup, way: string): WaySafety {
  const own = cases.flatMap(({ fork, found }) =>
    found.arms.filter((arm) => arm.way === way).map((arm) => ({ fork, arm })),
  );
  const reservations = sum(own.map(({ arm }) => arm.counts.reservations));
  return {
    way,
    sound: profile.ways.find(({ id }) => id === way)?.sound ?? "unknown",
    reservations,
    forks: new Set(own.map(({ fork }) => fork)).size,
    seen: addUp(
      names,
      own.map(({ arm }) => arm.safety),
    ),
    upperBound: upperBound95(reservations),
  };
}

/** How often harm was done. Taker and owner may both have seen it: who saw more tells. */
export function harmOf({ seen }: Pick<WaySafety, "seen">): number {
  return Math.max(seen.clobbers, seen.doubleOwners) + seen.leaks;
}

/** A way that nobody declared is held to the strict rule. */
export function mustBeSound({ sound }: Pick<WaySafety, "sound">): boolean {
  return sound === "sound" || sound === "unknown";
}

export function digestPathSafety(
  groups: readonly { readonly name: string; readonly safety: readonly WaySafety[] }[],
  forks: number,
): PathSafety {
  const all = groups.flatMap(({ name, safety }) => safety.map((each) => ({ ...each, name })));
  const strict = all.filter(mustBeSound);
  const reservations = sum(strict.map((each) => each.reservations));
  const upperBound = upperBound95(reservations);
  const seen = addUp(
    names,
    strict.map((each) => each.seen),
  );
  const nothing = "No reservation was made by a way that is sound: nothing to say on safety";
  const over = `${plural(reservations, "reservation")} by ways that must be sound`;
  const sentence = seenSentence(seen, over, forks, upperBound);
  return {
    state: harmOf({ seen }) > 0 ? "broken" : reservations > 0 ? "clean" : "no-attempts",
    reservations,
    upperBound,
    sentence: reservations > 0 ? sentence : nothing,
    others: all
      .filter((each) => !mustBeSound(each) && each.reservations > 0)
      .map((each) => {
        const over = plural(each.reservations, "reservation");
        const told = seenSentence(each.seen, over, each.forks, each.upperBound);
        return {
          sound: each.sound === "unsound" ? "Not sound" : "Sound only if all do it",
          sentence: `${each.way} in ${each.name}: ${told}`,
        };
      }),
  };
}
