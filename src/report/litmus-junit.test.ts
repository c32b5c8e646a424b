import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { LitmusCell, LitmusRun } from "../results/litmus-schema.ts";
import { assertJunit } from "./junit-schema.test.data.ts";
import { digestLitmus } from "./litmus-digest.ts";
import { renderLitmusJunit } from "./litmus-junit.ts";
import {
  controlOutcomes,
  sampleCell,
  sampleLitmus,
  seenControl,
} from "./sample-litmus.test.data.ts";

function render(cells: LitmusCell[], more: Partial<LitmusRun> = {}): string {
  const run = sampleLitmus(cells, more);
  const xml = renderLitmusJunit(run, digestLitmus(run));
  assertJunit(xml);
  return xml;
}

/** A cell whose first slice has evidence. */
function clobbered(): LitmusCell {
  const cell = sampleCell({ owner: 9, clobbered: 1 });
  cell.slices[0]?.evidence.push(
    "actor 0: placed, claim broken",
    "0x1000-0x2000 ---p ]]> \u001b[31m",
  );
  return cell;
}

const blindControl = sampleCell(
  { owner: 100 },
  { strategy: "fixed", role: "negative-control", declared: controlOutcomes },
);

describe("renderLitmusJunit()", () => {
  test("has a suite a scenario and a case a strategy", () => {
    const xml = render([
      sampleCell({ owner: 1000 }),
      seenControl,
      sampleCell({ owner: 5 }, { scenario: "churn" }),
    ]);
    assert.match(xml, /<testsuites name="noclobber litmus" tests="3" failures="0" errors="0"/);
    assert.match(xml, /<testsuite name="duel" [^>]*tests="2"/);
    assert.match(xml, /<testsuite name="churn" [^>]*tests="1"/);
    assert.match(xml, /classname="noclobber\.litmus\.duel" name="fixed \(control\)"/);
  });

  const table: [what: string, cells: LitmusCell[], says: RegExp][] = [
    [
      "fails with its evidence where a forbidden outcome was seen",
      [clobbered()],
      /<failure message="clobbered, forbidden: 2 in 20, 10 % \(replaced\)" type="forbidden">/,
    ],
    [
      "says where, and how to play it again",
      [clobbered()],
      /\[duel fixed-noreplace, fork 0, seed 1, without delays, spread\nagain: noclobber litmus /,
    ],
    [
      "ends no CDATA section, and colours nothing",
      [clobbered()],
      /\nactor 0: placed, claim broken\n0x1000-0x2000 ---p \]\] > +\[31m\]\]>/,
    ],
    [
      "fails where nobody declared an outcome",
      [sampleCell({ owner: 9, "failed-12": 1 })],
      /<failure message="failed-12, undeclared: 2 in 20, 10 % .*" type="undeclared"\/>/,
    ],
    [
      "is in error where the control was not seen to clobber",
      [blindControl],
      /<error message="The detectors saw no clobber .* prove nothing\." type="blind"\/>/,
    ],
    [
      "skips with the reason what cannot run",
      [sampleCell({}, { skipped: "vm.max_map_count is 1048576", slices: [] })],
      /<skipped\/>\s*<system-out><!\[CDATA\[vm\.max_map_count is 1048576\]\]>/,
    ],
    [
      "passes what is interesting, with how often",
      [seenControl],
      /<\/properties>\s*<system-out><!\[CDATA\[clobbered, interesting: 20 in 200, 10 % \(rep/,
    ],
    [
      "passes what was never seen, with its bound",
      [sampleCell({ owner: 500_000 })],
      /<system-out><!\[CDATA\[clobbered, forbidden: 0 in 1\.00 M, at most 3 per million/,
    ],
  ];
  for (const [what, cells, says] of table) test(what, () => assert.match(render(cells), says));

  test("fails for a law that did not hold", () => {
    const cell = sampleCell({ owner: 5 });
    cell.slices[1]?.violations.push("0x1000-0x2000 ---p was left mapped: a leak");
    assert.match(render([cell]), /<failure message="1 violation" type="forbidden"><!\[CDATA\[0x10/);
  });

  test("tells a crash from a process that is merely missing", () => {
    const lostForks = [
      { index: 0, status: "crashed", error: "killed by SIGSEGV" },
      { index: 1, status: "hung", error: "no answer in 30 s" },
    ];
    const xml = render([sampleCell({ owner: 9 })], { lostForks });
    assert.match(xml, /name="fork 1">\s*<failure message="crashed: killed by SIGSEGV"/);
    assert.match(xml, /name="fork 2">\s*<error message="hung: no answer in 30 s" type="hung"\/>/);
  });
});
