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
    assert.equal(bullets.length, material.length + 1);
    for (const bullet of bullets.slice(0, -1)) {
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
    assert.equal(bullets.length, 22);
    assert.match(bullets[20] ?? "", /^- \d+ more changes in the \[result\]\(/);
  });

  test("names the kernels where they differ, and else the builds", () => {
    assert.match(render(candidateRun(1.2)), /\n- From Linux 6\.18\.2 to 6\.19\.0; \d+ ratios/);
    assert.match(render(sampleRun(small)), /\n- noclobber 0\.1\.0 \(e6217015c87b\) on both sides;/);
    const changed = (change: (run: Run) => void) => render(changedRun(change, small));
    assert.match(
      changed(({ host, tool }) => {
        Object.assign(host, { kernelRelease: "6.19.0", governor: "powersave" });
        tool.commit = "fedcba987654";
      }),
      /\n- From Linux 6\.18\.2 to 6\.19\.0, with 2 other differences of host, tool and options; /,
    );
    assert.match(
      changed(({ host }) => Object.assign(host, { governor: "powersave", aslr: "1" })),
      /\n- noclobber .* on both sides, with 2 differences of host, tool and options; /,
    );
  });

  test("tells no change to or from a run that is broken, and says why", () => {
    const broken = changedRun((run) => {
      run.forks[1]?.trials[3]?.violations.push("attempts 7, outcomes 6");
    }, small);
    const unsafe = changedRun((run) => {
      Object.assign(run.forks[1]?.trials[3]?.arms[1]?.safety ?? {}, { clobbers: 3 });
    }, small);
    for (const [text, side] of [
      [render(candidateRun(1.2), broken), "Baseline"],
      [render(broken, candidateRun(1.2)), "Candidate"],
    ] as const) {
      assert.doesNotMatch(text, /faster|slower/);
      assert.match(text, new RegExp(`\\n- No change is told\\. ${side}: 1 violation of the laws `));
      assert.match(text, /: trust no figure of this run\. \(\[result\]\(results\//);
      assert.match(
        text,
        new RegExp(`\\n- ${side}: Broken law: fork 2, spread, 2 actors: attempts`),
      );
    }
    const text = render(candidateRun(1.2), unsafe);
    assert.match(text, /\n- No change is told\. Baseline: UNSAFE: 3 clobbers in .* attempts/);
    assert.doesNotMatch(text, /faster|slower/);
  });

  test("says what else casts doubt on either side", () => {
    const doubtful = changedRun(({ forks, warnings }) => {
      Object.assign(forks[3] ?? {}, { status: "crashed", error: "It died", trials: [] });
      warnings.push({ code: "load", message: "The load average is 2.1", remedy: "Wait." });
    }, small);
    const says = "Fork 4 crashed: It died; it finished no trial\\. The load average is 2\\.1\\.\\n";
    assert.match(render(candidateRun(1.2), doubtful), new RegExp(`\\n- Baseline: ${says}`));
    assert.match(render(doubtful), new RegExp(`\\n- Candidate: ${says}`));
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
        assert.match(text, /^### Changed\n\n<!-- .*\n(- .*\n)+<!-- .*-->\n$/, name);
      }
    }
  });
});
