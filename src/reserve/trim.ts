/**
 * What runtimes do that need an alignment but no address: ask anywhere for the size and the
 * alignment together, and unmap what stands over at both ends. Races with nobody.
 */

import { address } from "../model.ts";
import type { ActorTools, PathActor } from "./actor-tools.ts";
import { openCarver } from "./carving.ts";
import type { Held } from "./grip.ts";
import { keepLatest } from "./keep-latest.ts";

export function openTrim(tools: ActorTools): PathActor {
  const { profile, grip } = tools;
  const { bytes, alignBytes } = profile.constraints;
  const { calls } = grip;
  const carver = openCarver(tools);

  const reserve = (): Held | undefined => {
    const { counts } = grip.tape;
    const { spentTicks } = calls;
    const total = bytes + alignBytes;
    const result = grip.attemptAnywhere(total);
    const began = calls.beganTicks;
    counts.reservations++;
    if (result === undefined) {
      counts.givenUp++;
      grip.timeReservation(began, spentTicks);
      return undefined;
    }
    const start = Math.ceil(result / alignBytes) * alignBytes;
    grip.trim(result, start - result);
    grip.trim(start + bytes, result + total - start - bytes);
    grip.timeReservation(began, spentTicks);
    const own = grip.own(address(start), bytes);
    carver.carve(own);
    return own;
  };

  return keepLatest({ hold: profile.hold, reserve, release: (own) => grip.release(own) });
}
