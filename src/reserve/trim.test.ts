import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { pageBytes } from "../sys/fake-kernel.test.data.ts";
import { bytes, countsSeen, fakeActor, profile } from "./fake-actor.test.data.ts";
import { openTrim } from "./trim.ts";

const { alignBytes } = profile.constraints;
/** Where the fake kernel puts what asks for no address. */
const top = 2 ** 46;

test("openTrim() keeps an aligned place and nothing else, wherever it lands", () => {
  fc.assert(
    fc.property(fc.nat(2 * (alignBytes / pageBytes)), (pages) => {
      const fake = fakeActor();
      const cover = Math.max(pageBytes, pages * pageBytes);
      fake.kernel.take(top - cover, cover);
      const actor = openTrim(fake.tools);
      actor.step();
      const [own, ...others] = fake.kernel.mappings.filter(({ start }) => start < top - cover);
      assert.deepEqual(others, []);
      assert.ok(own);
      assert.deepEqual([own.start % alignBytes, own.end - own.start], [0, bytes]);
      const { cleanups, wastedBytes, reservedBytes } = fake.report().counts;
      assert.deepEqual([wastedBytes, reservedBytes], [alignBytes, bytes]);
      assert.equal(cleanups, (top - cover) % alignBytes === 0 ? 1 : 2);
      actor.drain();
      assert.equal(fake.kernel.mappings.length, 1, "what covers the top");
    }),
    { seed: 1 },
  );
});

test("openTrim() trims only the tail of what is aligned already", () => {
  const fake = fakeActor();
  const actor = openTrim(fake.tools);
  actor.step();
  const start = top - bytes - alignBytes;
  assert.deepEqual(fake.kernel.mappings, [{ start, end: start + bytes }]);
  const unmaps = fake.calls.log.filter(([name]) => name === "munmap");
  assert.deepEqual(unmaps, [["munmap", start + bytes, alignBytes]]);
});

test("openTrim() gives up where the kernel has no room, and goes on", () => {
  const fake = fakeActor({ kernel: { mmapsLeft: 1 } });
  const actor = openTrim(fake.tools);
  for (let step = 0; step < 3; step++) actor.step();
  assert.deepEqual(countsSeen(fake.report()), {
    ...{ reservations: 3, givenUp: 2, attempts: 3, placed: 1, failed: 2, releases: 1 },
    ...{ cleanups: 1, wastedBytes: alignBytes, reservedBytes: bytes },
  });
  actor.drain();
  assert.deepEqual(fake.kernel.mappings, []);
});

test("openTrim() holds as many as the profile does, and carves as it does", () => {
  const carving = {
    way: { kind: "carve", id: "c", commit: "mprotect", free: "dontneed", touch: false },
    pieces: [65_536],
  } as const;
  const fake = fakeActor({ profile: { hold: 2, carving } });
  const actor = openTrim(fake.tools);
  for (let step = 0; step < 5; step++) actor.step();
  const { commits, frees, releases } = fake.report().counts;
  assert.deepEqual([commits, frees, releases, fake.kernel.mappings.length], [5, 5, 2, 3]);
  assert.equal(fake.report().refusedCarvings, 0);
  actor.drain();
  assert.deepEqual(fake.kernel.mappings, []);
});
