/**
 * The fork's side of a case: look at the ground, let the actors reserve, and compare the maps with
 * those before.
 */

import { formatAddress, type Mapping } from "../model.ts";
import type { Profile } from "../profiles/profile.ts";
import { findBites } from "../reserve/bites.ts";
import { PathMemory } from "../reserve/path-memory.ts";
import { kernel } from "../sys/libc.ts";
import { mappingsIn, readMaps } from "../sys/maps.ts";
import type { MeasuredCase, PathPlan } from "./protocol.ts";
import type { Stage } from "./trial.ts";

/** Runs every way of a profile in turn. @throws InvariantError when an actor is lost */
export async function runCase(stage: Stage, plan: PathPlan): Promise<MeasuredCase> {
  const { profile, blocks, seed } = plan;
  const { low, high } = profile.constraints;
  const { pageBytes } = stage.setup;
  const before = readMaps();
  const bites = findBites(kernel, profile.constraints, pageBytes);
  const parties = profile.actors + profile.interlopers;
  const memory = new PathMemory(parties);
  const { flagUse } = stage.actorTrial(0, profile.actors);
  const reports = await stage.playPath(
    (actor) => ({
      trial: { profile, actor, actors: profile.actors, pageBytes, flagUse, blocks },
      ...{ parties, memory: memory.buffer, seed },
    }),
    parties,
  );
  const left = newMappings(mappingsIn(before, low, high), readMaps(low, high)).filter((mapping) =>
    isOurs(mapping, profile),
  );
  return {
    mappings: before.length,
    bites,
    leftovers: left.map(
      ({ start, end, perms }) =>
        `${formatAddress(start)}-${formatAddress(end)} ${perms} was left mapped: a leak`,
    ),
    reports,
  };
}

/** What stands now and did not stand before. */
function newMappings(before: readonly Mapping[], now: readonly Mapping[]): Mapping[] {
  return now.filter(
    ({ start, end, perms }) =>
      !before.some((old) => old.start <= start && old.end >= end && old.perms === perms),
  );
}

/** V8 maps memory of its own at random, in wide ranges as well, in sizes that nobody asks for. */
function isOurs({ start, end, perms, name }: Mapping, profile: Profile): boolean {
  const isOwnProt = perms === "---p" || (profile.prot === "rw" && perms === "rw-p");
  return name === "" && isOwnProt && end - start >= profile.leastBytes;
}
