/**
 * What runtimes do that need an alignment but no address: ask anywhere for the size and the
 * alignment together, and unmap what stands over at both ends. Races with nobody.
 */

import { address } from "../model.ts";
import type { ActorTools, PathActor } from "./actor-tools.ts";
import { openCarver } from "./carving.ts";
import type { Held } from "./grip.ts";

export function openTrim(tools: ActorTools): PathActor {
  const { profile, grip } = tools;
  const { bytes, alignBytes } = profile.constraints;
  const { calls } = grip;
  const carver = openCarver(tools);
  const held: Held[] = [];

  const reserve = (): void => {
    const { counts } = grip.tape;
    const { spentTicks } = calls;
    const total = bytes + alignBytes;
    const result = grip.attemptAnywhere(total);
    const began = calls.beganTicks;
    counts.reservations++;
    if (result === undefined) counts.givenUp++;
    else {
      const start = Math.ceil(result / alignBytes) * alignBytes;
      grip.trim(result, start - result);
      grip.trim(start + bytes, result + total - start - bytes);
    }
    grip.tape.time("reservation", calls.endedTicks - began);
    grip.tape.time("reservation-kernel", calls.spentTicks - spentTicks);
    if (result === undefined) return;
    const own = grip.own(address(Math.ceil(result / alignBytes) * alignBytes), bytes);
    held.push(own);
    carver.carve(own);
  };

  const releaseOldest = (): void => {
    const oldest = held.shift();
    if (oldest) grip.release(oldest);
  };

  return {
    step: () => {
      if (held.length > profile.hold) releaseOldest();
      reserve();
    },
    drain: () => {
      while (held.length > 0) releaseOldest();
    },
    close: () => {},
  };
}
