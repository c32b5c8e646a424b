/** Scripts on kernels that are not at hand: one thread, the actors interleaved by their pauses. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { address } from "../../model.ts";
import { MAP_FIXED, MAP_FIXED_NOREPLACE } from "../../sys/constants.ts";
import { FakeKernel, pageBytes } from "../../sys/fake-kernel.test.data.ts";
import { anonymous, freeRange } from "../../sys/free-range.test.data.ts";
import { kernel } from "../../sys/libc.ts";
import { readMaps } from "../../sys/maps.ts";
import { type Script, type ScriptContext, scriptPages } from "../script.ts";
import { carve } from "./carve.ts";
import { collateral } from "./collateral.ts";
import { refused } from "./refused.ts";

const arena = address(2 ** 40);
const zoneStart = arena + 766 * pageBytes;
const stack = arena + 1024 * pageBytes;

/** Keeps hints 256 pages away from the stack of `growsdown-gap`, as Linux 4.12 and later. */
class GuardedKernel extends FakeKernel {
  override mmap(at: number, bytes: number, prot: number, flags: number): number {
    const isHint = (flags & (MAP_FIXED | MAP_FIXED_NOREPLACE)) === 0;
    const isTooNear = at + bytes > stack - 256 * pageBytes && at < stack;
    return super.mmap(isHint && isTooNear ? 0 : at, bytes, prot, flags);
  }
}

function contextsOf(script: Script, variant: string, fake: ScriptContext["kernel"]) {
  const shared = new Int32Array(new SharedArrayBuffer(4 * 64));
  const pauses = new Map<number, () => void>();
  const of = (actor: number): ScriptContext => ({
    kernel: fake,
    actor,
    variant,
    pageBytes,
    arena,
    shared,
    random: () => 0.5,
    pause: () => pauses.get(actor)?.(),
  });
  script.prepare?.(of(0));
  return { of, pauses, shared };
}

test("refused: on a kernel with a guard gap a hint is refused, and without one placed", () => {
  for (const [fake, variant, expected] of [
    [new GuardedKernel(), "growsdown-gap", "refused"],
    [new GuardedKernel(), "clear-of-gap", "placed"],
    [new FakeKernel(), "growsdown-gap", "placed"],
    [new FakeKernel(), "pmd-hole", "placed"],
  ] as const) {
    const actor = refused.open(contextsOf(refused, variant, fake).of(0));
    assert.equal(actor.step(), expected, variant);
    actor.close();
    assert.ok(fake.isFree(arena, scriptPages * pageBytes));
  }
});

test("refused: a taken window is occupied, and nothing is said while the owner moves", () => {
  const fake = new GuardedKernel();
  const { of, shared } = contextsOf(refused, "growsdown-gap", fake);
  const actor = refused.open(of(0));
  shared[0] = 1;
  assert.equal(actor.step(), "undecided");
  fake.take(zoneStart, 258 * pageBytes);
  assert.equal(actor.step(), "occupied");
});

test("refused: a kernel that ignores the flag cannot be asked", () => {
  const { of } = contextsOf(refused, "growsdown-gap", new FakeKernel({ flag: "ignored" }));
  const actor = refused.open(of(0));
  const fake = of(0).kernel as FakeKernel;
  fake.take(zoneStart, 258 * pageBytes);
  assert.equal(actor.step(), "undecided");
});

test("collateral: B loses to a misplaced mapping, unless the kernel knows the flag", () => {
  for (const [variant, flag, expected] of [
    ["hint", "supported", "made-to-lose"],
    ["noreplace", "supported", "placed"],
    ["noreplace", "ignored", "made-to-lose"],
  ] as const) {
    const fake = new FakeKernel({ flag });
    const { of, pauses } = contextsOf(collateral, variant, fake);
    const [a, b, thirdParty] = [0, 1, 2].map((actor) => collateral.open(of(actor)));
    thirdParty?.step();
    assert.equal(b?.step(), "placed");
    let seen: string | undefined;
    pauses.set(0, () => {
      seen = b?.step();
    });
    a?.step();
    assert.equal(seen, expected, `${variant}, flag ${flag}`);
    thirdParty?.close();
    assert.deepEqual(fake.mappings, []);
  }
});

test("carve: munmap lets another in, whom MAP_FIXED clobbers", () => {
  const bytes = scriptPages * pageBytes;
  const at = freeRange(bytes);
  for (const variant of carve.variants) {
    const { of, pauses } = contextsOf(carve, variant, kernel);
    kernel.munmap(arena, bytes);
    carve.prepare?.({ ...of(0), arena: at });
    const [owner, asker] = [0, 1].map((actor) => carve.open({ ...of(actor), arena: at }));
    let nested: string | undefined;
    assert.equal(owner?.step(), "kept");
    pauses.set(1, () => {
      nested = owner?.step();
    });
    const seen = asker?.step();
    assert.deepEqual(
      [seen, nested],
      variant === "map-fixed" ? ["kept-out", undefined] : ["clobbered", "two-owners"],
    );
    owner?.close();
    assert.deepEqual(readMaps(at, at + bytes), []);
  }
  assert.ok(kernel.mmap(at, bytes, 0, anonymous) === at);
  kernel.munmap(at, bytes);
});
