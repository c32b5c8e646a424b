import assert from "node:assert/strict";
import { test } from "node:test";
import { EINVAL } from "./constants.ts";
import { EOPNOTSUPP, FakeKernel, type FakeOptions, pageBytes } from "./fake-kernel.test.data.ts";
import { type FlagVerdict, probeFlag } from "./flag-verdict.ts";
import { kernel } from "./libc.ts";
import { readMaps } from "./maps.ts";

const kernels: readonly [what: string, options: FakeOptions, verdict: FlagVerdict][] = [
  ["today's kernels", { flag: "supported" }, { verdict: "supported" }],
  [
    "kernels before 4.17, and sandboxes that drop the flag",
    { flag: "ignored" },
    { verdict: "ignored" },
  ],
  ["4.17 with the overlap bug", { flag: "buggy" }, { verdict: "buggy" }],
  [
    "a sandbox that answers EOPNOTSUPP",
    { flag: "rejected", rejectsWith: EOPNOTSUPP },
    { verdict: "rejected", errno: "EOPNOTSUPP" },
  ],
  [
    "a sandbox that answers EINVAL",
    { flag: "rejected", rejectsWith: EINVAL },
    { verdict: "rejected", errno: "EINVAL" },
  ],
  ["a layer that puts free windows elsewhere", { flag: "relocating" }, { verdict: "relocating" }],
];

for (const [what, options, verdict] of kernels) {
  test(`probeFlag() recognises ${what}, and leaves nothing mapped`, () => {
    const fake = new FakeKernel(options);
    assert.deepEqual(probeFlag(fake, pageBytes), verdict);
    assert.deepEqual(fake.mappings, []);
  });
}

test("probeFlag() recognises a kernel that does not even look at addresses", () => {
  const fake = new FakeKernel();
  const deaf = {
    mmap: (_: number, bytes: number) => fake.mmap(0, bytes, 0, 0),
    munmap: (at: number, bytes: number) => fake.munmap(at, bytes),
  };
  assert.deepEqual(probeFlag(deaf, pageBytes), { verdict: "relocating" });
});

test("probeFlag() is not misled by a stray in the room that it just made free", () => {
  const fake = new FakeKernel({ flag: "ignored" });
  let strays = 0;
  const busy = {
    mmap: (at: number, bytes: number, prot: number, flags: number) =>
      fake.mmap(at, bytes, prot, flags),
    munmap: (at: number, bytes: number) => {
      const answer = fake.munmap(at, bytes);
      // The room of the second question, when it is made free for the first time.
      if (bytes === 8 * pageBytes && strays++ === 0) fake.take(at, bytes);
      return answer;
    },
  };
  assert.deepEqual(probeFlag(busy, pageBytes), { verdict: "ignored" });
});

test("probeFlag() throws where not even a page can be mapped", () => {
  assert.throws(() => probeFlag(new FakeKernel({ mmapsLeft: 0 }), pageBytes), {
    message: "Cannot map two pages: ENOMEM",
  });
});

test("probeFlag() has a verdict on the running kernel, and leaves nothing mapped", () => {
  probeFlag(kernel, pageBytes);
  const before = readMaps().length;
  const found = probeFlag(kernel, pageBytes);
  assert.match(found.verdict, /^(supported|ignored|buggy|rejected|relocating)$/);
  // V8 may map something of its own meanwhile, a leak would be one mapping a call.
  for (let i = 0; i < 50; i++) probeFlag(kernel, pageBytes);
  assert.ok(readMaps().length < before + 50);
});
