import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { sampleLine, sampleMetric } from "../results/history.test.data.ts";
import {
  alertSentence,
  baselineHeading,
  renderBaselines,
  renderSaved,
  type SavedBaseline,
} from "./baseline-terminal.ts";
import { hostile } from "./sample-gate.test.data.ts";
import { changedRun, sampleRun } from "./sample-run.test.data.ts";

const plain = { width: 100, colour: false };
const run = sampleRun({ scenarios: ["occupied", "solo"], actors: [1, 2] });
const folder = "results/baseline";
const saved: SavedBaseline = {
  path: `${folder}/5c5f4ee1ea0b.json`,
  bytes: 184_400,
  run,
  fingerprint: "5c5f4ee1ea0b",
};

const regressed = sampleLine(0, {
  verdict: "regressed",
  metrics: [
    sampleMetric("lost p50", 1.1, {
      slowdown: { estimate: 0.123, lo: 0.081, hi: 0.16 },
      verdict: "regressed",
    }),
    sampleMetric("placed p50", 1),
    sampleMetric("release p50", 1, { slowdown: null, verdict: "regressed" }),
  ],
});

describe("renderBaselines()", () => {
  test("says what to do where there is none", () => {
    const text = renderBaselines({ folder, baselines: [], unreadable: [] }, plain);
    assert.match(
      text,
      /^There is no baseline in results\/baseline\. Measure with `noclobber bench`/,
    );
  });

  test("prints the golden text", () => {
    const other = { ...saved, path: `${folder}/old.json` };
    const unreadable = [{ path: `${folder}/x.json`, reason: `${folder}/x.json is not JSON.` }];
    const list = { folder, baselines: [saved, other], unreadable };
    assert.equal(
      renderBaselines(list, plain),
      `fingerprint   measured           commit        forks  configs     size  machine
5c5f4ee1ea0b  2026-01-15T09:30Z  e6217015c87b     12        3  181 KiB  bench1, AMD EPYC 7B13
5c5f4ee1ea0b  2026-01-15T09:30Z  e6217015c87b     12        3  181 KiB  bench1, AMD EPYC 7B13
misnamed     results/baseline/old.json is not named by its fingerprint: a gate uses it only as
             --baseline.
unreadable   results/baseline/x.json is not JSON.
`,
    );
  });

  test("fits every width from 60 on, and says what it left out", () => {
    const list = { folder, baselines: [saved], unreadable: [] };
    for (let width = 60; width <= 140; width++) {
      const text = renderBaselines(list, { width, colour: false });
      for (const line of text.split("\n")) assert.ok(line.length <= width, line);
      assert.equal(stripVTControlCharacters(renderBaselines(list, { width, colour: true })), text);
    }
    assert.match(renderBaselines(list, { width: 60, colour: false }), /^Left out: configurations/m);
  });
});

describe("baselineHeading()", () => {
  test("names the file and what it may be compared with", () => {
    assert.equal(
      baselineHeading(saved, { architecture: "x86_64", probe: "native" }, plain),
      `Baseline 5c5f4ee1ea0b: results/baseline/5c5f4ee1ea0b.json, 181 KiB
  of runs with architecture x86_64, probe native
`,
    );
  });
});

describe("renderSaved()", () => {
  test("prints the golden text", () => {
    const replaced = { startedAt: "2026-01-01T00:00:00Z" };
    assert.equal(
      renderSaved(saved, replaced, regressed, plain),
      "Saved results/baseline/5c5f4ee1ea0b.json (181 KiB): 12 complete forks of 3 " +
        `configurations, measured
2026-01-15T09:30:00Z.
fingerprint  5c5f4ee1ea0b
host         bench1, Linux 6.18.2 x86_64, AMD EPYC 7B13, CPUs 0-1 online, 2 allowed, kvm
commit       e6217015c87b
command      noclobber bench --seed 42
replaced     the baseline measured 2026-01-01T00:00:00Z
hidden       regressed at 2026-01-01T09:30Z, commit c00000000000: lost p50 +12.3 % [+8.1, +16.0];
             release p50 (results/gate-0/gate.json)
`,
    );
  });

  test("says where there was no commit, and nothing of what was not", () => {
    const release = changedRun(({ tool }) => delete tool.commit, { forks: 1, scenarios: ["solo"] });
    const text = renderSaved({ ...saved, run: release }, undefined, undefined, plain);
    assert.match(text, /^commit {7}none: not measured from a checkout$/m);
    assert.doesNotMatch(text, /replaced|hidden/);
  });

  test("lets no control character of a file through", () => {
    const odd = changedRun((each) => {
      Object.assign(each.host, { hostname: hostile, cpuModel: hostile });
      each.command.push(hostile);
      each.tool.commit = hostile;
    });
    const baseline = { ...saved, path: `${hostile}.json`, run: odd };
    const line = sampleLine(0, { verdict: "violated", commit: hostile, run: hostile });
    const list = { folder, baselines: [baseline], unreadable: [{ path: "", reason: hostile }] };
    const texts = [
      renderSaved(baseline, undefined, line, plain),
      renderBaselines(list, plain),
      baselineHeading(baseline, { fact: hostile }, plain),
    ];
    for (const text of texts) assert.doesNotMatch(text.replaceAll("\n", ""), /\p{Cc}/u);
  });
});

describe("alertSentence()", () => {
  test("names every regressed metric, or the broken law", () => {
    assert.equal(
      alertSentence(regressed),
      "regressed at 2026-01-01T09:30Z, commit c00000000000: " +
        "lost p50 +12.3 % [+8.1, +16.0]; release p50 (results/gate-0/gate.json)",
    );
    assert.match(
      alertSentence({ ...regressed, verdict: "violated", metrics: [] }),
      /: an exact law/,
    );
  });
});
