import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { describe, test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import type { PathRun } from "../results/path-schema.ts";
import { digestPath } from "./path-digest.ts";
import { renderPath } from "./path-terminal.ts";
import {
  changedPath,
  hostilePath,
  oddPaths,
  pathArmsOf,
  samplePath,
} from "./sample-path.test.data.ts";
import { hostileTexts } from "./text-samples.test.data.ts";

/** Renewed by UPDATE_GOLDEN=1; tests run in the project's directory. */
const goldenFile = "src/report/path-terminal.golden.txt";

function render(run: PathRun, width = 110, colour = false): string {
  return renderPath(digestPath(run), { width, colour });
}

const everyRun: readonly (readonly [string, () => PathRun])[] = [
  ...Object.entries(oddPaths),
  ...hostileTexts.map((text, at) => [`hostile ${at}`, () => hostilePath(text)] as const),
];

describe("renderPath()", () => {
  test("prints the golden text", () => {
    const text = render(samplePath());
    if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(goldenFile, text);
    assert.equal(text, readFileSync(goldenFile, "utf8"));
  });

  test("has no line wider than its width, from 60 to 140, whatever the run", () => {
    const digests = new Map(everyRun.map(([name, make]) => [name, digestPath(make())] as const));
    fc.assert(
      fc.property(
        fc.constantFrom(...digests.keys()),
        fc.integer({ min: 60, max: 140 }),
        fc.boolean(),
        (name, width, colour) => {
          const text = renderPath(digests.get(name) ?? assert.fail(), { width, colour });
          for (const line of stripVTControlCharacters(text).split("\n")) {
            assert.ok(line.length <= width, `${name} at ${width}: ${line.length} "${line}"`);
            if (!name.startsWith("hostile")) assert.equal(line, line.trimEnd());
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  test("says the same with and without colour, and nothing of the file in control", () => {
    for (const [name, make] of everyRun) {
      const plain = render(make());
      assert.equal(stripVTControlCharacters(render(make(), 110, true)), plain, name);
      assert.doesNotMatch(plain.replaceAll("\n", ""), /\p{Cc}/u, name);
      if (!name.startsWith("hostile")) {
        assert.doesNotMatch(plain, /impossible|average|NaN|undefined|null|Infinity/, name);
      }
    }
  });

  test("shows every column from 110 characters on, and says what it left out below", () => {
    assert.doesNotMatch(render(samplePath()), /Left out/);
    const narrow = render(samplePath(), 70).replace(/\s+/g, " ");
    assert.match(narrow, /Left out at this width: reservation p99, system calls to today's/);
  });

  test("tells a way that means the same everywhere once, today's where it stands", () => {
    const text = render(samplePath());
    assert.equal(text.match(/^ {2}check-then-fixed: search maps-text, MAP_FIXED$/gm)?.length, 1);
    assert.match(text, /^ {3}4098 MiB at .*; today: search maps-text, hint-munmap$/m);
    assert.doesNotMatch(text, /^ {2}fixed-noreplace: /m);
  });

  test("shows a profile that carves alone in the carving table alone", () => {
    const run = changedPath(({ forks }) => {
      for (const { cases } of forks) {
        for (const { counts, distributions } of cases[1]?.arms ?? []) {
          Object.assign(counts, { commits: 50, frees: 50, attempts: 1, placed: 1 });
          for (const name of Object.keys(distributions)) delete distributions[name as "lost"];
        }
      }
    });
    const text = render(run);
    assert.equal(text.match(/^-- luajit-low2g/gm)?.length, 1);
    assert.match(text, /^-- luajit-low2g: commit and free -+\nhint-munmap +300 /m);
  });

  test("marks what answers another question, what got no place, and what cannot notice", () => {
    const text = render(
      changedPath((run) => {
        Object.assign(run.profiles[0]?.ways[1] ?? {}, { keepsRange: false });
        Object.assign(run, { pretendOldKernel: true });
        for (const { fork, profile, arm } of pathArmsOf(run)) {
          if (profile === "luajit-low2g" && arm.way === "fixed-noreplace") {
            arm.counts.givenUp = arm.counts.reservations;
          }
          if (profile !== "cuda-startup" || fork > 0 || arm.way === "hint-munmap") continue;
          Object.assign(arm, { distributions: {} });
        }
      }),
      120,
    );
    assert.match(text, /^fixed-noreplace +23\.7 us .* 0\.95 \[0\.95, 0\.95\] n=6 +any address$/m);
    assert.match(text, /^fixed-noreplace +- +- +2\.60 +gave up 100 % +- +- +-$/m);
    // MAP_FIXED never comes too late: it takes the place from whoever has it.
    assert.match(text, /^check-then-fixed +1\.00 +1\.00 +0 B +- +6\.00 k/m);
    assert.match(text, /^setting .* MAP_FIXED_NOREPLACE stripped from every call, seed 7$/m);
    assert.match(text.replace(/\s+/g, " "), /; n= beside a ratio: the forks that had both/);
    assert.doesNotMatch(render(samplePath()), /n= beside/);
  });

  test("keeps the ratios of a reservation's time at 80 columns", () => {
    const narrow = render(samplePath(), 80).replace(/\s+/g, " ");
    const [, left = ""] = /Left out at this width: ([^.]*)\./.exec(narrow) ?? [];
    assert.match(left, /reservation p99/);
    assert.doesNotMatch(left, /reservation p99 to today's/);
  });

  const table: readonly [run: string, says: RegExp][] = [
    ["plain", /^-- luajit-low2g: LuaJIT: 128 KiB below 2 GiB \(4 actors, 150 mappings\) -+$/m],
    ["plain", /^hint-munmap +23\.6 us 50\.2 us +18\.4 +today +today +today +yes$/m],
    ["plain", /^check-then-fixed .* no \(42\)$/m],
    ["plain", /^bite {5}pmd-hole bites cuda-startup: /m],
    ["plain", /^scaled {3}luajit-low2g: 128 KiB of every MiB/m],
    ["plain", /^skipped {2}wine-startup: mmap_min_addr is above the range$/m],
    ["one fork", /taken within a fork: median over 1 fork, too few for an interval\./],
    ["no fork", /^Nothing to say: no fork has finished a profile\.\n\nhost/],
    ["crashed forks", /^fork 6 {3}crashed: SIGKILL; it finished no trial$/m],
    ["a failed fork", /^! Interrupted: the figures are those of 7 forks\.$/m],
    ["a failed fork", /^fixed-noreplace \(n=6\) .* n=6 /m],
    ["a failed fork", /^fork 6 {3}failed: mmap: ENOMEM; the trials it finished count$/m],
    ["today's way missing", /^fixed-noreplace +3\.69 us 3\.69 us +2\.60 +- +- +- +yes$/m],
    ["no histogram", /^note {5}Not every fork tells where the time went of hint-munmap in cuda/m],
    ["everything given up", /^note {5}100 % of the reservations of hint-munmap in cuda-startup/m],
    ["unsafe", /^UNSAFE: 1 clobber and 2 leaks in 18\.0 k reservations by ways that must/m],
    ["unsafe", /^fixed-noreplace .* NO \(3\)$/m],
    ["unsafe", /^BROKEN {3}fork 2, cuda-startup, 2 actors: attempts 7.*\n {9}and 12 more viol/m],
    ["the libc probe", /! Measured with the libc probe \(executable memory is denied\)/],
  ];
  for (const [name, says] of table) {
    test(`says of a run with ${name}: ${says.source.slice(0, 60)}`, () => {
      assert.match(render(oddPaths[name]?.() ?? assert.fail(name)), says);
    });
  }
});
