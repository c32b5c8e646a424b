import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { describe, test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import type { SweepRun } from "../results/sweep-schema.ts";
import { hostileSweep, oddSweeps } from "./odd-sweeps.test.data.ts";
import { digestSweep, type SweepDigest } from "./sweep-digest.ts";
import { changedSweep, sampleSweep } from "./sweep-sample.test.data.ts";
import { renderSweep } from "./sweep-terminal.ts";
import { hostileTexts } from "./text-samples.test.data.ts";

function render(run: SweepRun, width = 110, colour = false): string {
  return renderSweep(digestSweep(run), { width, colour });
}

describe("renderSweep()", () => {
  for (const axis of ["actors", "vmas"] as const) {
    test(`prints the golden text of a sweep of ${axis}`, () => {
      // Renewed by UPDATE_GOLDEN=1; tests run in the project's directory.
      const goldenFile = `src/report/sweep-${axis}.golden.txt`;
      const text = render(sampleSweep(axis));
      if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(goldenFile, text);
      assert.equal(text, readFileSync(goldenFile, "utf8"));
    });
  }

  test("has no line wider than its width, from 60 to 140, whatever the sweep", () => {
    const makes = [
      ...Object.entries(oddSweeps),
      ...hostileTexts.map((text) => [text, () => hostileSweep(text)] as const),
    ];
    for (const [name, make] of makes) {
      const digest = digestSweep(make());
      for (const width of [60, 61, 75, 98, 110, 140]) check(name, digest, width);
    }
    function check(name: string, digest: SweepDigest, width: number) {
      const text = renderSweep(digest, { width, colour: width % 2 === 0 });
      for (const line of stripVTControlCharacters(text).split("\n")) {
        assert.ok(line.length <= width, `${name} at ${width}: ${line.length} "${line}"`);
        if (name in oddSweeps) assert.equal(line, line.trimEnd());
      }
      assert.doesNotMatch(text, /NaN|undefined|\bnull\b|Infinity/, name);
    }
  });

  const table: [run: string, says: RegExp][] = [
    [
      "of actors",
      /\n1 +5\.00 \[4\.85, 5\.15\] us +400 \[388, 412\] ns +- +12\.5 \[12\.5, 12\.5\]\n/,
    ],
    [
      "of actors",
      /\nhint-munmap +140 k +0\.600 +0\.0100 +6\.32 .* 113 \[110, 117\] k +44\.4 \[43\.1, .*\] k\n/,
    ],
    ["of actors", /\n! What stands for 64 and 256 actors lies beyond the measured range/],
    ["of mappings", /\n10000 +10\.3 k +10\.3 \[.*\] ms +7\.7\d ms +25 %/],
    ["of sizes", /window size swept over 4 KiB, 1 MiB, 4 GiB; prot none/],
    ["of sizes", /at a window size of 4 KiB/],
    ["of one fork a value", /Median over 1 fork of each value, too few for an interval \(6 needed/],
    ["of one fork a value", /times as long at\s+16\s+actors as at 1[^;]*; no\s+interval: 1 fork/],
    ["of four forks a value", /a lost attempt takes 1\.00 \[0\.9\d, 1\.0\d\] times as long at/],
    ["of three values", /hint-munmap, fixed-noreplace, kernel-chosen: no curve from 3 numbers/],
    ["without a fork", /^Nothing to compare: no fork has finished a trial\.\n\nhost/],
    ["of crashed forks", /\nfork 1 {3}crashed: SIGKILL; it finished no trial\n/],
    ["of crashed forks", /swept over 1, 2, 4, 8, 16; no fork measured at 1, 2, 4, 8, 16; windows/],
    ["that was interrupted", /! Interrupted: the figures are those of 13 forks\./],
    ["with an arm that is unsafe", /! UNSAFE: 1 clobber/],
    ["with an arm that is unsafe", /BROKEN {3}fork 4, spread at 10000 other mappings, 2 actors: /],
    ["with a search that is unsafe", /\nSearches: UNSAFE: 2 leaks in /],
    [
      "of several actors at every value",
      /-- occupied, 2 actors: [\s\S]*-- occupied, 1\.02 k actors: /,
    ],
  ];
  for (const [name, says] of table) {
    test(`says of a sweep ${name}: ${says.source.slice(0, 60)}`, () => {
      assert.match(render(oddSweeps[name]?.() ?? assert.fail()), says);
    });
  }

  test("keeps the ratio within forks where there is room for little else", () => {
    const text = render(sampleSweep("actors"), 60);
    assert.match(text, /^1 .* 12\.5 \[12\.5, 12\.5\]$/m);
    assert.match(text.replaceAll(/\s+/g, " "), /Left out at this width: [^.]*hint-munmap/);
  });

  test("says that the flag was stripped from every call", () => {
    const run = changedSweep(({ options }) => {
      options.pretendOldKernel = true;
    });
    assert.match(
      render(run, 200),
      /^setting .*seed 42, MAP_FIXED_NOREPLACE stripped|; MAP_FIXED_/m,
    );
  });

  test("says which columns it left out", () => {
    const text = render(sampleSweep("actors"), 70).replaceAll(/\s+/g, " ");
    assert.match(text, /Left out at this width: kernel-chosen/);
    assert.match(text, /Left out at this width: residual at 1, /);
  });
});
