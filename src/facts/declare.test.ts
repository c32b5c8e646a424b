import assert from "node:assert/strict";
import { test } from "node:test";
import { parseVersion } from "../sys/version.ts";
import { byEra } from "./declare.ts";
import type { Answer } from "./fact.ts";
import { fakeConditions } from "./fake-ground.test.data.ts";

const declaration = byEra([
  { from: [0, 0], declared: { answers: ["exact"] } },
  { from: [6, 7], declared: { answers: ["exact", "elsewhere"], occupants: "either" } },
  { from: [6, 13], declared: { answers: ["elsewhere"] } },
]);

const releases: readonly [release: string, answers: Answer[], basis: string][] = [
  ["3.10.0-1160.el7", ["exact"], "Linux before 6.7"],
  ["6.6.99", ["exact"], "Linux before 6.7"],
  ["6.7.0", ["exact", "elsewhere"], "Linux from 6.7 before 6.13"],
  ["6.12.9-generic", ["exact", "elsewhere"], "Linux from 6.7 before 6.13"],
  ["6.13", ["elsewhere"], "Linux from 6.13"],
  ["10.0", ["elsewhere"], "Linux from 6.13"],
];

for (const [release, answers, basis] of releases) {
  test(`byEra() on ${release}: ${answers.join(" or ")}`, () => {
    assert.ok(typeof declaration === "function");
    const version = parseVersion(release);
    const conditions = { ...fakeConditions({ verdict: "supported" }, [0, 0]), version };
    const declared = declaration(conditions);
    assert.deepEqual(declared.answers, answers);
    assert.equal(declared.basis, basis);
  });
}

test("byEra() takes any era's answer where the version is unknown", () => {
  assert.ok(typeof declaration === "function");
  const conditions = { ...fakeConditions({ verdict: "supported" }, [0, 0]), version: undefined };
  const { answers, basis } = declaration(conditions);
  assert.deepEqual([...new Set(answers)], ["exact", "elsewhere"]);
  assert.match(basis ?? "", /unknown/);
});
