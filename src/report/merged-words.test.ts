import assert from "node:assert/strict";
import { test } from "node:test";
import type { Run } from "../results/schema.ts";
import { digestRun } from "./digest.ts";
import { renderHgrm } from "./hgrm.ts";
import { renderHlog } from "./hlog.ts";
import { renderHtml } from "./html.ts";
import { renderKernel } from "./kernel.ts";
import { renderMarkdown } from "./markdown.ts";
import { sampleRun } from "./sample-run.test.data.ts";
import { renderTerminal } from "./terminal.ts";

/** A run merged of some, which differ in seed, command and, every other one, in the build. */
function mergedOf(count: number): Run {
  const run = sampleRun({ forks: 2, scenarios: ["spread"], actors: [2] });
  const sources = Array.from({ length: count }, (_, n) => ({
    ...{ file: `${n}.json`, startedAt: `2026-01-0${n + 1}T00:00:00Z`, elapsedMs: 1 },
    ...{ host: run.host, probe: run.probe, warnings: [], forks: { first: n, count: 1 } },
    tool: { ...run.tool, commit: n % 2 === 0 ? "aaaaaaa" : "bbbbbbb" },
    command: ["noclobber", "bench", "--seed", `${n}`],
    options: { seed: n, timeSeconds: 1, forks: 1 },
  }));
  const [first] = sources;
  return first ? { ...run, tool: first.tool, command: first.command, sources } : run;
}

test("digestRun() names all that runs do not share which were merged", () => {
  const { identity } = digestRun(mergedOf(2));
  assert.equal(identity.merged, "2 runs merged");
  assert.equal(identity.tool, "noclobber 0.1.0 (aaaaaaa), noclobber 0.1.0 (bbbbbbb)");
  assert.equal(
    identity.command,
    "2 runs merged: noclobber bench --seed 0; noclobber bench --seed 1",
  );
  assert.match(identity.setting, /, seeds 0, 1$/);
  assert.match(identity.probe, /; floor of the first: empty region/);
});

test("digestRun() counts what would be too much to name", () => {
  const { command, setting } = digestRun(mergedOf(9)).identity;
  assert.match(command, /^9 runs merged: .*--seed 3 and 5 more$/);
  assert.match(setting, /, seeds 0, 1, 2, 3, 4, 5, 6, 7 and 1 more$/);
});

test("digestRun() names one run as it is, merged or not", () => {
  for (const run of [mergedOf(0), mergedOf(1)]) {
    const { merged, command, setting } = digestRun(run).identity;
    assert.equal(merged, undefined);
    assert.match(command, /^noclobber bench/);
    assert.match(setting, /, seed \d+$/);
  }
});

test("every report of a merged run says that it is one", () => {
  const run = mergedOf(2);
  const digest = digestRun(run);
  const page = renderHtml(run, digest);
  const texts = {
    terminal: renderTerminal(digest, { width: 200, colour: false }),
    markdown: renderMarkdown(digest),
    kernel: renderKernel(digest).replace(/\n {0,2}(?=\S)/g, " "),
    page,
  };
  for (const [name, text] of Object.entries(texts)) {
    assert.match(text, /2 runs merged, the first of 20/, name);
    assert.match(text, /2 runs merged: noclobber bench --seed 0; noclobber bench --seed 1/, name);
    assert.match(text, /seeds 0, 1/, name);
  }
  run.forks = [];
  for (const text of [renderHlog(run), renderHgrm(run)]) {
    assert.match(text, /^#\[Command: 2 runs merged: noclobber bench --seed 0; nocl.*--seed 1\]$/m);
  }
});
