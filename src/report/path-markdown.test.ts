import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { describe, test } from "node:test";
import type { PathRun } from "../results/path-schema.ts";
import { digestPath, type PathDigest } from "./path-digest.ts";
import { renderPathMarkdown } from "./path-markdown.ts";
import { hostilePath, oddPaths, samplePath } from "./sample-path.test.data.ts";
import { hostileTexts } from "./text-samples.test.data.ts";

const mostBytes = 60_000;

/** Renewed by UPDATE_GOLDEN=1; tests run in the project's directory. */
const goldenFile = "src/report/path-markdown.golden.txt";

function render(run: PathRun): string {
  return renderPathMarkdown(digestPath(run));
}

describe("renderPathMarkdown()", () => {
  test("prints the golden text", () => {
    const text = render(samplePath());
    if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(goldenFile, text);
    assert.equal(text, readFileSync(goldenFile, "utf8"));
  });

  test("lets no text of the file be markup, in any kind of run", () => {
    const own = ["<details>", "</details>", "<summary>", "</summary>", "<code>", "</code>"];
    const runs = [...Object.values(oddPaths), ...hostileTexts.map((t) => () => hostilePath(t))];
    for (const [at, make] of runs.entries()) {
      const text = render(make());
      const what = `run ${at}`;
      assert.doesNotMatch(text, /NaN|undefined|null|Infinity|\[object/, what);
      const tags = [...text.matchAll(/<[^>]*>/g)].map(([tag]) => tag);
      assert.deepEqual([...new Set(tags)].sort(), [...own].sort(), what);
      assert.doesNotMatch(text.replace(/<code>.*<\/code>/g, ""), /@someone|(?<!&)#1/, what);
      assert.doesNotMatch(text, /[`$\\]|\]\(|^\s*::/m, what);
      const rows = text.split("\n").filter((line) => line.startsWith("|"));
      for (const row of rows) assert.ok([11, 12, 14].includes(row.split("|").length), row);
      assert.equal(text.match(/<details>/g)?.length, text.match(/<\/details>/g)?.length);
    }
  });

  test("keeps a comment's limit whatever the file holds, and counts what it cuts", () => {
    const sample = digestPath(samplePath());
    const many = <Of>(items: readonly Of[]): Of[] => Array<readonly Of[]>(100).fill(items).flat();
    for (const text of ["short", ...hostileTexts, "<\u{1f600}&@a#1|_ ".repeat(200)]) {
      const claim = { state: "told", sentence: text, basis: text } as const;
      const digest: PathDigest = {
        ...sample,
        identity: { ...sample.identity, command: text, host: text, setting: text },
        headline: { ...sample.headline, claims: [claim, { ...claim, basis: "1" }, claim] },
        profiles: many(
          sample.profiles.map((each) => ({
            ...{ ...each, name: text },
            rows: each.rows.map((row) => ({ ...row, way: text })),
          })),
        ),
        bites: many(sample.bites.map((bite) => ({ ...bite, sentence: text }))),
        safety: { ...sample.safety, others: many([{ sound: "Not sound", sentence: text }]) },
        scaled: many([text]),
        skipped: many([text]),
        notes: many([text]),
        warnings: many([{ code: text, message: text, remedy: text }]),
        violations: many([{ fork: 1, scenario: text, actors: 2, text }]),
      };
      const markdown = renderPathMarkdown(digest);
      assert.ok(Buffer.byteLength(markdown) < mostBytes, `${Buffer.byteLength(markdown)} bytes`);
      const cuts = markdown.match(/\n\n\S+( k)? more are cut; the result file has all\.\n/g);
      assert.ok((cuts?.length ?? 0) >= 3, `${cuts?.length} lists are cut`);
    }
  });

  const table: readonly [run: string, says: RegExp][] = [
    ["plain", /^### noclobber: profiles\n\n\*\*Of a reservation's time in cuda-startup, 84 %/],
    ["plain", /\n\| profile \| way \| p50 \| p99 \| system calls \| p50, times today's \|/],
    [
      "plain",
      /\n\| cuda-startup \| fixed-noreplace \| .* \| 0\.89 \[0\.89, 0\.89\] \| 0\.95 \[.*\] \| yes/,
    ],
    ["plain", /\n- \*\*safe\*\* 0 clobbers, double ownerships and leaks in 18\.0 k reservations/],
    ["plain", /\n- \*\*not sound\*\* check-then-fixed in cuda-startup: 42 clobbers and /],
    ["plain", /\n- \*\*bite\*\* pmd-hole bites cuda-startup: /],
    [
      "one fork",
      /no interval: 1 fork, 6 needed[\s\S]*\n\| .* \| hint-munmap \| .* \| yes \| 1 \|\n/,
    ],
    ["no fork", /^### noclobber: profiles\n\n\*\*Nothing to say: no fork has finished a profile/],
    ["a failed fork", /- \*\*fork 6\*\* failed: mmap: ENOMEM; the trials it finished count\n/],
    ["unsafe", /- \*\*note well\*\* UNSAFE: 1 clobber[\s\S]*- \*\*broken law\*\* fork 2, cuda/],
    ["unsafe", /\n- \*\*UNSAFE\*\* 1 clobber and 2 leaks in /],
  ];
  for (const [name, says] of table) {
    test(`says of a run with ${name}: ${says.source.slice(0, 50)}`, () => {
      assert.match(render(oddPaths[name]?.() ?? assert.fail(name)), says);
    });
  }
});
