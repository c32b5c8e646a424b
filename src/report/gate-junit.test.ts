import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { renderGateJunit } from "./gate-junit.ts";
import {
  exactGate,
  hostileGate,
  sampleGate,
  unpairedGate,
  violatedGate,
} from "./sample-gate.test.data.ts";

const token =
  /<\?xml [^?]*\?>|<!\[CDATA\[[\s\S]*?\]\]>|<(\/?)([a-z-]+)((?: [a-z]+="[^"<]*")*)(\/?)>|[^<]+/gy;
const entity = /&(?!(?:amp|lt|gt|quot|apos|#x?[0-9A-Fa-f]+);)/;

/** Every character belongs to a tag, a CDATA section or a text, and tags are balanced. */
function assertWellFormed(xml: string): void {
  const open: string[] = [];
  let end = 0;
  for (const { 0: text, 1: slash, 2: name, 4: empty, index } of xml.matchAll(token)) {
    end = index + text.length;
    if (!text.startsWith("<![CDATA[")) assert.doesNotMatch(text, entity);
    if (name === undefined) {
      if (!text.startsWith("<")) assert.doesNotMatch(text, /\]\]>/);
      continue;
    }
    if (slash === "/") assert.equal(open.pop(), name);
    else if (empty !== "/") open.push(name);
  }
  assert.equal(end, xml.length, `not XML: ${xml.slice(end, end + 80)}`);
  assert.deepEqual(open, []);
  // What XML 1.0 does not know as a character.
  assert.doesNotMatch(xml, /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u);
}

describe("renderGateJunit()", () => {
  test("is well-formed whatever the gate holds", () => {
    const gates = [sampleGate(), unpairedGate(), exactGate(), violatedGate(), hostileGate()];
    for (const gate of gates) assertWellFormed(renderGateJunit(gate));
  });

  test("has a case for each law and each metric", () => {
    const xml = renderGateJunit(sampleGate());
    assert.match(xml, /<testsuite name="exact" [^>]*tests="3" failures="0" errors="0" skipped="0"/);
    assert.match(
      xml,
      /<testsuite name="metrics" [^>]*tests="5" failures="1" errors="0" skipped="1"/,
    );
  });

  const table: [verdict: string, says: RegExp][] = [
    ["regressed", /<failure message="\+12\.3 % [^"]*; more than 5 % slower" type="regressed"\/>/],
    [
      "inconclusive",
      /<skipped\/>\s*<system-out><!\[CDATA\[\+3\.1 % [^\]]*\], .*cannot exclude 10 %/,
    ],
    ["improved", /value="improved"\/>[\s\S]*<system-out><!\[CDATA\[-9\.2 % .*more than 5 % faster/],
    [
      "no regression",
      /value="no regression >= 10 %"\/>\s*<property name="slowdown" value="\+0\.4 %/,
    ],
  ];
  for (const [verdict, says] of table) {
    test(`says a metric's figures and why: ${verdict}`, () => {
      assert.match(renderGateJunit(sampleGate()), says);
    });
  }

  test("fails for a broken law with what is told of it, and counts the rest", () => {
    const xml = renderGateJunit(violatedGate());
    assert.match(xml, /failures="1"[^>]*>\s*<testsuite name="exact"/);
    assert.match(
      xml,
      /<failure message="broken 17 times" type="violated"><!\[CDATA\[candidate, fork 0,/,
    );
    assert.match(xml, /\nand 12 more\]\]><\/failure>/);
    assert.match(xml, /<testsuite name="metrics" [^>]*tests="0"/);
  });
});
