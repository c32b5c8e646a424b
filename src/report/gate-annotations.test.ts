import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { gateAnnotations } from "./gate-annotations.ts";
import {
  exactGate,
  gateWith,
  hostileGate,
  sampleGate,
  violatedGate,
} from "./sample-gate.test.data.ts";

function linesOf(text: string): string[] {
  assert.ok(text.endsWith("\n"));
  return text.slice(0, -1).split("\n");
}

describe("gateAnnotations()", () => {
  test("says errors, warnings, and the verdict last", () => {
    assert.deepEqual(linesOf(gateAnnotations(sampleGate())), [
      "::error title=regressed%3A spread/1 fixed-noreplace lost-p50 / hint-munmap lost-p50::" +
        "+12.3 %25 [+8.1, +16.0], 19 pairs; more than 5 %25 slower",
      "::warning title=inconclusive%3A occupied/1 hint-munmap lost-p50 / kernel-chosen " +
        "placed-p50::+3.1 %25 [-4.0, +11.2], 19 pairs; cannot exclude 10 %25",
      "::notice title=noclobber gate%3A regressed::Regressed: 1 of 5 metrics: spread/1 " +
        "fixed-noreplace lost-p50 / hint-munmap lost-p50 +12.3 %25 [+8.1, +16.0]",
    ]);
  });

  test("says a broken law once, with how often it was", () => {
    const [error, ...others] = linesOf(gateAnnotations(violatedGate()));
    assert.equal(
      error,
      "::error title=violated%3A capture found no violation::candidate, fork 0, hot, 2 actors: " +
        'capture found "attempts 7, outcomes 6"; and 16 more',
    );
    assert.equal(others.length, 1);
  });

  test("says the verdict alone where nothing stands against it", () => {
    const lines = linesOf(gateAnnotations(exactGate()));
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? "", /^::notice title=noclobber gate%3A held::/);
  });

  const table: [metrics: number, errors: number, last: RegExp][] = [
    [10, 10, /::error title=regressed%3A spread\/10 /],
    [11, 10, /::error title=noclobber gate::and 2 more errors: see the log$/],
    [40, 10, /::error title=noclobber gate::and 31 more errors: see the log$/],
  ];
  for (const [metrics, errors, last] of table) {
    test(`says no more than GitHub takes of ${metrics} regressed metrics`, () => {
      const gate = gateWith(Array.from({ length: metrics }, () => "regressed" as const));
      const told = linesOf(gateAnnotations(gate)).filter((line) => line.startsWith("::error"));
      assert.equal(told.length, errors);
      assert.match(told.at(-1) ?? "", last);
    });
  }

  test("escapes what would end a property, a message or a line", () => {
    const broken = ["100 %\r\nof it, all: x"];
    const laws = [{ law: "a, b: 1 %", checked: 1, broken, brokenCount: 1 }];
    assert.equal(
      linesOf(gateAnnotations(sampleGate({ laws })))[0],
      "::error title=violated%3A a%2C b%3A 1 %25::100 %25%0D%0Aof it, all: x",
    );
    const [law] = linesOf(gateAnnotations(hostileGate()));
    assert.match(law ?? "", /^::error title=[^:,]+::[^\r\n]+$/);
    assert.match(law ?? "", /%0D%0A/);
    const commands = linesOf(gateAnnotations(hostileGate())).map((line) => line.split(" ")[0]);
    assert.deepEqual(new Set(commands), new Set(["::error", "::warning", "::notice"]));
  });
});
