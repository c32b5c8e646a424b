import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { renderGateJunit } from "./gate-junit.ts";
import { assertJunit } from "./junit-schema.test.data.ts";
import {
  exactGate,
  hostileGate,
  sampleGate,
  unpairedGate,
  violatedGate,
} from "./sample-gate.test.data.ts";

describe("renderGateJunit()", () => {
  test("fits the common schema whatever the gate holds", () => {
    const gates = [sampleGate(), unpairedGate(), exactGate(), violatedGate(), hostileGate()];
    for (const gate of gates) assertJunit(renderGateJunit(gate));
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
