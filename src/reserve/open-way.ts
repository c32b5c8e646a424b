/** From a way as data to an actor that follows it. */

import type { ActorTools, PathActor } from "./actor-tools.ts";
import { openArena } from "./arena.ts";
import { openCarving } from "./carving.ts";
import { openRestore } from "./restore.ts";
import { openSearching } from "./searching.ts";
import { openTrim } from "./trim.ts";
import type { Way } from "./way.ts";

export function openWay(tools: ActorTools, way: Way): PathActor {
  switch (way.kind) {
    case "searching":
      return openSearching(tools, way);
    case "arena":
      return openArena(tools);
    case "trim":
      return openTrim(tools);
    case "restore":
      return openRestore(tools, way);
    case "carve":
      return openCarving(tools, way);
    default:
      return way satisfies never;
  }
}
