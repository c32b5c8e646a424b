import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { describe, test } from "node:test";
import type { Run } from "../results/schema.ts";
import { renderChangelog } from "./changelog.ts";
import { digestComparison } from "./comparison.ts";
import { digestRun } from "./digest.ts";
import { armsOf, changedRun, sampleRun } from "./sample-run.test.data.ts";
import { candidateRun, oddRuns, scaleArm, small } from "./text-samples.test.data.ts";

/** Renewed by UPDATE_GOLDEN=1; tests run in the project's directory. */
const goldenFile = "src/report/changelog.golden.txt";

const link = "results/2026-02-01.json";

function render(candidate: Run, baseline = sampleRun(small), to = link): string {
  return renderChangelog(digestRun(candidate), digestComparison(baseline, candidate), to);
}

describe("renderChangelog()", () => {
  test("prints the golden text", () => {
    const text = render(candidateRun(1.2));
    if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(goldenFile, text);
    assert.equal(text, readFileSync(goldenFile, "utf8"));
  });

  test("has one bullet a material change, each with a percentage and a link", () => {
    const candidate = candidateRun(1.2);
    const { material } = digestComparison(sampleRun(small), candidate);
    const bullets = render(candidate).match(/^- .*$/gm) ?? [];
    assert.equal(bullets.length, material.length);
    for (const bullet of bullets) {
      assert.match(bullet, /: (faster|slower), [-+]\d.* % \[.*\] \(n = 12; \[result\]\(results\//);
    }
  });

  test("says that no material change was found, with a link", () => {
    const text = render(sampleRun(small));
    assert.match(text, /\n- No material change was found: .* \(\[result\]\(results\/2026-02-01/);
    assert.doesNotMatch(text, /[-+]\d+(?:\.\d)? %/);
  });

  test("counts what is more than anybody reads", () => {
    const wide = changedRun((run) => {
      for (const { arm } of armsOf(run)) if (arm.strategy === "hint-munmap") scaleArm(arm, 2);
    });
    const bullets = render(wide, sampleRun()).match(/^- .*$/gm) ?? [];
    assert.equal(bullets.length, 21);
    assert.match(bullets[20] ?? "", /^- \d+ more changes in the \[result\]\(/);
  });

  test("names the kernels where they differ, and else the builds", () => {
    assert.match(render(candidateRun(1.2)), /\n {2}From Linux 6\.18\.2 to 6\.19\.0; \d+ ratios/);
    assert.match(
      render(sampleRun(small)),
      /\n {2}noclobber 0\.1\.0 \(e6217015c87b\) on both sides;/,
    );
  });

  test("keeps a link whole, whatever its path", () => {
    const text = render(sampleRun(small), undefined, "a (b) [c]<d>\n|e.json");
    assert.match(text, /\[result\]\(a%20%28b%29%20%5Bc%5D%3Cd%3E%0A%7Ce\.json\)/);
  });

  test("lets no text of a file end the entry or be markup", () => {
    const plain = sampleRun(small);
    for (const [name, make] of Object.entries(oddRuns)) {
      const run = make();
      for (const text of [render(run, plain), render(plain, run)]) {
        assert.doesNotMatch(text, /NaN|undefined|null|Infinity/, name);
        const tags = (text.match(/<[^>]*>/g) ?? []).map((tag) => tag.replace(/\d[-\dT:.Z]+/, ""));
        assert.deepEqual(tags, ["<!-- noclobber  -->", "<!-- /noclobber  -->"], name);
        assert.match(text, /^### Changed\n\n<!-- .*\n(- .*\n)+ {2}.*\n<!-- .*-->\n$/, name);
      }
    }
  });
});
