/** Every profile with every way, in real threads on the running kernel, for facts alone. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { formatAddress } from "../model.ts";
import { loadCode } from "../probe/native.ts";
import { profileOf, profiles } from "../profiles/index.ts";
import type { Profile } from "../profiles/profile.ts";
import { soundnessOf, unavailableWay } from "../reserve/way-facts.ts";
import { type PathArm, type PathFork, pathRunSchema } from "../results/path-schema.ts";
import { readHost } from "../sys/host.ts";
import {
  describeProfile,
  executePaths,
  type Ground,
  type PathEvent,
  readGround,
  runnable,
} from "./path.ts";
import { setupOf, smallOptions } from "./plan.test.data.ts";

const native = loadCode();
const noNative = native.state === "unavailable" && native.reason;
const host = readHost();
const { pageBytes } = host;
const ground = readGround(host);
const runnableProfiles = profiles.flatMap((profile) => runnable(profile, ground).runnable ?? []);
const carve = profileOf("carve");
const [firstCarve] = carve.ways;
/** One way that needs no machine of any kind. */
const small: Profile = { ...carve, id: "small", ways: [firstCarve] };

type Setup = ReturnType<typeof setupOf>;

function setupFor(probe: "native" | "libc" | "auto", chosen: readonly Profile[]): Setup {
  const threads = Math.max(...chosen.map(({ actors, interlopers }) => actors + interlopers));
  return { ...setupOf(smallOptions({ probe }), pageBytes), threads };
}

/** One fork, without time: a warm-up and one block a way. */
async function smoke(
  chosen: readonly Profile[],
  setup: Setup,
  onEvent: (event: PathEvent, abort: () => void) => void = () => {},
): Promise<PathFork> {
  const controller = new AbortController();
  const context = { setup, endsAtMs: 0, signal: controller.signal };
  const forks: PathFork[] = [];
  for await (const event of executePaths(chosen, 1, { rounds: 1, blockMs: 2, seed: 3 }, context)) {
    onEvent(event, () => controller.abort());
    if (event.kind === "fork-ended") forks.push(event.fork);
  }
  const [fork] = forks;
  assert.ok(fork && forks.length === 1);
  return fork;
}

for (const [probe, skip] of [
  ["native", noNative],
  ["libc", false],
] as const) {
  test(`every profile and way with the ${probe} probe: facts`, { skip }, async () => {
    const setup = setupFor(probe, runnableProfiles);
    const fork = await smoke(runnableProfiles, setup);
    assert.deepEqual([fork.status, fork.error], ["complete", undefined]);
    assert.deepEqual(pathRunSchema.shape.forks.parse([fork]), [fork]);
    assert.deepEqual(
      fork.cases.map((each) => [each.profile, each.arms.map(({ way }) => way), each.violations]),
      runnableProfiles.map(({ id, ways }) => [id, ways.map((way) => way.id), []]),
    );
    for (const [index, { arms }] of fork.cases.entries()) {
      const profile = runnableProfiles[index] as Profile;
      for (const arm of arms) assertArm(profile, arm, setup.flagVerdict === "supported");
    }
  });
}

/** What holds for every arm, whoever won. */
function assertArm(profile: Profile, arm: PathArm, isFlagKnown: boolean): void {
  const what = `${arm.way} of ${profile.id}`;
  const way = profile.ways.find(({ id }) => id === arm.way);
  assert.ok(way, what);
  const { counts, safety, systemCalls } = arm;
  assert.ok(counts.reservations >= profile.actors, `${what}: everybody takes a step a block`);
  assert.ok(counts.givenUp <= counts.reservations && counts.stale <= counts.fresh, what);
  assert.ok(counts.fresh <= Math.min(counts.attempts, counts.searches), what);
  assert.equal(safety.leaks, 0, what);
  if (soundnessOf(way) === "sound") {
    assert.deepEqual([safety.doubleOwners, safety.clobbers], [0, 0], what);
  }
  if (isFlagKnown) assert.deepEqual([counts.failed, arm.errnos], [0, {}], what);
  const isCarving = way.kind === "carve" || profile.carving !== undefined;
  assert.equal(counts.commits > 0, isCarving && counts.givenUp < counts.reservations, what);
  assert.equal(counts.commits, counts.frees, what);
  if (way.kind !== "searching") return;
  const readsText = ["maps-text", "cached-maps"].includes(way.search);
  assert.equal((systemCalls["openat"] ?? 0) > 0, readsText, what);
  if (way.search === "none") assert.equal(counts.searches, 0, what);
  if (way.strategy === "hint-munmap") assert.equal(counts.rejected, 0, what);
  if (way.strategy === "fixed-noreplace" && isFlagKnown) assert.equal(counts.misplaced, 0, what);
  if (way.strategy === "check-then-fixed") assert.equal(counts.placed, counts.attempts, what);
}

test("an actor that throws ends its fork, with its words; what came before is kept", async () => {
  const way = { kind: "searching", id: "broken", search: "magic", strategy: "fixed" } as const;
  const broken: Profile = {
    ...{ ...small, id: "broken" },
    ways: [{ ...way, retry: "random", locked: false, acceptsInRange: false }],
  };
  const fork = await smoke([small, broken, small], setupFor("auto", [small]));
  assert.deepEqual([fork.status, fork.error], ["failed", 'No search "magic"']);
  assert.deepEqual(
    fork.cases.map(({ profile }) => profile),
    ["small"],
  );
});

test("a fork that is interrupted keeps the profiles that were measured", async () => {
  let started = 0;
  const fork = await smoke([small, small, small], setupFor("auto", [small]), (event, abort) => {
    if (event.kind === "started" && ++started === 3) abort();
  });
  assert.deepEqual([fork.status, fork.cases.length], ["interrupted", 2]);
});

test("describeProfile() tells where the figures come from, and of every way what it is", () => {
  for (const profile of profiles) {
    const described = describeProfile(profile);
    assert.deepEqual(pathRunSchema.shape.profiles.parse([described]), [described]);
    assert.equal(described.low, formatAddress(profile.constraints.low));
    assert.equal(described.scaled, profile.scaled);
    assert.deepEqual(
      described.ways.map(({ id, sound, keepsRange }) => [id, sound, keepsRange]),
      profile.ways.map((way) => [way.id, soundnessOf(way), way.kind !== "trim"]),
    );
  }
});

test("runnable() leaves out the ways that cannot run here, and says why", () => {
  const anywhere = { pageBytes: 4096, lowest: 0, end: 2 ** 47 };
  for (const profile of profiles) {
    const { runnable: left, reasons } = runnable(profile, anywhere);
    const missing = profile.ways.filter((way) => unavailableWay(way) !== undefined);
    assert.equal(left?.ways.length, profile.ways.length - missing.length);
    assert.deepEqual(
      reasons.map((reason) => reason.split(": ")[0]),
      missing.map(({ id }) => id),
    );
  }
});

test("runnable() leaves out a profile that the machine has no ground for, and says why", () => {
  const { low, high } = small.constraints;
  const fits: Ground = { pageBytes: 4096, lowest: low, end: high };
  assert.deepEqual(runnable(small, fits).reasons, []);
  const obstacles: readonly [changes: Partial<Ground>, reason: RegExp][] = [
    [{ pageBytes: 2 ** 22 }, /no multiples of this machine's page of 4 MiB/],
    [{ lowest: low + 4096 }, /vm.mmap_min_addr is 0x200001000/],
    [{ end: high - 4096 }, /user space ends at 0x23ffff000/],
  ];
  for (const [changes, reason] of obstacles) {
    const { runnable: left, reasons } = runnable(small, { ...fits, ...changes });
    assert.equal(left, undefined);
    assert.match(reasons.join(), reason);
  }
});
