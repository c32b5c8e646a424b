import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { describe, test } from "node:test";
import type { Gate } from "../results/gate-schema.ts";
import { renderGateMarkdown } from "./gate-markdown.ts";
import {
  exactGate,
  gateWith,
  hostile,
  hostileGate,
  sampleGate,
  unpairedGate,
  violatedGate,
} from "./sample-gate.test.data.ts";

/** Renewed by UPDATE_GOLDEN=1; tests run in the project's directory. */
const goldenFile = "src/report/gate-markdown.golden.txt";

const mostBytes = 60_000;

describe("renderGateMarkdown()", () => {
  test("prints the golden text", () => {
    const text = renderGateMarkdown(sampleGate());
    if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(goldenFile, text);
    assert.equal(text, readFileSync(goldenFile, "utf8"));
  });

  const table: [name: string, gate: Gate, says: RegExp][] = [
    ["passes", gateWith(["no-regression"]), /^### noclobber gate: PASS, no regression >= 10 %\n/],
    ["is open", gateWith(["inconclusive"]), /^### noclobber gate: NO ANSWER, inconclusive\n/],
    [
      "is open and may be",
      gateWith(["inconclusive"], { exitCode: 0 }),
      /^### noclobber gate: PASS, inconclusive\n/,
    ],
    [
      "is exact",
      exactGate(),
      /^### noclobber gate: PASS, exact laws hold\n\n\*\*The.*\n\n<details>/,
    ],
    ["is violated", violatedGate(), /^### noclobber gate: FAIL, violated\n/],
    ["is violated", violatedGate(), /- \*\*broken: capture found no violation\*\* 12 times more\n/],
    ["is violated", violatedGate(), /<summary>Exact laws: 1 of 3 broken<\/summary>/],
    [
      "is unpaired",
      unpairedGate(),
      /slower \[99\.2 % interval\].*\n[\s\S]*Environment: not checked/,
    ],
  ];
  for (const [name, gate, says] of table) {
    test(`says of a gate that ${name}: ${says.source.slice(0, 50)}`, () => {
      assert.match(renderGateMarkdown(gate), says);
    });
  }

  test("lets no text of the file be markup", () => {
    const text = renderGateMarkdown(hostileGate());
    const tags = [...text.matchAll(/<[^>]*>/g)].map(([tag]) => tag);
    const own = ["<details>", "</details>", "<summary>", "</summary>", "<code>", "</code>"];
    assert.deepEqual([...new Set(tags)].sort(), own.sort());
    // GitHub looks for users and issues everywhere but in code.
    assert.doesNotMatch(text.replace(/<code>.*<\/code>/g, ""), /@someone|(?<!&)#1/);
    assert.doesNotMatch(text, /[`$\\]|\]\(|^\s*::/m);
    for (const row of text.split("\n").filter((line) => line.startsWith("|"))) {
      assert.ok([4, 6, 7].includes(row.split("|").length - 1), row);
    }
  });

  test("keeps a comment's limit whatever the gate holds, and counts what it cuts", () => {
    const wide = "<\u{1f600}&@a#1|_ ".repeat(200);
    const many = <Item>(item: Item, count: number): Item[] =>
      Array.from({ length: count }, () => item);
    const sample = sampleGate();
    for (const text of ["short", hostile, wide, "|".repeat(2000)]) {
      const gate = sampleGate({
        sentence: text,
        command: many(text, 100),
        sides: sample.sides.map((side) => ({ ...side, run: text, command: many(text, 100) })),
        differences: many({ fact: text, baseline: text, candidate: text }, 1000),
        laws: many({ law: text, checked: 1, broken: many(text, 50), brokenCount: 10_000 }, 400),
        pairs: {
          ...{ measured: 20, extended: true, confidence: 0.99 },
          dropped: many({ pair: 1, side: text, reason: text }, 1000),
        },
        metrics: sample.metrics.flatMap((m) => many({ ...m, name: text, reason: text }, 50)),
        shown: sample.shown.flatMap((figure) => many({ ...figure, name: text }, 100)),
        notes: many(text, 10_000),
      });
      const markdown = renderGateMarkdown(gate);
      assert.ok(Buffer.byteLength(markdown) < mostBytes, `${Buffer.byteLength(markdown)} bytes`);
      const cuts = markdown.match(/\n\n\S+( k)? more are cut; the result file has all\.\n/g) ?? [];
      assert.ok(cuts.length >= 5, `${cuts.length} lists are cut`);
      assert.equal(markdown.match(/<details>/g)?.length, markdown.match(/<\/details>/g)?.length);
    }
  });
});
