import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ENOENT } from "../sys/constants.ts";
import { FakeCalls } from "./fake-calls.test.data.ts";
import { MapsFile } from "./maps-file.ts";

const EACCES = 13;

test("MapsFile.read() puts the text together, however it is cut", () => {
  const size = fc.integer({ min: 1, max: 50 });
  fc.assert(
    fc.property(fc.array(fc.string()), fc.infiniteStream(size), (texts, sizes) => {
      let text = "";
      const calls = new FakeCalls({
        ranges: [],
        text: () => text,
        mostBytes: () => sizes.next().value as number,
      });
      const file = new MapsFile(calls);
      for (text of texts) assert.equal(file.read().toString(), text);
      assert.equal(calls.count("openat"), texts.length);
      assert.equal(calls.open.size, 0);
    }),
    { seed: 1 },
  );
});

test("MapsFile.read() grows its buffer, also where the text ends with it", () => {
  for (const bytes of [2 ** 20 - 1, 2 ** 20, 2 ** 20 + 1, 5 * 2 ** 20]) {
    const text = "0123456789abcde\n".repeat(bytes / 16 + 1).slice(0, bytes);
    const file = new MapsFile(
      new FakeCalls({ ranges: [], text: () => text, mostBytes: () => 2 ** 16 - 7 }),
    );
    assert.ok(file.read().equals(Buffer.from(text)));
    assert.ok(file.read().equals(Buffer.from(text)));
  }
});

test("MapsFile.read() throws where the kernel does not answer, and leaves nothing open", () => {
  const hidden = new FakeCalls({ ranges: [], fails: { openat: ENOENT } });
  assert.throws(() => new MapsFile(hidden).read(), {
    message: "Cannot read /proc/self/maps: openat: ENOENT",
  });
  const forbidden = new FakeCalls({ ranges: [], fails: { read: EACCES } });
  assert.throws(() => new MapsFile(forbidden).read(), {
    message: "Cannot read /proc/self/maps: read: EACCES",
  });
  assert.equal(forbidden.open.size, 0);
});
