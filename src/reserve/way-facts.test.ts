import assert from "node:assert/strict";
import { test } from "node:test";
import { canQueryMappings } from "../sys/procmap-query.ts";
import { wayOf } from "./fake-actor.test.data.ts";
import type { CarveWay, RestoreWay, Way } from "./way.ts";
import { describeWay, keepsRange, soundnessOf, unavailableWay } from "./way-facts.ts";

const arena: Way = { kind: "arena", id: "arena" };
const trim: Way = { kind: "trim", id: "trim" };

function restoring(placeholder: boolean): RestoreWay {
  return { kind: "restore", id: "restore", placeholder };
}

function carving(commit: CarveWay["commit"], free: CarveWay["free"], touch: boolean): CarveWay {
  return { kind: "carve", id: "carve", commit, free, touch };
}

type Soundness = ReturnType<typeof soundnessOf>;
const fixedWay = wayOf({ strategy: "check-then-fixed" });

const facts: readonly [way: Way, sound: Soundness, words: string][] = [
  [wayOf(), "sound", "search maps-text, fixed-noreplace, retry next-gap"],
  [
    wayOf({ search: "none", strategy: "hint-munmap", retry: "random", acceptsInRange: true }),
    "sound",
    "no search, hint-munmap, retry random, keeps what lands in the range",
  ],
  [wayOf({ strategy: "noreplace-or-hint" }), "sound", "search maps-text, noreplace-or-hint, retry"],
  [fixedWay, "unsound", "search maps-text, check-then-fixed, retry next-gap"],
  [{ ...fixedWay, locked: true }, "sound-if-all", "retry next-gap, under a lock of the process"],
  [wayOf({ locked: true }), "sound", "under a lock of the process"],
  [arena, "sound", "one reservation before the race"],
  [trim, "sound", "mmap anywhere for size and alignment together"],
  [restoring(false), "unsound", "munmap, then MAP_FIXED at the same address"],
  [restoring(true), "sound", "a placeholder with the no-replace flag"],
  [carving("map-fixed", "munmap", false), "unsound", "commit by map-fixed, free by munmap"],
  [carving("map-fixed", "dontneed", true), "sound", "free by dontneed, touched"],
  [carving("mprotect", "madv-free", false), "sound", "commit by mprotect, free by madv-free"],
];

test("describeWay() and soundnessOf() tell every kind of way", () => {
  for (const [way, sound, words] of facts) {
    assert.equal(soundnessOf(way), sound, words);
    const description = describeWay(way);
    assert.ok(description.includes(words), description);
    assert.doesNotMatch(description, /undefined|\n/);
  }
});

test("keepsRange() is false of what maps anywhere alone", () => {
  const anywhere = facts.filter(([way]) => !keepsRange(way)).map(([way]) => way);
  assert.deepEqual(anywhere, [trim]);
});

test("unavailableWay() depends on the kernel only where a search does", () => {
  for (const [way] of facts) assert.equal(unavailableWay(way), undefined);
  const reason = unavailableWay(wayOf({ search: "procmap-query" }));
  if (canQueryMappings()) assert.equal(reason, undefined);
  else assert.match(reason ?? "", /PROCMAP_QUERY/);
});
