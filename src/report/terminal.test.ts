import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { describe, test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import type { Run } from "../results/schema.ts";
import { digestRun } from "./digest.ts";
import { armsOf, changedRun, sampleRun } from "./sample-run.test.data.ts";
import { renderTerminal } from "./terminal.ts";

/** Renewed by UPDATE_GOLDEN=1; tests run in the project's directory. */
const goldenFile = "src/report/terminal.golden.txt";

const everyStrategy = ["hint-munmap", "fixed-noreplace", "kernel-chosen", "fixed"];

function render(run: Run, width = 100, colour = false): string {
  return renderTerminal(digestRun(run), { width, colour });
}

/** One run for each thing that can be odd about one. */
const oddRuns: Readonly<Record<string, () => Run>> = {
  plain: () => sampleRun(),
  "one fork": () => sampleRun({ forks: 1 }),
  "fixed arm": () => sampleRun({ strategies: everyStrategy }),
  "one shootdown a second": () =>
    changedRun((run) => {
      const all = armsOf(run).map(({ arm }) => arm.blocks);
      const ns = all.flatMap(({ wallNs }) => wallNs).reduce((sum, each) => sum + each, 0);
      for (const [index, blocks] of all.entries()) {
        blocks.tlbShootdowns = [index === 0 ? Math.round(ns / 1e9) : 0];
      }
    }),
  "control only": () => sampleRun({ strategies: ["kernel-chosen"] }),
  "many actors": () => sampleRun({ actors: [1, 64, 1024] }),
  "no complete fork": () =>
    changedRun((run) => {
      for (const fork of run.forks)
        Object.assign(fork, { status: "crashed", error: "SIGKILL", trials: [] });
    }),
  "no fork": () =>
    changedRun((run) => {
      run.forks = [];
    }),
  interrupted: () =>
    changedRun((run) => {
      run.status = "interrupted";
      run.forks.splice(4);
      run.forks[3]?.trials.splice(3);
      Object.assign(run.forks[3] ?? {}, { status: "interrupted", error: "Ctrl-C" });
    }),
  "libc probe": () =>
    changedRun((run) => {
      run.probe.kind = "libc";
      run.probe.reason = "executable memory is denied";
    }),
  "flag ignored": () =>
    changedRun((run) => {
      run.flagVerdict = "ignored";
    }),
  broken: () =>
    changedRun((run) => {
      const trial = run.forks[1]?.trials[4];
      trial?.violations.push(...Array.from({ length: 20 }, () => "attempts 7, outcomes 6"));
      Object.assign(trial?.arms[1]?.safety ?? {}, { clobbers: 1, canaries: 2 });
      run.warnings.push(sampleWarning);
    }),
  "another version's file": () =>
    changedRun((run) => {
      run.host.cpuModel = "x".repeat(300);
      for (const trial of run.forks.flatMap(({ trials }) => trials)) {
        if (trial.spec.scenario === "hot") trial.spec.scenario = "s".repeat(90);
        const [arm] = trial.arms;
        if (arm) arm.strategy = "\u001b[31mstrategy-".repeat(9);
      }
    }),
};

const sampleWarning = {
  code: "governor",
  message: "The frequency governor is powersave, so the CPU clock changes while a block runs",
  remedy: "cpupower frequency-set -g performance",
};

describe("renderTerminal()", () => {
  test("prints the golden text", () => {
    const run = changedRun(({ warnings }) => warnings.push(sampleWarning), {
      strategies: everyStrategy,
      actors: [1, 2],
    });
    const text = render(run);
    if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(goldenFile, text);
    assert.equal(text, readFileSync(goldenFile, "utf8"));
  });

  test("has no line wider than its width, from 60 to 140, whatever the run", () => {
    const texts = Object.entries(oddRuns).map(([name, make]) => [name, digestRun(make())] as const);
    fc.assert(
      fc.property(
        fc.constantFrom(...texts),
        fc.integer({ min: 60, max: 140 }),
        fc.boolean(),
        check,
      ),
    );
    function check([name, digest]: (typeof texts)[number], width: number, colour: boolean) {
      const text = renderTerminal(digest, { width, colour });
      for (const line of stripVTControlCharacters(text).split("\n")) {
        assert.ok(line.length <= width, `${name} at ${width}: ${line.length} "${line}"`);
        assert.equal(line, line.trimEnd());
      }
    }
  });

  test("says the same with and without colour", () => {
    for (const make of Object.values(oddRuns)) {
      const plain = render(make());
      assert.equal(stripVTControlCharacters(render(make(), 100, true)), plain);
      assert.ok(!plain.includes("\u001b"));
    }
  });

  test("keeps a default run on two screens", () => {
    assert.ok(render(sampleRun(), 110).split("\n").length < 80);
  });

  test("shows every column from 110 characters on, and says which it left out below", () => {
    assert.doesNotMatch(render(sampleRun(), 110), /Left out/);
    assert.match(render(sampleRun(), 110), /each.*placed.*p99\.9 +max +p50/);
    assert.match(
      render(sampleRun(), 100),
      /Left out at this width: reservations\/s of each actor,/,
    );
  });

  test("avoids the words that claim too much or mean nothing", () => {
    for (const make of Object.values(oddRuns)) {
      assert.doesNotMatch(render(make()), /impossible|average|\bops\b|NaN|undefined|null|Infinity/);
    }
  });

  const table: [run: string, says: RegExp][] = [
    ["one fork", /no interval: 1 fork, 6 needed[\s\S]*over 1 fork, too few for an interval/],
    ["no complete fork", /^Nothing to compare: no fork has finished a trial\.\n\nhost/],
    ["no complete fork", /\nfork 1 {3}crashed: SIGKILL; it finished no trial\n/],
    ["no fork", /No window was held for long enough to be clobbered: nothing to say on safety/],
    ["interrupted", /! Interrupted: the figures are those of 4 forks\./],
    ["interrupted", /3 of 12 forks complete,\s+interrupted after 57\.6 s/],
    ["interrupted", /\nfork 4 {3}interrupted: Ctrl-C; the trials it finished count\n/],
    ["interrupted", /hint-munmap \(n=4\)[\s\S]*over 3 forks[\s\S]*occupied +17\.\d n=4/],
    ["libc probe", /! Measured with the libc probe \(executable memory is denied\)/],
    ["flag ignored", /! This kernel ignores MAP_FIXED_NOREPLACE/],
    ["fixed arm", /\n {2}fixed {2}[\s\S]*Negative control: in .* plain MAP_FIXED the detector saw/],
    ["broken", /UNSAFE: 1 clobber and 2 broken canaries in /],
    [
      "broken",
      /BROKEN {3}fork 2, hot, 2 actors: attempts 7, outcomes 6\n {9}and 12 more violations/,
    ],
    ["one shootdown a second", / switches, 1 TLB shootdown, others/],
    ["broken", /\nwarning {2}The frequency governor[\s\S]*runs\. cpupower/],
  ];
  for (const [name, says] of table) {
    test(`says of a run with ${name}: ${says.source.slice(0, 60)}`, () => {
      assert.match(render((oddRuns[name] as () => Run)()), says);
    });
  }
});
