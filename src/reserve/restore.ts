/**
 * What a checkpoint does to a reservation that it means to keep: unmaps it, and later maps it again
 * at the same address. Unguarded, MAP_FIXED replaces whatever came in between. With a placeholder,
 * asked for with the no-replace flag at once, the loss is noticed: then it waits for its turn.
 */

import { searchOf } from "../search/index.ts";
import { MAP_FIXED, MAP_FIXED_NOREPLACE } from "../sys/constants.ts";
import type { ActorTools, PathActor } from "./actor-tools.ts";
import type { Held } from "./grip.ts";
import type { RestoreWay } from "./way.ts";

export function openRestore(tools: ActorTools, way: RestoreWay): PathActor {
  const { profile, grip, flagUse } = tools;
  const { constraints } = profile;
  const searcher = searchOf("maps-text").open(tools);
  const isTrusted = !flagUse.isUnusable && !flagUse.pretendOldKernel;
  const askFlags = isTrusted ? MAP_FIXED_NOREPLACE : 0;
  let held: Held | undefined;
  /** Where it stood, and must stand again. */
  let place: Held | undefined;

  const begin = (): void => {
    for (let tried = 0; !held && tried < profile.tries; tried++) {
      const at = searcher.find(constraints, constraints.low);
      if (at === undefined) return;
      held = grip.attempt({ at, bytes: constraints.bytes }, askFlags).held;
      place = held;
    }
  };

  /** Maps it again; with a placeholder, tries to until nobody else has it, or gives up. */
  const restore = (at: Held): Held | undefined => {
    if (!way.placeholder) return grip.attempt(at, MAP_FIXED).held;
    for (let tried = 0; tried < profile.tries; tried++) {
      const { held: guard } = grip.attempt(at, askFlags);
      if (!guard) continue;
      // The placeholder is its own: MAP_FIXED over it replaces nobody else's.
      const { held: own } = grip.attempt(at, MAP_FIXED);
      if (own) grip.disown(guard);
      else grip.release(guard);
      return own;
    }
    return undefined;
  };

  return {
    step: () => {
      if (!place) begin();
      const { calls, tape } = grip;
      const { spentTicks } = calls;
      const began = calls.now();
      if (held) grip.release(held);
      // Where there is no room to begin with, there is nothing to restore.
      held = place && restore(place);
      tape.counts.reservations++;
      if (!held) tape.counts.givenUp++;
      grip.timeReservation(began, spentTicks);
    },
    drain: () => {
      if (held) grip.release(held);
      held = undefined;
      place = undefined;
    },
    close: () => searcher.close(),
  };
}
