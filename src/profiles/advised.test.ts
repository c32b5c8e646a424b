import assert from "node:assert/strict";
import { test } from "node:test";
import { address } from "../model.ts";
import { soundnessOf } from "../reserve/way-facts.ts";
import { retryRules } from "../retry/index.ts";
import { searches } from "../search/index.ts";
import { strategies } from "../strategies/index.ts";
import { type AdvisedGround, advisedProfile } from "./advised.ts";
import { MiB } from "./sizes.ts";

const ground: AdvisedGround = {
  constraints: {
    low: address(0x200000000),
    high: address(0xd00000000),
    bytes: 64 * MiB,
    alignBytes: 2 * MiB,
  },
  ...{ prot: "none", stepBytes: 64 * MiB, tries: 1000, hold: 1, actors: 8, interlopers: 1 },
  flagStrategy: "fixed-noreplace",
  arenaFits: true,
  anywhere: true,
};

test("advisedProfile() begins with what most do today, and has about a dozen sound ways", () => {
  const { ways } = advisedProfile(ground);
  assert.equal(ways[0].id, "hint-munmap+maps-text+next-gap");
  assert.ok(ways.length <= 12, `${ways.length} ways`);
  assert.equal(new Set(ways.map(({ id }) => id)).size, ways.length);
  for (const way of ways) assert.equal(soundnessOf(way), "sound", way.id);
});

test("advisedProfile() calls ways after parts that exist", () => {
  const ids = (all: readonly { readonly id: string }[]) => all.map(({ id }) => id);
  for (const way of advisedProfile(ground).ways) {
    if (way.kind !== "searching") continue;
    assert.equal(way.id, `${way.strategy}+${way.search}+${way.retry}`);
    assert.ok(ids(strategies).includes(way.strategy));
    assert.ok(ids(searches).includes(way.search));
    assert.ok(ids(retryRules).includes(way.retry));
  }
});

test("advisedProfile() offers an arena only where it fits, trimming only without a range", () => {
  const table = [
    [true, true, ["reserve-once", "over-reserve"]],
    [true, false, ["reserve-once"]],
    [false, true, ["over-reserve"]],
    [false, false, []],
  ] as const;
  for (const [arenaFits, anywhere, expected] of table) {
    const { ways } = advisedProfile({ ...ground, arenaFits, anywhere });
    assert.deepEqual(
      ways.filter(({ kind }) => kind !== "searching").map(({ id }) => id),
      expected,
    );
  }
});

test("advisedProfile() passes the flag by the strategy that it is given", () => {
  const { ways } = advisedProfile({ ...ground, flagStrategy: "noreplace-or-hint" });
  const own = ways.flatMap((way) => (way.kind === "searching" ? [way.strategy] : []));
  assert.deepEqual(new Set(own), new Set(["hint-munmap", "noreplace-or-hint"]));
});
