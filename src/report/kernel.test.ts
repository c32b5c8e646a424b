import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { Run } from "../results/schema.ts";
import { brokenRules } from "./commit-rules.test.data.ts";
import { digestComparison } from "./comparison.ts";
import { digestRun } from "./digest.ts";
import { renderKernel } from "./kernel.ts";
import { changedRun, sampleRun } from "./sample-run.test.data.ts";
import {
  candidateRun,
  everyStrategy,
  hostileRun,
  oddRuns,
  small,
} from "./text-samples.test.data.ts";

const plain = sampleRun(small);

const ofCommit = (commit: string) =>
  changedRun(({ tool }) => Object.assign(tool, { commit }), small);

const told = /\d %|%(?! ?stddev|change)/;

/** Renewed by UPDATE_GOLDEN=1; tests run in the project's directory. */
function isGolden(text: string, name: string): void {
  const goldenFile = `src/report/${name}.golden.txt`;
  if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(goldenFile, text);
  assert.equal(text, readFileSync(goldenFile, "utf8"));
}

function render(candidate: Run, baseline?: Run): string {
  return renderKernel(
    digestRun(candidate),
    baseline ? digestComparison(baseline, candidate) : undefined,
  );
}

/** Of each odd run alone, and as either side of a comparison. */
const texts = Object.entries(oddRuns).flatMap(([name, make]) => {
  const run = make();
  return [render(run), render(run, plain), render(plain, run)].map((text) => [name, text] as const);
});

describe("renderKernel()", () => {
  test("prints the golden text of a run", () => {
    isGolden(render(sampleRun({ ...small, strategies: everyStrategy })), "kernel");
  });

  test("prints the golden text of a comparison", () => {
    isGolden(render(candidateRun(1.2), sampleRun(small)), "kernel-comparison");
  });

  test("keeps checkpatch's rules for the text of a commit, whatever a run holds", () => {
    for (const [name, text] of texts) {
      const isOurs = (rule: string) => !(name.startsWith("hostile") && /^REPEATED/.test(rule));
      assert.deepEqual(brokenRules(text).filter(isOurs), [], name);
    }
  });

  test("has 75 columns at most and stays a commit message, for any texts and sizes", () => {
    const word = fc.oneof(
      fc.constantFrom("---", "+++", "diff", "#", "Change-Id:", "commit", "0123456789abcdef", "a/b"),
      fc.constantFrom(
        "Signed-off-by:",
        "http://x",
        "foo:",
        "@@",
        "-1,2",
        "\t",
        "\n",
        "Fixes:",
        "%",
      ),
      fc.string({ unit: "binary", maxLength: 120 }),
      fc.string({ unit: "grapheme-ascii", minLength: 60, maxLength: 200 }),
    );
    const hostile = fc.array(word, { maxLength: 12 }).map((words) => words.join(" "));
    const choices = fc.record({
      forks: fc.constantFrom(1, 3, 4),
      actors: fc.constantFrom([1], [1, 1024]),
      scenarios: fc.subarray(["occupied", "hot", "spread", "solo"], { minLength: 1 }),
      strategies: fc.subarray(everyStrategy, { minLength: 1 }),
    });
    fc.assert(
      fc.property(hostile, choices, fc.boolean(), (text, choice, isCompared) => {
        const run = hostileRun(text, choice);
        const broken = brokenRules(isCompared ? render(run, sampleRun(choice)) : render(run));
        assert.deepEqual(
          broken.filter((rule) => !rule.startsWith("REPEATED_WORD")),
          [],
        );
      }),
      { numRuns: 30 },
    );
  });

  test("says nothing that is no number or no word", () => {
    for (const [name, text] of texts) {
      assert.doesNotMatch(text, /NaN|undefined|null|Infinity|\[object/, name);
    }
  });

  test("prints no percentage of a change that is inconclusive", () => {
    const text = render((oddRuns["all inconclusive"] as () => Run)());
    assert.match(text, /^ +\S+ [nu]s \S+ +- +inconclusive +\S+ ns \S+ +lost p50$/m);
    assert.match(text, /Inconclusive, so without a percentage: lost p50 in /);
    assert.match(text, /This run cannot tell whether a lost attempt costs less/);
    for (const line of text.split("\n").filter((each) => / inconclusive /.test(each))) {
      assert.doesNotMatch(line.replace(/\+- ?\d+%/g, ""), /%/);
    }
    const itself = render(sampleRun(small), sampleRun(small));
    const [, gains = ""] = /\n(Gains[\s\S]*?)\n\n/.exec(itself) ?? [];
    assert.doesNotMatch(gains, told);
  });

  const table: [run: string, says: RegExp][] = [
    ["plain", /^mm: lose races cheaper with MAP_FIXED_NOREPLACE than with a hint\n\n/],
    ["plain", /\nMachine: bench1, Linux 6\.18\.2 x86_64,.*\n {2}allowed, kvm\nCommand: noclobber/],
    [
      "plain",
      /\n {2}in occupied\/1:\n {3}5\.51 us \+-22% {3}-94\.4% {2}\[-94\.4, -94\.3\] {3}312 ns/,
    ],
    ["plain", /\nGains: lost p50 in all 8[\s\S]*\nCosts: nothing got slower with fixed-noreplace/],
    ["plain", /\nNot covered: file mappings, .*\n[\s\S]*windows of 1 MiB/],
    ["one fork", /^mm: measure races [\s\S]*no interval: 1\s+fork, 6 needed/],
    ["one fork", /\(n = 1 fork a side[\s\S]* - +too few forks .*lost p50\n/],
    ["one fork", /\nGains and costs cannot be told: too few forks for an interval\.\n/],
    ["fixed arm", /Negative control: in [\s\S]*plain MAP_FIXED the\s+detector saw/],
    ["control only", /\nNothing to compare: hint-munmap and fixed-noreplace did not run/],
    ["no fork", /^mm: measure [\s\S]*\nNothing to compare: no fork has finished a trial\.\n/],
    ["no complete fork", /\nForks that did not end as they should: fork 1 crashed, SIGKILL; fork/],
    ["failed fork", /\nForks that did not end as they should: fork 4 failed, mmap: ENOMEM\.\n/],
    [
      "failed fork",
      /\(n = 12 forks a side unless a\s+heading[\s\S]*\n {2}in spread\/2, n = 11 forks a side:\n/,
    ],
    ["libc probe", /^mm: measure [\s\S]*\nMeasured with the libc probe \(executable memory/],
    [
      "broken",
      /^mm: measure .*\n\n20 violations of [\s\S]*\n\nUNSAFE: 1 clobber [\s\S]*\n\nA lost attempt/,
    ],
    [
      "broken",
      /\nUNSAFE: 1 clobber [\s\S]*\nUNSAFE: 1 clobber [\s\S]*\nBroken laws: fork 2, spread, 2 /,
    ],
    ["libc probe", /^mm: measure .*\n\nMeasured with the libc probe [\s\S]*\n\nA lost attempt/],
  ];
  for (const [name, says] of table) {
    test(`says of a run with ${name}: ${says.source.slice(0, 60)}`, () => {
      assert.match(render((oddRuns[name] as () => Run)()), says);
    });
  }

  test("has every metric's whole name in its row, whatever the numbers of forks", () => {
    const names = new Set(["lost p50", "lost p99", "placed p50", "reserv./s", "lost/placed p50"]);
    const many = sampleRun({ ...small, forks: 104 });
    for (const text of [render(candidateRun(1.2), many), render(many, sampleRun(small))]) {
      const [, table = ""] = /\n {2}before %stddev .* metric\n((?: {2}.*\n)+)/.exec(text) ?? [];
      const rows = table.split("\n").filter((line) => line !== "" && !line.startsWith("  in "));
      assert.ok(rows.length > 3);
      for (const row of rows) {
        assert.ok(row.length <= 75, row);
        assert.ok(names.has(row.split(/ {2,}/).at(-1) ?? ""), row);
      }
      assert.match(text, /\(n\s+=\s+(?:104|12)\s+before\s+and\s+(?:104|12)\s+after\)/);
    }
  });

  test("puts no word of its own in quotes but a term that it explains", () => {
    const quoted = (text: string) => text.match(/"[^"]*"/g) ?? [];
    assert.deepEqual(quoted(render(candidateRun(1.2), sampleRun(small))), ['"beyond chance"']);
    assert.deepEqual(quoted(render(sampleRun(small))), []);
  });

  const pairs: [name: string, text: () => string, says: RegExp][] = [
    ["slower", () => render(candidateRun(1.2), sampleRun(small)), /^mm: accept slower racing/],
    ["faster", () => render(candidateRun(0.8), sampleRun(small)), /^mm: speed up racing/],
    ["the same", () => render(sampleRun(small), sampleRun(small)), /^mm: measure [\s\S]*No mater/],
    [
      "another kernel",
      () => render(candidateRun(1.2), sampleRun(small)),
      /\nDiffers: kernel release 6\.18\.2 -> 6\.19\.0\.\n/,
    ],
    [
      "another commit",
      () => render(ofCommit("8f1b312aeeaa"), ofCommit("1d9e5f531ac4-dirty")),
      /\nDiffers: commit "1d9e5f531ac4-dirty" -> "8f1b312aeeaa"\.\n/,
    ],
    [
      "compared with a broken one",
      () => render(candidateRun(1.2), (oddRuns["broken"] as () => Run)()),
      /^mm: .*\n\nBaseline: 20 violations [\s\S]*\n\nBaseline: UNSAFE: 1 [\s\S]*\n\n17 of 27/,
    ],
    [
      "compared with a broken one",
      () => render(candidateRun(1.2), (oddRuns["broken"] as () => Run)()),
      /\nBaseline: UNSAFE: 1 clobber [\s\S]*\nBroken laws of the baseline: fork 2, spread, 2 /,
    ],
    [
      "compared with one that lost a fork",
      () => render(candidateRun(1.2), (oddRuns["failed fork"] as () => Run)()),
      /\nForks of the baseline that did not end as they should: fork 4 failed, mmap:\n {2}ENOMEM/,
    ],
    [
      "other scenarios",
      () => render(sampleRun({ scenarios: ["hot"] }), sampleRun({ scenarios: ["solo"] })),
      /Nothing to compare: the files[\s\S]*\nOnly in the baseline, and not .*: solo\/1\.\nOnly/,
    ],
  ];
  for (const [name, text, says] of pairs) {
    test(`says of a candidate that is ${name}: ${says.source.slice(0, 50)}`, () => {
      assert.match(text(), says);
    });
  }
});

describe("brokenRules()", () => {
  const table: [rule: string, line: string][] = [
    ["COMMIT_LOG_LONG_LINE", "x".repeat(76)],
    ["COMMIT_COMMENT_SYMBOL", "#12"],
    ["GERRIT_CHANGE_ID", " Change-Id: I1"],
    ["BAD_SIGN_OFF", "signed-off-by:me"],
    ["BAD_SIGN_OFF, indented", "  Acked-by: me"],
    ["BAD_FIXES_TAG", "Fixes: 0123456 (bug)"],
    ["GIT_COMMIT_ID", "since commit 01234567"],
    ["GIT_COMMIT_ID", "since 0123456789ab all is well"],
    ["COMMIT_LOG_USE_LINK", "See: https://example.org"],
    ["COMMIT_LOG_WRONG_LINK", "Link: here"],
    ["DIFF_IN_COMMIT_MSG", "  +++ b/mm/mmap.c"],
    ["patch begins, to git am", "--- a"],
    ["header, to git am", "From: me"],
    ["header, to git am", "From me"],
    ["trailing whitespace", "x "],
    ["tabs beside spaces", "a\tb"],
    ["plain ASCII", "5 \u00b1 2"],
    ["REPEATED_WORD", "it is is so"],
  ];
  for (const [rule, line] of table) {
    test(`finds ${rule} in "${line.slice(0, 30)}"`, () => {
      const found = brokenRules(`mm: do it\n\n${line}\n`);
      assert.ok(
        found.some((each) => each.startsWith(rule)),
        found.join(),
      );
    });
  }

  test("lets a correct Fixes line and a correct commit reference be", () => {
    const fixes = 'Fixes: 0123456789ab ("mm: break it")';
    const text = `mm: do it\n\nSince commit 0123456789ab ("mm: x") it is so.\n\n${fixes}\n`;
    assert.deepEqual(brokenRules(text), []);
  });
});
