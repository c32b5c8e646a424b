import assert from "node:assert/strict";
import { test } from "node:test";
import { address } from "../model.ts";
import { EEXIST, EINVAL, ENOMEM, MAP_FIXED, MAP_FIXED_NOREPLACE } from "../sys/constants.ts";
import {
  EOPNOTSUPP,
  FakeKernel,
  type FakeOptions,
  pageBytes,
} from "../sys/fake-kernel.test.data.ts";
import { anonymous, freeRange } from "../sys/free-range.test.data.ts";
import { type Kernel, kernel, readMemory, writeMemory } from "../sys/libc.ts";
import { newBatch, runAttempts, type Situation, windowsAt } from "./batch.test.data.ts";
import { libcProbe } from "./libc.ts";

const start = 2 ** 32;
const windows = windowsAt(start, 4);
const noReplace = MAP_FIXED_NOREPLACE;
const inTurn = [0, 1, 2, 3];
const threeHeld = "placed placed placed release placed release release release";

/** What a probe writes down, by situation; the first window is taken where `taken` says how far. */
const table: readonly [
  what: string,
  situation: Omit<Situation, "windows">,
  attempts: number,
  log: string,
  fake?: FakeOptions & { taken?: readonly [offset: number, pages: number] },
][] = [
  ["a free window, hint", {}, 1, "placed release"],
  ["a free window, flag", { flags: noReplace }, 1, "placed release"],
  ["a taken window, hint", {}, 1, "misplaced cleanup lost", { taken: [0, 1] }],
  ["a taken window, flag", { flags: noReplace }, 1, `rejected!${EEXIST}`, { taken: [0, 1] }],
  ["a taken window, MAP_FIXED", { flags: MAP_FIXED }, 1, "placed release", { taken: [0, 1] }],
  [
    "a taken window, flag before 4.17",
    { flags: noReplace },
    1,
    "misplaced cleanup lost",
    { taken: [0, 1], flag: "ignored" },
  ],
  ["no address", { addressed: false, claims: [7] }, 2, "placed release placed release"],
  [
    "a sandbox that rejects the flag",
    { flags: noReplace },
    1,
    `failed!${EOPNOTSUPP}`,
    { flag: "rejected" },
  ],
  ["no memory", {}, 2, `placed release failed!${ENOMEM}`, { mmapsLeft: 1 }],
  ["a release that fails", {}, 1, `placed release!${EINVAL}`, { munmapErrno: EINVAL }],
  [
    "a cleanup unmap that fails",
    {},
    1,
    `misplaced cleanup!${EINVAL} lost`,
    { taken: [0, 1], munmapErrno: EINVAL },
  ],
  ["a stranger's claim", { claims: [7, 0, 0, 0] }, 1, "placed!claim release"],
  ["a hold of 2", { order: inTurn, hold: 2 }, 4, threeHeld],
  [
    "a hold of 2, own window",
    { hold: 2, flags: noReplace },
    3,
    "placed rejected!17 rejected!17 release",
  ],
  [
    "MAP_FIXED over an own window",
    { hold: 1, flags: MAP_FIXED },
    2,
    "placed placed!claim release release!claim",
  ],
];

for (const [what, situation, attempts, log, { taken, ...options } = {}] of table) {
  test(`libcProbe() logs ${what}`, () => {
    const fake = new FakeKernel(options);
    if (taken) fake.take(start + taken[0] * pageBytes, taken[1] * pageBytes);
    const batch = newBatch({ windows, ...situation });
    assert.equal(runAttempts(libcProbe(fake), batch, situation, attempts), log);
    assert.equal(batch.get("CURSOR"), BigInt(attempts));
    assert.ok(batch.get("STARTED") <= batch.get("ENDED"));
  });
}

test("libcProbe() sees a clobber through the overlap bug only by who is gone", () => {
  const fake = new FakeKernel({ flag: "buggy" });
  const wide = windowsAt(start, 1, 2 * pageBytes);
  fake.take(start + pageBytes, pageBytes);
  const situation = { windows: wide, flags: noReplace };
  assert.equal(runAttempts(libcProbe(fake), newBatch(situation), situation, 1), "placed release");
  assert.deepEqual(fake.mappings, []);
});

test("libcProbe() marks both owners when a window changes hands unseen", () => {
  const fake = new FakeKernel();
  const situation = { windows, hold: 1, order: inTurn };
  const batch = newBatch(situation);
  const stolen: Kernel = {
    mmap: (at, bytes, prot, flags) => {
      // Somebody else gets the first window after its owner did.
      if (at !== start) batch.claims[0] = 7;
      return fake.mmap(at, bytes, prot, flags);
    },
    munmap: (at, bytes) => fake.munmap(at, bytes),
  };
  assert.equal(
    runAttempts(libcProbe(stolen), batch, situation, 2),
    "placed placed release!claim release",
  );
  assert.deepEqual(Array.from(batch.claims), [7, 0, 0, 0]);
});

test("libcProbe() claims every claim of a window that covers several", () => {
  const window = { start: address(start), bytes: pageBytes, firstClaim: 1, claims: 3 };
  const claims = [7, 0, 0, 9, 7];
  const situation = { windows: [window], claims };
  const batch = newBatch(situation);
  assert.equal(
    runAttempts(libcProbe(new FakeKernel()), batch, situation, 1),
    "placed!claim release",
  );
  assert.deepEqual(Array.from(batch.claims), [7, 0, 0, 0, 7]);
});

test("libcProbe() goes on in the next block where it stopped", () => {
  const situation = { windows, order: inTurn, hold: 2 };
  const batch = newBatch(situation);
  const fake = new FakeKernel();
  for (const cursor of [4n, 8n]) {
    assert.equal(runAttempts(libcProbe(fake), batch, situation, 4), threeHeld);
    assert.equal(batch.get("CURSOR"), cursor);
    assert.deepEqual(fake.mappings, []);
  }
});

test("libcProbe() makes one attempt after the deadline, and stops before the log is full", () => {
  const batch = newBatch({ windows });
  const probe = libcProbe(new FakeKernel());
  batch.prepare({ flags: anonymous, addressed: true, deadlineTicks: 0n });
  probe.runBatch(batch);
  assert.equal(batch.records, 2);
  batch.prepare({ flags: anonymous, addressed: true, deadlineTicks: 1n << 62n });
  batch.set("LOG_LIMIT", batch.get("LOG") + 32n);
  probe.runBatch(batch);
  assert.equal(batch.records, 6);
});

test("libcProbe() writes a canary to every page touched, and finds it replaced", () => {
  const pages = 3;
  const at = freeRange(pages * pageBytes);
  const touched = windowsAt(at, 1, pages * pageBytes);
  const situation = { windows: touched, hold: 1, touchBytes: pages * pageBytes };
  for (const [spoil, log] of [
    [false, "placed misplaced cleanup lost release"],
    [true, "placed misplaced cleanup lost release!canary"],
  ] as const) {
    let mmaps = 0;
    const spoiling: Kernel = {
      mmap: (where, bytes, prot, flags) => {
        mmaps++;
        if (spoil && mmaps === 2) writeMemory(at, new BigUint64Array(1));
        return kernel.mmap(where, bytes, prot, flags);
      },
      munmap: (where, bytes) => {
        const held = where === at ? touchedPages(at, pages) : undefined;
        if (held) assert.deepEqual(held, spoil ? [0n, 42n, 42n] : [42n, 42n, 42n]);
        return kernel.munmap(where, bytes);
      },
    };
    assert.equal(runAttempts(libcProbe(spoiling), newBatch(situation), situation, 2), log);
  }
});

test("libcProbe().timeCalls() times as many regions as asked for", () => {
  for (const what of ["nothing", "getppid"] as const) {
    assert.equal(libcProbe().timeCalls(5, what).length, 5);
  }
  assert.equal(libcProbe().timeCalls(0, "nothing").length, 0);
});

/** The first word of every page. */
function touchedPages(at: number, pages: number): (bigint | undefined)[] {
  return Array.from({ length: pages }, (_, page) => {
    const bytes = readMemory(address(at + page * pageBytes), 8);
    return new BigUint64Array(bytes.buffer)[0];
  });
}
