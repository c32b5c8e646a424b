/** Holds the fake kernel to the rules that it is there for, and to the running kernel. */

import assert from "node:assert/strict";
import { after, test } from "node:test";
import fc from "fast-check";
import { MAP_FIXED, MAP_FIXED_NOREPLACE } from "./constants.ts";
import { FakeKernel, outcomeOf, pageBytes } from "./fake-kernel.test.data.ts";
import { probeFlag } from "./flag-verdict.ts";
import { anonymous, freeRange } from "./free-range.test.data.ts";
import { readFact } from "./host.ts";
import { type Kernel, kernel } from "./libc.ts";
import { readMaps } from "./maps.ts";

const page = pageBytes;
const occupant = { start: 2 ** 32, bytes: 4 * page };
const at = occupant.start;

// What is asked for beside, over or inside a mapping of four pages, and what comes of it.
const rows: readonly [what: string, at: number, bytes: number, hint: string, flag: string][] = [
  ["free range", at - 64 * page, page, "exact", "exact"],
  ["the same range", at, 4 * page, "elsewhere", "EEXIST"],
  ["superset", at - page, 6 * page, "elsewhere", "EEXIST"],
  ["inside", at + page, page, "elsewhere", "EEXIST"],
  ["overlaps the start", at - page, 2 * page, "elsewhere", "EEXIST"],
  ["overlaps the end", at + 3 * page, 2 * page, "elsewhere", "EEXIST"],
  ["adjacent below", at - page, page, "exact", "exact"],
  ["adjacent above", at + 4 * page, page, "exact", "exact"],
  ["rounds up into the mapping", at - page, page + 1, "elsewhere", "EEXIST"],
  ["unaligned, free", at - 8 * page + 1, page, "exact", "EINVAL"],
  ["no bytes", at - page, 0, "EINVAL", "EINVAL"],
  ["address 0", 0, page, "elsewhere", "EPERM"],
  ["beyond user space", 2 ** 47, page, "elsewhere", "ENOMEM"],
];

for (const [what, asked, bytes, hint, flag] of rows) {
  test(`FakeKernel.mmap() knows ${what}: hint ${hint}, flag ${flag}`, () => {
    for (const [flags, wanted] of [
      [0, hint],
      [MAP_FIXED_NOREPLACE, flag],
    ] as const) {
      const fake = new FakeKernel();
      fake.take(occupant.start, occupant.bytes);
      assert.equal(outcomeOf(fake.mmap(asked, bytes, 0, flags), asked), wanted);
      assert.ok(fake.mappings.some(({ start, end }) => start === at && end === at + 4 * page));
    }
  });
}

test("FakeKernel.mmap() puts misplaced mappings side by side, and fails when told to", () => {
  const fake = new FakeKernel({ mmapsLeft: 2 });
  const first = fake.mmap(0, page, 0, 0);
  assert.equal(fake.mmap(0, page, 0, 0), first - page);
  assert.equal(outcomeOf(fake.mmap(0, page, 0, 0), 0), "ENOMEM");
  assert.deepEqual(fake.calls, { mmap: 3, munmap: 0 });
});

test("FakeKernel.munmap() punches holes that both ways of asking get exactly", () => {
  for (const flags of [0, MAP_FIXED_NOREPLACE, MAP_FIXED]) {
    const fake = new FakeKernel();
    fake.take(occupant.start, occupant.bytes);
    assert.equal(fake.munmap(at + page, page), 0);
    assert.equal(fake.mappings.length, 2);
    assert.equal(fake.mmap(at + page, page, 0, flags), at + page);
  }
});

/** One call, in pages of the range and bytes off the page. */
interface Call {
  readonly kind: "hint" | "no replace" | "fixed" | "both" | "munmap";
  readonly page: number;
  readonly offset: number;
  readonly pages: number;
  readonly short: number;
}

const rangePages = 16;
const calls: fc.Arbitrary<Call[]> = fc.array(
  fc.record({
    kind: fc.constantFrom("hint", "no replace", "fixed", "both", "munmap"),
    page: fc.nat(rangePages - 5),
    offset: fc.constantFrom(0, 0, 0, 0, 1),
    pages: fc.integer({ min: 0, max: 4 }),
    short: fc.constantFrom(0, 0, 1, page - 1),
  }),
  { maxLength: 30 },
);
const flagsOf = {
  hint: 0,
  "no replace": MAP_FIXED_NOREPLACE,
  fixed: MAP_FIXED,
  both: MAP_FIXED | MAP_FIXED_NOREPLACE,
};

/** What each call came to; what landed elsewhere is unmapped at once. */
function play(on: Kernel, base: number, script: readonly Call[]): string[] {
  return script.map(({ kind, page: nth, offset, pages, short }) => {
    const asked = base + nth * page + offset;
    const bytes = Math.max(0, pages * page - short);
    if (kind === "munmap") return outcomeOf(on.munmap(asked, bytes), 0);
    const result = on.mmap(asked, bytes, 0, anonymous | flagsOf[kind]);
    const outcome = outcomeOf(result, asked);
    if (outcome === "elsewhere") on.munmap(result, bytes);
    return outcome;
  });
}

/** Which pages of the range are mapped. */
function mappedPages(base: number, mappings: readonly { start: number; end: number }[]): number[] {
  const covers = (nth: number) =>
    mappings.some(({ start, end }) => start <= base + nth * page && end > base + nth * page);
  return Array.from({ length: rangePages }, (_, nth) => nth).filter(covers);
}

test("FakeKernel does what the running kernel does with the same calls", (t) => {
  if (Number(/^KernelPageSize:\s+(\d+)/m.exec(readFact("/proc/self/smaps"))?.[1] ?? 4) !== 4) {
    return t.skip("the fake has pages of 4 KiB, this kernel has not");
  }
  const base = freeRange(rangePages * page);
  after(() => kernel.munmap(base, rangePages * page));
  const { verdict } = probeFlag(kernel, page);
  fc.assert(
    fc.property(calls, (script) => {
      kernel.munmap(base, rangePages * page);
      const fake = new FakeKernel({ flag: verdict });
      assert.deepEqual(play(fake, base, script), play(kernel, base, script));
      const real = readMaps(base, base + rangePages * page);
      assert.deepEqual(mappedPages(base, fake.mappings), mappedPages(base, real));
    }),
    { seed: 1, numRuns: 150 },
  );
});
