import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseHTML } from "linkedom";
import { digestRun } from "./digest.ts";
import { hostile, oddRuns } from "./odd-pages.test.data.ts";
import { armsOf } from "./sample-run.test.data.ts";
import { type ChartId, chartIds, renderSvg } from "./svg.ts";

describe("renderSvg()", () => {
  for (const [name, make] of Object.entries(oddRuns)) {
    test(`draws every chart of a run ${name}`, () => {
      const run = make();
      const digest = digestRun(run);
      for (const id of chartIds) check(renderSvg(run, digest, id), id);
    });
  }

  test("cuts a name in the legend that the picture has no room for", () => {
    const run = oddRuns["of seven forks"]?.() ?? assert.fail();
    for (const { arm } of armsOf(run)) {
      if (arm.strategy === "kernel-chosen") arm.strategy = "k".repeat(200);
    }
    const { document } = parseHTML(renderSvg(run, digestRun(run), "reservations"));
    const width = Number(document.querySelector("svg")?.getAttribute("width"));
    const names = [...document.querySelectorAll("text[y='11']")].map((text) => text.textContent);
    assert.ok(
      names.some((name) => /^k+…$/.test(name ?? "")),
      names.join(),
    );
    // In a font of 12.5 pixels a character has 6 or more.
    for (const name of names) assert.ok((name ?? "").length * 6 < width, name ?? "");
  });

  test("is the same at every call", () => {
    const run = oddRuns["of seven forks"]?.() ?? assert.fail();
    const digest = digestRun(run);
    assert.equal(renderSvg(run, digest, "ratios"), renderSvg(run, digest, "ratios"));
  });
});

function check(text: string, id: ChartId): void {
  assert.match(text, /^<!-- Made by noclobber report, format svg -->\n<svg xmlns="http:/);
  // XML knows no double hyphen in a comment.
  assert.doesNotMatch(text, /<!--(?! [^-]* -->)/);
  assert.ok(
    !text.includes(hostile) && !/<(script|img|image|foreignObject)\b|\bon\w+=/.test(tags(text)),
  );
  const { document } = parseHTML(text.slice(text.indexOf("<svg")));
  assert.notEqual(document.querySelector("title")?.textContent, "", id);
  assert.notEqual(document.querySelector("desc")?.textContent, "", id);
  assert.match(text, /prefers-color-scheme:dark/);
  assertPapered(text);
  assert.doesNotMatch(text, /NaN|Infinity|undefined/);
  assertNested(text);
}

/** White in light, dark in dark, over the whole picture, and below whatever is drawn. */
function assertPapered(text: string): void {
  const [, width, height] = text.match(/ viewBox="0 0 (\S+) (\S+)"/) ?? assert.fail();
  assert.equal(
    text.match(/<\/style>\n(<[^>]*>)/)?.[1],
    `<rect class="paper" width="${width}" height="${height}" rx="6" fill="#fff"/>`,
  );
  assert.match(text, /@media\(prefers-color-scheme:dark\)\{.*\}\.paper\{fill:#14171c\}\}<\/style>/);
}

/** What is markup: everything between angle brackets, without the values of attributes. */
function tags(text: string): string {
  return (text.match(/<[^>]*>/g) ?? []).join("").replace(/"[^"]*"/g, "");
}

/** XML is read strictly: what is opened is closed, in order. */
function assertNested(text: string): void {
  const open: string[] = [];
  for (const [, end, name, empty] of text.matchAll(/<(\/?)([a-zA-Z]+)[^>]*?(\/?)>/g)) {
    if (end === "/") assert.equal(open.pop(), name);
    else if (empty !== "/") open.push(name as string);
  }
  assert.deepEqual(open, []);
}
