import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { describe, test } from "node:test";
import { hostileSweep, oddSweeps } from "./odd-sweeps.test.data.ts";
import { digestSweep, type SweepDigest } from "./sweep-digest.ts";
import { renderSweepMarkdown } from "./sweep-markdown.ts";
import { sampleSweep } from "./sweep-sample.test.data.ts";
import { hostileTexts } from "./text-samples.test.data.ts";

const mostBytes = 60_000;

/** Renewed by UPDATE_GOLDEN=1; tests run in the project's directory. */
const goldenFile = "src/report/sweep-markdown.golden.txt";

describe("renderSweepMarkdown()", () => {
  test("prints the golden text", () => {
    const text = renderSweepMarkdown(digestSweep(sampleSweep("actors")));
    if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(goldenFile, text);
    assert.equal(text, readFileSync(goldenFile, "utf8"));
  });

  test("lets no text of the file be markup, in any kind of sweep", () => {
    const own = ["<details>", "</details>", "<summary>", "</summary>", "<code>", "</code>"];
    const runs = [
      ...Object.values(oddSweeps).map((make) => make()),
      ...hostileTexts.map(hostileSweep),
    ];
    for (const run of runs) {
      const text = renderSweepMarkdown(digestSweep(run));
      assert.doesNotMatch(text, /NaN|undefined|\bnull\b|Infinity|\[object/);
      for (const [tag] of text.matchAll(/<[^>]*>/g)) assert.ok(own.includes(tag), tag);
      assert.doesNotMatch(text.replace(/<code>.*<\/code>/g, ""), /@someone|(?<!&)#1/);
      assert.doesNotMatch(text, /[`$\\]|\]\(|^\s*::/m);
      assert.equal(text.match(/<details>/g)?.length, text.match(/<\/details>/g)?.length);
      assertTables(text);
    }
  });

  test("keeps a comment's limit whatever the file holds, and counts what it cuts", () => {
    const sample = digestSweep(sampleSweep("actors"));
    const many = <Of>(items: readonly Of[]): Of[] => Array<readonly Of[]>(100).fill(items).flat();
    for (const text of ["short", ...hostileTexts, "<\u{1f600}&@a#1|_ ".repeat(200)]) {
      const cells = new Map(
        Array.from({ length: 9 }, (_, index) => [`${index}${text}`, cellOf(sample)] as const),
      );
      const digest: SweepDigest = {
        ...sample,
        identity: { ...sample.identity, command: text, host: text, setting: text },
        races: many(
          sample.races.map((table) => ({
            ...table,
            ...{ place: text, strategies: [...cells.keys()] },
            rows: table.rows.map((row) => ({ ...row, cells })),
          })),
        ),
        searches: many(sample.searches.map((series) => ({ ...series, way: text, load: text }))),
        growth: many([text]),
        scaling: many(sample.scaling.map((row) => ({ ...row, strategy: text, lacking: text }))),
        notes: many([text]),
        warnings: many([{ code: text, message: text, remedy: text }]),
        violations: many([{ fork: 1, scenario: text, actors: 2, text }]),
        headline: {
          claims: sample.headline.claims.map((claim) => ({ ...claim, sentence: text })),
          labels: many([{ code: "flag", text }]),
        },
      };
      const markdown = renderSweepMarkdown(digest);
      assert.ok(Buffer.byteLength(markdown) < mostBytes, `${Buffer.byteLength(markdown)} bytes`);
      const cuts = markdown.match(/\n\n\S+( k)? more are cut; the result file has all\.\n/g);
      assert.ok((cuts?.length ?? 0) >= 3, `${cuts?.length} lists are cut`);
      assert.match(markdown, / 4 more strategies: in the result file\.\n/);
      assertTables(markdown);
    }
  });
});

function cellOf({ races }: SweepDigest) {
  const [cell] = races[0]?.rows[0]?.cells.values() ?? [];
  return cell ?? assert.fail();
}

/** Every row of a table has as many cells as the line that aligns them. */
function assertTables(text: string): void {
  let columns = 0;
  for (const line of text.split("\n")) {
    if (!line.startsWith("|")) columns = 0;
    else if (columns === 0) columns = line.split("|").length;
    else assert.equal(line.split("|").length, columns, line);
  }
}
