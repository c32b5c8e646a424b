import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { describe, test } from "node:test";
import type { Run } from "../results/schema.ts";
import { type Comparison, digestComparison } from "./comparison.ts";
import { type Digest, digestRun } from "./digest.ts";
import { renderMarkdown } from "./markdown.ts";
import { prose } from "./markdown-text.ts";
import { sampleRun } from "./sample-run.test.data.ts";
import {
  candidateRun,
  everyStrategy,
  hostileTexts,
  oddRuns,
  small,
} from "./text-samples.test.data.ts";

const mostBytes = 60_000;

/** Renewed by UPDATE_GOLDEN=1; tests run in the project's directory. */
function isGolden(text: string, name: string): void {
  const goldenFile = `src/report/${name}.golden.txt`;
  if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(goldenFile, text);
  assert.equal(text, readFileSync(goldenFile, "utf8"));
}

function render(candidate: Run, baseline?: Run): string {
  const comparison = baseline && digestComparison(baseline, candidate);
  return renderMarkdown(digestRun(candidate), comparison);
}

describe("renderMarkdown()", () => {
  test("prints the golden text of a run", () => {
    isGolden(render(sampleRun({ ...small, strategies: everyStrategy })), "markdown");
  });

  test("prints the golden text of a comparison", () => {
    isGolden(render(candidateRun(1.2), sampleRun(small)), "markdown-comparison");
  });

  test("lets no text of the file be markup, in any kind of run", () => {
    const own = ["<details>", "</details>", "<summary>", "</summary>", "<code>", "</code>"];
    const plain = sampleRun(small);
    for (const [name, make] of Object.entries(oddRuns)) {
      const run = make();
      for (const text of [render(run), render(run, plain)]) {
        assert.doesNotMatch(text, /NaN|undefined|null|Infinity|\[object/, name);
        const tags = [...text.matchAll(/<[^>]*>/g)].map(([tag]) => tag);
        assert.deepEqual([...new Set(tags)].sort(), [...own].sort(), name);
        assert.doesNotMatch(text.replace(/<code>.*<\/code>/g, ""), /@someone|(?<!&)#1/, name);
        assert.doesNotMatch(text, /[`$\\]|\]\(|^\s*::/m, name);
        const columns = text.split("\n").filter((line) => line.startsWith("|"));
        for (const row of columns) assert.ok([8, 9, 11, 12].includes(row.split("|").length), row);
        assert.equal(text.match(/<details>/g)?.length, text.match(/<\/details>/g)?.length);
      }
    }
  });

  test("keeps a comment's limit whatever the file holds, and counts what it cuts", () => {
    const sample = digestRun(sampleRun());
    const comparison = digestComparison(sampleRun(), candidateRun(1.2, {}));
    const many = <Of>(items: readonly Of[]): Of[] => Array<readonly Of[]>(100).fill(items).flat();
    for (const text of ["short", ...hostileTexts, "<\u{1f600}&@a#1|_ ".repeat(200)]) {
      const changes = many(
        comparison.ratios.map((each) => ({ ...each, place: text, subject: text })),
      );
      const digest: Digest = {
        ...sample,
        identity: { ...sample.identity, command: text, host: text, setting: text },
        beforeAfter: changes,
        scenarios: many(sample.scenarios.map((each) => ({ ...each, scenario: text }))),
        safety: { ...sample.safety, outcomes: many(sample.safety.outcomes), sentence: text },
        notes: many([text]),
        warnings: many([{ code: text, message: text, remedy: text }]),
        violations: many([{ fork: 1, scenario: text, actors: 2, text }]),
      };
      const wide: Comparison = {
        ...comparison,
        ...{ baseline: digest, candidate: digest, sentence: text, notes: [text, text, text] },
        ...{ ratios: changes, absolutes: changes, material: changes },
        differences: many([{ fact: text, baseline: text, candidate: text }]),
        unmatched: many([{ side: "baseline", what: text }]),
      };
      for (const markdown of [renderMarkdown(digest), renderMarkdown(digest, wide)]) {
        assert.ok(Buffer.byteLength(markdown) < mostBytes, `${Buffer.byteLength(markdown)} bytes`);
        const cuts = markdown.match(/\n\n\S+( k)? more are cut; the result file has all\.\n/g);
        assert.ok((cuts?.length ?? 0) >= 3, `${cuts?.length} lists are cut`);
      }
    }
  });

  const table: [run: string, says: RegExp][] = [
    ["plain", /^### noclobber\n\n\*\*A lost attempt costs 17\.7 \[.*\*\* \(p50 of a lost/],
    ["plain", /\| occupied\/1 \| lost p50 \| 5\.51 us ± 22 % \| 312 ns ± 22 % \| -94\.4 % \[/],
    ["plain", /\n- \*\*cost\*\* nothing beyond an interval\n/],
    ["all inconclusive", /\| inconclusive \| 12 \|\n[\s\S]*<details>/],
    ["one fork", /Gains and costs cannot be told: too few forks[\s\S]*\| too few forks \| 1 \|/],
    ["fixed arm", /plain MAP&#95;FIXED the detector saw|plain MAP_FIXED the detector saw/],
    ["no fork", /^### noclobber\n\n\*\*Nothing to compare: no fork has finished a trial\*\*\.\n/],
    ["failed fork", /- \*\*fork 4\*\* failed: mmap: ENOMEM; the trials it finished count\n/],
    ["libc probe", /- \*\*note well\*\* Measured with the libc probe/],
    [
      "broken",
      /^### noclobber\n\n- \*\*note well\*\* 20 viol.*\n- \*\*note well\*\* UNSAFE: .*\n\n\*\*A/,
    ],
    [
      "broken",
      /- \*\*broken law\*\* fork 2, spread[\s\S]*\nUNSAFE: 1 clobber and 2 broken canaries/,
    ],
  ];
  for (const [name, says] of table) {
    test(`says of a run with ${name}: ${says.source.slice(0, 50)}`, () => {
      assert.match(render((oddRuns[name] as () => Run)()), says);
    });
  }

  test("begins a comparison with what makes either side's figures worthless", () => {
    const broken = oddRuns["broken"]?.() ?? assert.fail();
    const failed = oddRuns["failed fork"]?.() ?? assert.fail();
    const text = render(failed, broken);
    assert.match(
      text,
      /^### noclobber: comparison\n\n- \*\*baseline, note well\*\* 20 violations of/,
    );
    assert.match(text, /\n- \*\*candidate, note well\*\* Interrupted: .*\n\n\*\*/);
    assert.match(text, /\n- \*\*baseline, broken law\*\* fork 2, spread, 2 actors: attempts 7/);
    assert.match(
      text,
      /\n- \*\*candidate, fork 4\*\* failed: mmap: ENOMEM; the trials it finished/,
    );
  });
});

test("prose() leaves nothing that becomes a link, a mention or an issue of its own", () => {
  const texts = [
    ...["see http://evil.com and HTTPS://evil.com/x", "www.evil.com", "a_www.evil.com"],
    ...["mail a@b.c, a@-b.c or mailto:a@b.c", "@someone", "a/b#12, #12", "GH-123, gh-9"],
  ];
  const link = /:\/\/|www\.|@[\w.-]|(?<!&)#\d|GH-\d/i;
  for (const text of texts) {
    assert.match(text, link);
    assert.doesNotMatch(prose(text), link);
    assert.equal(prose(text).replaceAll("&#8203;", "").replaceAll("&#95;", "_"), text);
  }
});
