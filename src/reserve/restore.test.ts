import assert from "node:assert/strict";
import { test } from "node:test";
import { ENOMEM, MAP_FIXED, MAP_FIXED_NOREPLACE } from "../sys/constants.ts";
import { FakeKernel, type FakeOptions } from "../sys/fake-kernel.test.data.ts";
import type { PathActor } from "./actor-tools.ts";
import {
  bytes,
  countsSeen,
  type FakeActor,
  fakeActor,
  low,
  placeAt,
} from "./fake-actor.test.data.ts";
import { PathMemory } from "./path-memory.ts";
import { openRestore } from "./restore.ts";

interface Scene {
  readonly fake: FakeActor;
  readonly actor: PathActor;
  /** Somebody of the same process, who keeps to the rules. */
  readonly other: FakeActor;
}

function open(placeholder: boolean, kernelOptions: FakeOptions = {}): Scene {
  const kernel = new FakeKernel(kernelOptions);
  const memory = new PathMemory(2);
  const fake = fakeActor({ kernel, memory, actor: 0 });
  const other = fakeActor({ kernel, memory, actor: 1 });
  const way = { kind: "restore", id: "restores", placeholder } as const;
  return { fake, actor: openRestore(fake.tools, way), other };
}

const first = { at: placeAt(0), bytes };

/** The other one takes the place in the gap of the next turn, if it is free then. */
function takeInTheGap({ fake, other }: Scene): void {
  let isUnmapped = false;
  fake.calls.before = (name) => {
    if (isUnmapped) other.tools.grip.attempt(first, MAP_FIXED_NOREPLACE);
    if (isUnmapped) fake.calls.before = () => {};
    isUnmapped = name === "munmap";
  };
}

for (const placeholder of [false, true]) {
  const title = placeholder ? "restore-placeholder" : "restore-unguarded";

  test(`${title} gives its place up in every turn and has it again`, () => {
    const { fake, actor } = open(placeholder);
    for (let step = 0; step < 5; step++) actor.step();
    const { reservations, givenUp, placed, releases, attempts } = fake.report().counts;
    assert.deepEqual([reservations, givenUp], [5, 0]);
    assert.deepEqual([placed, attempts, releases], placeholder ? [11, 11, 5] : [6, 6, 5]);
    assert.deepEqual(fake.kernel.mappings, [{ start: low, end: low + bytes }]);
    actor.drain();
    actor.close();
    assert.deepEqual(fake.kernel.mappings, []);
    assert.equal(fake.report().counts.releases, 6);
  });

  test(`${title} counts a turn in which there is no room to begin with`, () => {
    const { fake, actor } = open(placeholder);
    fake.kernel.take(low, 8 * bytes);
    for (let step = 0; step < 2; step++) actor.step();
    assert.deepEqual(countsSeen(fake.report()), { reservations: 2, givenUp: 2 });
    actor.drain();
    fake.kernel.letGo(low, 8 * bytes);
    actor.step();
    assert.deepEqual(fake.kernel.mappings, [{ start: low, end: low + bytes }]);
  });
}

test("restore-unguarded replaces what came into the gap, and both notice", () => {
  const scene = open(false);
  const { fake, actor, other } = scene;
  actor.step();
  takeInTheGap(scene);
  actor.step();
  assert.deepEqual([fake.report().doubleOwners, fake.report().counts.givenUp], [1, 0]);
  other.tools.grip.release(first);
  assert.equal(other.report().clobbers, 1);
});

test("restore-placeholder notices the loss, replaces nothing, and waits for its turn", () => {
  for (const flag of ["supported", "ignored"] as const) {
    const scene = open(true, { flag });
    const { fake, actor, other } = scene;
    actor.step();
    takeInTheGap(scene);
    actor.step();
    const { givenUp, rejected, misplaced, cleanups } = fake.report().counts;
    assert.equal(givenUp, 1);
    assert.deepEqual([rejected, misplaced], flag === "supported" ? [3, 0] : [0, 3]);
    assert.equal(cleanups, misplaced);
    actor.step();
    assert.equal(fake.report().counts.givenUp, 2, "the place is still the other one's");
    other.tools.grip.release(first);
    actor.step();
    assert.equal(fake.report().counts.givenUp, 2);
    assert.deepEqual([fake.report().doubleOwners, other.report().clobbers], [0, 0]);
    actor.drain();
    assert.deepEqual(fake.kernel.mappings, []);
  }
});

test("restore-placeholder gives its placeholder back where it cannot be replaced", () => {
  const { fake, actor } = open(true);
  actor.step();
  fake.calls.refuses = (name, ...args) =>
    name === "mmap" && ((args[3] as number) & MAP_FIXED) !== 0 ? ENOMEM : undefined;
  for (let step = 0; step < 2; step++) actor.step();
  assert.deepEqual(fake.kernel.mappings, [], "no placeholder is left that nobody knows of");
  fake.calls.refuses = () => undefined;
  actor.step();
  const { reservations, givenUp, placed, releases } = fake.report().counts;
  assert.deepEqual([reservations, givenUp], [4, 2]);
  assert.equal(releases, placed - (reservations - givenUp) - 1, "one is still held");
  assert.deepEqual(fake.kernel.mappings, [{ start: low, end: low + bytes }]);
  actor.drain();
  assert.deepEqual(fake.kernel.mappings, []);
});

test("restore-placeholder passes no flag to a kernel that cannot be trusted with it", () => {
  const kernel = new FakeKernel();
  const uses = [
    { isUnusable: true, pretendOldKernel: false },
    { isUnusable: false, pretendOldKernel: true },
  ];
  for (const flagUse of uses) {
    const fake = fakeActor({ kernel, flagUse });
    const actor = openRestore(fake.tools, { kind: "restore", id: "restores", placeholder: true });
    actor.step();
    actor.drain();
    const flags = fake.calls.log.filter(([name]) => name === "mmap").map((call) => call[4] ?? 0);
    assert.ok(flags.every((flag) => (flag & MAP_FIXED_NOREPLACE) === 0));
  }
});
