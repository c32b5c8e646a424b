import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { labelled, markUnprintable, painting, printable, wrap } from "./prose.ts";

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

  test("wrap() puts what begins a line as it is told, and has room for it", () => {
    const quoted = (word: string) => (word.startsWith("#") ? `"${word}"` : word);
    assert.deepEqual(wrap("#a b #c #d", 8, 0, quoted), ['"#a" b', '"#c" #d']);
    assert.deepEqual(wrap("#a bcd #e", 8, 1, quoted), ['"#a" bcd', ' "#e"']);
    assert.deepEqual(wrap("#abcdefgh", 8, 0, quoted), ['"#abcde"', "fgh"]);
  });

  test("labelled() sets the text off from its label", () => {
    assert.deepEqual(labelled("host", "a b", 9, 8), ["host    a", "        b"]);
  });

  test("printable() lets no escape sequence through", () => {
    assert.equal(printable("a\u001b[31mb\nc\u009bd"), "a [31mb c d");
  });

  test("printable() and markUnprintable() let nothing through that turns text or hides", () => {
    const all = [
      ..."\u0000\u001b\u007f\u00ad\u061c\u200b\u200e\u200f\u2028\u2029\ufeff\ufffe\ud800",
    ];
    const bidi = [..."\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"];
    for (const hidden of [...all, ...bidi]) {
      assert.equal(printable(`a${hidden}${hidden}b`), "a b", hidden.codePointAt(0)?.toString(16));
      assert.equal(markUnprintable(`a${hidden}${hidden}b`), "a\ufffd\ufffdb");
    }
    const ordinary = "Zürich, 東京, \u{1f600}, עברית: ~ \u00a0 ± \ufffd";
    assert.equal(printable(ordinary), ordinary);
    assert.equal(markUnprintable(ordinary), ordinary);
  });

  test("painting() styles only when asked", () => {
    assert.equal(painting(false)("bold", "x"), "x");
    assert.equal(painting(true)("bold", "x"), "\u001b[1mx\u001b[22m");
  });
});
