/** What every way is opened with: one actor's view of its case. */

import type { Profile } from "../profiles/profile.ts";
import type { SearchTools } from "../search/search.ts";
import type { FlagUse } from "../strategies/strategy.ts";
import type { Grip } from "./grip.ts";
import type { PathMemory } from "./path-memory.ts";

export interface ActorTools extends SearchTools {
  readonly profile: Profile;
  readonly grip: Grip;
  readonly memory: PathMemory;
  /** 0 and up; actor 0 prepares what all share. */
  readonly actor: number;
  readonly flagUse: FlagUse;
  /** A seeded number from 0 up to, not including, 1. */
  readonly random: () => number;
}

/** One actor following one way. */
export interface PathActor {
  /** One reservation, or one turn of carving. */
  step(): void;
  /** Gives back everything that it still holds. */
  drain(): void;
  /** After all have drained: what it keeps open. */
  close(): void;
}
