import assert from "node:assert/strict";
import { test } from "node:test";
import { address, type Constraints } from "../model.ts";
import { MAP_FIXED_NOREPLACE, MAP_GROWSDOWN } from "../sys/constants.ts";
import { FakeKernel } from "../sys/fake-kernel.test.data.ts";
import { probeFlag } from "../sys/flag-verdict.ts";
import { anonymous, freeRange } from "../sys/free-range.test.data.ts";
import { type Kernel, kernel, pageBytes } from "../sys/libc.ts";
import { readMaps } from "../sys/maps.ts";
import { findBites } from "./bites.ts";

const page = pageBytes();
const bytes = 4 * 2 ** 20;
const spaceBytes = 16 * bytes;
const low = freeRange(spaceBytes);
const alignBytes = 2 ** 21;
const constraints: Constraints = { low, high: address(low + spaceBytes), bytes, alignBytes };
const { verdict } = probeFlag(kernel, page);
const knowsFlag = verdict === "supported";

test("findBites() asks both cases of the running kernel, and leaves nothing mapped", () => {
  const bites = findBites(kernel, constraints, page);
  assert.deepEqual(
    bites.map((bite) => bite.case),
    ["pmd-hole", "growsdown-gap"],
  );
  assert.deepEqual(readMaps(low, low + spaceBytes), []);
});

const skip = !knowsFlag && "this kernel has no MAP_FIXED_NOREPLACE that works";

test("a hint is kept away from a stack, the flag gets the place", { skip }, () => {
  const [hole, gap] = findBites(kernel, constraints, page);
  // stack_guard_gap is a boot parameter: what the kernel does is asked of it here once more.
  assert.equal(gap?.hint, refusesBelowStack() ? "refused" : "placed");
  assert.equal(gap?.noreplace, "placed");
  assert.equal(hole?.noreplace, "placed", "a hole of exactly the size, for who insists on it");
});

/** Whether a hint for a page that ends 16 pages below a stack is not taken. */
function refusesBelowStack(): boolean {
  const stack = low + 512 * page;
  assert.equal(kernel.mmap(stack, page, 3, anonymous | MAP_GROWSDOWN), stack);
  const wanted = stack - 17 * page;
  const result = kernel.mmap(wanted, page, 0, anonymous);
  kernel.munmap(result, page);
  kernel.munmap(stack, page);
  return result !== wanted;
}

/** A kernel whose answers are made up, and whose mappings are counted. */
function madeUp(answer: (flags: number, at: number, call: number) => number): {
  readonly kernel: Kernel;
  readonly mapped: Map<number, number>;
} {
  const mapped = new Map<number, number>();
  let calls = 0;
  return {
    mapped,
    kernel: {
      mmap: (at, size, _prot, flags) => {
        const result = answer(flags, at, calls++);
        if (result >= 0) mapped.set(result, size);
        return result;
      },
      munmap: (at, size) => {
        assert.equal(mapped.get(at), size);
        mapped.delete(at);
        return 0;
      },
    },
  };
}

const elsewhere = 2 ** 46;
const exactly = (_flags: number, at: number): number => at;

test("findBites() tells what a hint and the flag came to", () => {
  const kernels: readonly [
    answer: (flags: number, at: number) => number,
    seen: readonly [hint: string, noreplace: string],
  ][] = [
    [exactly, ["placed", "placed"]],
    [(flags, at) => (isAsked(at, flags, 0) ? elsewhere : at), ["refused", "placed"]],
    [(flags, at) => (isAsked(at, flags, MAP_FIXED_NOREPLACE) ? -17 : at), ["placed", "rejected"]],
    [(flags, at) => (isAsked(at, flags, MAP_FIXED_NOREPLACE) ? -22 : at), ["placed", "failed"]],
    [(_, at) => (isPlace(at) ? elsewhere : at), ["refused", "failed"]],
  ];
  for (const [answer, [hint, noreplace]] of kernels) {
    const { kernel: fake, mapped } = madeUp(answer);
    assert.deepEqual(findBites(fake, constraints, page), [
      { case: "pmd-hole", hint, noreplace },
      { case: "growsdown-gap", hint, noreplace },
    ]);
    assert.deepEqual([...mapped], []);
  }
});

/** Places are at home on the alignment, their neighbours are not. */
function isPlace(at: number): boolean {
  return at % alignBytes === 0 && at !== low + alignBytes + bytes;
}

function isAsked(at: number, flags: number, flag: number): boolean {
  return isPlace(at) && (flags & MAP_FIXED_NOREPLACE) === flag;
}

test("findBites() says nothing of a case that cannot be set up", () => {
  for (let refused = 0; refused < 4; refused++) {
    for (const result of [-12, elsewhere]) {
      const { kernel: fake, mapped } = madeUp((_, at, call) => (call === refused ? result : at));
      const bites = findBites(fake, constraints, page);
      // The two neighbours of the first case, then what it asks.
      if (refused < 2)
        assert.deepEqual(
          bites.map((bite) => bite.case),
          ["growsdown-gap"],
        );
      assert.deepEqual([...mapped], []);
    }
  }
});

test("findBites() does not take a limit of the process for a hint that is refused", () => {
  const { kernel: fake, mapped } = madeUp((_, at) => (isPlace(at) ? -12 : at));
  assert.deepEqual(findBites(fake, constraints, page), []);
  assert.deepEqual([...mapped], []);
});

test("findBites() needs room around the place, and asks nothing where there is none", () => {
  const fake = new FakeKernel();
  const tight = { ...constraints, high: address(low + bytes) };
  assert.deepEqual(findBites(fake, tight, page), []);
  assert.equal(fake.calls.mmap, 0);
});
