import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { labelled, painting, printable, wrap } from "./prose.ts";

describe("prose", () => {
  test("wrap() breaks at spaces and hangs what follows", () => {
    assert.deepEqual(wrap("one two three", 9, 2), ["one two", "  three"]);
    assert.deepEqual(wrap("", 9), [""]);
  });

  test("wrap() keeps a number and its unit together", () => {
    assert.deepEqual(wrap("skew of 1.26 us, or 95 % of it", 12), [
      "skew of",
      "1.26 us, or",
      "95 % of it",
    ]);
  });

  test("wrap() cuts a word that no line can hold, and loses nothing", () => {
    assert.deepEqual(wrap("abcdefgh", 4, 1), ["abc", " def", " gh"]);
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 12, max: 80 }), (text, width) => {
        const lines = wrap(text, width, 4);
        assert.ok(lines.every((line) => line.length <= width));
        const bare = (all: string) => all.replace(/\s+/g, "");
        assert.equal(bare(lines.join("")), bare(printable(text)));
      }),
    );
  });

  test("labelled() sets the text off from its label", () => {
    assert.deepEqual(labelled("host", "a b", 9, 8), ["host    a", "        b"]);
  });

  test("printable() lets no escape sequence through", () => {
    assert.equal(printable("a\u001b[31mb\nc\u009bd"), "a [31mb c d");
  });

  test("painting() styles only when asked", () => {
    assert.equal(painting(false)("bold", "x"), "x");
    assert.equal(painting(true)("bold", "x"), "\u001b[1mx\u001b[22m");
  });
});
