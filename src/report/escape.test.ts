import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseHTML } from "linkedom";
import { escapeMarkup } from "./escape.ts";
import { hostile } from "./odd-pages.test.data.ts";

test("escapeMarkup() leaves nothing that could be markup, whatever the text", () => {
  const texts = fc.oneof(fc.string({ unit: "binary" }), fc.constant(hostile));
  fc.assert(
    fc.property(texts, (text) => {
      const markup = escapeMarkup(text);
      assert.doesNotMatch(markup, /[<>"']|&(?!(amp|lt|gt|quot|#39);)/);
      assert.doesNotMatch(markup, /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\ufffe\uffff]/u);
    }),
  );
});

test("escapeMarkup() gives markup that is read back as the text", () => {
  const printable = fc.string({ unit: "grapheme-ascii" });
  fc.assert(
    fc.property(printable, (text) => {
      const { document } = parseHTML(`<p title="${escapeMarkup(text)}">${escapeMarkup(text)}</p>`);
      const element = document.querySelector("p");
      assert.equal(element?.textContent, text);
      assert.equal(element?.getAttribute("title"), text);
    }),
  );
});
