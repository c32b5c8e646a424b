import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { address } from "../model.ts";
import { retryRuleOf, retryRules } from "./index.ts";
import type { RetryTools } from "./retry.ts";
import { page, toolsOf, tried } from "./tried.test.data.ts";

test("retryRuleOf() knows every rule by the name of its file", () => {
  assert.equal(new Set(retryRules.map(({ id }) => id)).size, retryRules.length);
  for (const rule of retryRules) {
    assert.equal(retryRuleOf(rule.id), rule);
    assert.ok(existsSync(new URL(`${rule.id}.js`, import.meta.url)), rule.id);
  }
  assert.throws(() => retryRuleOf("nothing"), { message: 'No retry rule "nothing"' });
});

/** Ranges of up to 64 pages or GiB, with bounds that need not be aligned. */
const someTools: fc.Arbitrary<RetryTools> = fc
  .record({
    unit: fc.constantFrom(page, 2 ** 30),
    bounds: fc.tuple(fc.nat({ max: 128 }), fc.nat({ max: 128 })),
    units: fc.integer({ min: 1, max: 20 }),
    alignment: fc.constantFrom(1, 2, 8),
    from: fc.nat({ max: 64 }),
    steps: fc.integer({ min: 1, max: 4 }),
    least: fc.integer({ min: 1, max: 20 }),
    seed: fc.nat({ max: 1000 }),
  })
  .map(({ unit, bounds, units, alignment, from, steps, least, seed }) => {
    let draws = seed;
    const alignBytes = alignment * unit;
    const low = address((Math.min(...bounds) * unit) / 2);
    return toolsOf({
      constraints: {
        low,
        high: address((Math.max(...bounds) * unit) / 2),
        bytes: units * unit,
        alignBytes,
      },
      from: address(Math.max(low, from * unit)),
      stepBytes: steps * alignBytes,
      leastBytes: Math.min(least, units) * unit,
      random: () => (draws++ * 0.618) % 1,
    });
  });

for (const rule of retryRules) {
  test(`${rule.id} stays in the range, aligned, between the least size and the wanted`, () => {
    fc.assert(
      fc.property(someTools, (tools) => {
        const { low, high, bytes, alignBytes } = tools.constraints;
        for (const place of tried(rule, tools, { most: 300 })) {
          assert.ok(place.at >= low && place.at + place.bytes <= high);
          assert.equal(place.at % alignBytes, 0);
          assert.ok(place.bytes <= bytes && place.bytes >= tools.leastBytes);
        }
      }),
      { seed: 1 },
    );
  });
}

for (const rule of retryRules.filter(({ keepsPieces }) => !keepsPieces)) {
  test(`${rule.id} ends with the first place it has`, () => {
    fc.assert(
      fc.property(someTools, fc.nat({ max: 6 }), (tools, losses) => {
        let left = losses;
        const places = tried(rule, tools, { wins: () => left-- === 0, most: 300 });
        assert.ok(places.length <= losses + 1);
      }),
      { seed: 1 },
    );
  });
}
