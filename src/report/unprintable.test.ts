import assert from "node:assert/strict";
import { test } from "node:test";
import { soundRun } from "../gate/sound-run.test.data.ts";
import type { Run } from "../results/schema.ts";
import { renderChangelog } from "./changelog.ts";
import { digestComparison } from "./comparison.ts";
import { renderComparison } from "./comparison-terminal.ts";
import { renderCsv } from "./csv.ts";
import { digestRun } from "./digest.ts";
import { renderHgrm } from "./hgrm.ts";
import { renderHlog } from "./hlog.ts";
import { renderHtml } from "./html.ts";
import { renderKernel } from "./kernel.ts";
import { renderMarkdown } from "./markdown.ts";
import { armsOf } from "./sample-run.test.data.ts";
import { renderSvg } from "./svg.ts";
import { renderTerminal } from "./terminal.ts";

/** What a terminal obeys, what turns text around, what cannot be seen, what ends a line. */
const text =
  "x\u001b[2J\u0000\u009b\u061c\u200b\u200f\u202eevil\u2066\u00ad\u2028\ufeff\u{e0041}\ud800y";

/** A run with the text wherever it may stand. */
function hostileRun(): Run {
  const run = soundRun({ forks: 7, scenarios: ["occupied", "spread"] });
  Object.assign(run.host, { hostname: text, kernelRelease: text, cpuModel: text, governor: text });
  Object.assign(run.tool, { version: text, commit: text });
  Object.assign(run.probe, { kind: "libc", reason: text, clock: text });
  run.command = ["noclobber", text];
  run.warnings.push({ code: text, message: text, remedy: text });
  Object.assign(run.forks[0] ?? {}, { status: "failed", error: text });
  for (const { spec, violations } of run.forks.flatMap(({ trials }) => trials)) {
    if (spec.scenario === "spread") spec.scenario = text;
    violations.push(text);
  }
  for (const { arm } of armsOf(run)) {
    if (arm.strategy === "kernel-chosen") arm.strategy = text;
    arm.errnos = { [text]: 3 };
  }
  return run;
}

const size = { width: 100, colour: false };

const renderers: Readonly<Record<string, (run: Run, baseline: Run) => string>> = {
  terminal: (run) => renderTerminal(digestRun(run), size),
  "terminal, comparison": (run, other) => renderComparison(digestComparison(other, run), size),
  markdown: (run) => renderMarkdown(digestRun(run)),
  "markdown, comparison": (run, other) =>
    renderMarkdown(digestRun(run), digestComparison(other, run)),
  kernel: (run) => renderKernel(digestRun(run)),
  "kernel, comparison": (run, other) => renderKernel(digestRun(run), digestComparison(other, run)),
  changelog: (run, other) => renderChangelog(digestRun(run), digestComparison(other, run), "x"),
  csv: renderCsv,
  hlog: renderHlog,
  hgrm: renderHgrm,
  html: (run) => renderHtml(run, digestRun(run)),
  svg: (run) => renderSvg(run, digestRun(run), "reservations"),
};

for (const [name, render] of Object.entries(renderers)) {
  test(`${name} shows nothing of a file that cannot be shown`, () => {
    const [run, other] = [hostileRun(), hostileRun()];
    other.host.cpuModel = `other ${text}`;
    for (const shown of [render(run, other), render(run, soundRun()), render(soundRun(), other)]) {
      assert.doesNotMatch(shown.replaceAll("\n", ""), /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
    }
    assert.match(render(run, other), /evil/);
  });
}
