/**
 * What `advise` measures: a program's own size, alignment, range and threads, in every way that
 * could be recommended. Not in the catalogue, because it holds nobody's constants. Every searching
 * way is called after all of its parts: "strategy+search+retry".
 */

import type { Constraints } from "../model.ts";
import type { Way } from "../reserve/way.ts";
import type { Profile } from "./profile.ts";
import { overReserve, reserveOnce, searchingWays } from "./ways.ts";

/** What a program wants, and what of this machine decides on the ways. */
export interface AdvisedGround
  extends Pick<
    Profile,
    "scaled" | "prot" | "stepBytes" | "tries" | "hold" | "actors" | "interlopers"
  > {
  readonly constraints: Constraints;
  /** Id of the strategy that passes the no-replace flag where it can be trusted. */
  readonly flagStrategy: "fixed-noreplace" | "noreplace-or-hint";
  /** All reservations at once are no more than one common arena has pieces. */
  readonly arenaFits: boolean;
  /** No range was asked for: any address will do. */
  readonly anywhere: boolean;
}

/** Searches that look, each with the rule that looks again. */
const searches = ["maps-text", "procmap-query", "cached-maps"];
/** Rules that go on without looking. */
const steps = ["next-step", "random", "both-ends"];

/** The profile with its ways: first what most programs do today. */
export function advisedProfile(ground: AdvisedGround): Profile {
  const { flagStrategy, arenaFits, anywhere, ...profile } = ground;
  const way = searchingWays({ search: "none", retry: "next-step" });
  const parts = (strategy: string, search: string, retry: string): Way =>
    way(strategy, { search, retry });
  return {
    id: "advised",
    summary: "what advise was asked for",
    source: "the options of advise",
    ...profile,
    leastBytes: profile.constraints.bytes,
    followsLast: false,
    ways: [
      parts("hint-munmap", "maps-text", "next-gap"),
      ...searches.map((search) => parts(flagStrategy, search, "next-gap")),
      ...steps.map((retry) => parts(flagStrategy, "none", retry)),
      parts("hint-munmap", "procmap-query", "next-gap"),
      parts("hint-munmap", "cached-maps", "next-gap"),
      parts("hint-munmap", "none", "next-step"),
      ...(arenaFits ? [reserveOnce] : []),
      ...(anywhere ? [overReserve] : []),
    ],
  };
}
