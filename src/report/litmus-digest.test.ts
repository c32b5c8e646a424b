import assert from "node:assert/strict";
import { test } from "node:test";
import type { LitmusCell, LitmusRun } from "../results/litmus-schema.ts";
import { digestLitmus } from "./litmus-digest.ts";
import { renderLitmus } from "./litmus-terminal.ts";
import {
  controlOutcomes,
  declaredOutcomes,
  sampleCell,
  sampleLitmus,
  seenControl,
} from "./sample-litmus.test.data.ts";

const text = (of: LitmusRun): string =>
  renderLitmus(of, digestLitmus(of), { width: 110, colour: false });

test("digestLitmus() is sound where nothing forbidden was seen and the control clobbered", () => {
  const digest = digestLitmus(sampleLitmus([sampleCell({ owner: 1000 }), seenControl]));
  assert.equal(digest.verdict, "sound");
  assert.equal(digest.attempts, 2000);
});

test("digestLitmus() bounds what was never seen: about 3 in N", () => {
  const [table] = digestLitmus(sampleLitmus([sampleCell({ owner: 500_000 })])).tables;
  const row = table?.rows.find(({ outcome }) => outcome === "clobbered");
  assert.equal(row?.count, 0);
  assert.ok(Math.abs((row?.share ?? 0) - 3e-6) < 1e-7);
});

test("digestLitmus() names the worst: unsafe, undeclared, nothing run, blind", () => {
  const blind = sampleCell(
    { owner: 100 },
    { ...seenControl, slices: sampleCell({ owner: 100 }).slices },
  );
  const leak = sampleCell({ owner: 5 });
  leak.slices[0]?.violations.push("0x1000-0x2000 ---p was left mapped: a leak");
  const table: [verdict: string, cells: LitmusCell[], sentence: RegExp][] = [
    [
      "unsafe",
      [sampleCell({ owner: 9, clobbered: 1 }), seenControl],
      /^UNSAFE: duel under fixed-norep/,
    ],
    ["unsafe", [leak, seenControl], /^UNSAFE: duel/],
    ["undeclared", [sampleCell({ owner: 9, "failed-12": 1 }), seenControl], /nobody declared/],
    ["nothing-run", [sampleCell({}, { skipped: "no reason", slices: [] })], /Nothing ran/],
    ["blind", [sampleCell({ owner: 9 }), blind], /proves nothing/],
  ];
  for (const [verdict, cells, sentence] of table) {
    const digest = digestLitmus(sampleLitmus(cells));
    assert.equal(digest.verdict, verdict);
    assert.match(digest.headline, sentence);
  }
});

test("digestLitmus() lists interesting outcomes that nobody saw", () => {
  const quiet = sampleCell({ owner: 50 }, { scenario: "reader", declared: controlOutcomes });
  assert.deepEqual(digestLitmus(sampleLitmus([quiet])).unwitnessed, [
    "reader fixed-noreplace: clobbered (0 in 100)",
  ]);
});

test("renderLitmus() shows every kind of row, in the width it is given", () => {
  const unsafe = sampleLitmus([
    sampleCell({ owner: 9, clobbered: 1 }),
    seenControl,
    sampleCell({}, { scenario: "exhaustion", skipped: "vm.max_map_count is 1048576", slices: [] }),
  ]);
  unsafe.cells[0]?.slices[0]?.evidence.push("actor 0: placed, claim broken, 1234 ticks");
  const report = text(unsafe);
  for (const wanted of [
    /^UNSAFE/,
    /clobbered +2 +10 % +forbidden +replaced/,
    /fixed \(control\)/,
    /exhaustion fixed-noreplace: vm\.max_map_count/,
    /actor 0: placed, claim broken/,
    /again +noclobber litmus --scenario duel --strategy fixed-noreplace --seed 1/,
  ]) {
    assert.match(report, wanted);
  }
  for (const line of report.split("\n")) assert.ok(line.length <= 110, line);
  assert.doesNotMatch(report, /impossible/i);
});

test("renderLitmus() labels a pretended old kernel", () => {
  assert.match(
    text(sampleLitmus([sampleCell({ owner: 9 })], { pretendOldKernel: true })),
    /--pretend-old-kernel/,
  );
});

test("digestLitmus() does not overlook what is forbidden in the control, or a crash", () => {
  const lostWindow = { id: "lost-window", expectation: "forbidden", meaning: "gone" } as const;
  const declaredToo = { ...seenControl, declared: [...controlOutcomes, lostWindow] };
  const [slice] = seenControl.slices;
  const worse = { owner: 9, clobbered: 1, "lost-window": 1 };
  const cells = [{ ...declaredToo, slices: slice ? [{ ...slice, outcomes: worse }] : [] }];
  assert.equal(digestLitmus(sampleLitmus(cells)).verdict, "unsafe");
  const lostForks = [{ index: 0, status: "crashed", error: "killed by SIGSEGV" }];
  assert.equal(
    digestLitmus(sampleLitmus([sampleCell({ owner: 9 })], { lostForks })).verdict,
    "undeclared",
  );
});

test("digestLitmus() counts a frequency among the outcomes that its declaration names", () => {
  const among: LitmusCell["declared"] = [
    ...declaredOutcomes,
    { id: "gap", expectation: "interesting", meaning: "a gap", outOf: ["no-gap", "gap"] },
  ];
  const [table] = digestLitmus(
    sampleLitmus([sampleCell({ owner: 800, "no-gap": 150, gap: 50 }, { declared: among })]),
  ).tables;
  assert.equal(table?.rows.find(({ outcome }) => outcome === "gap")?.share, 0.25);
});

test("digestLitmus() takes zeros of a race only from slices with delays on all CPUs", () => {
  const race = sampleCell({ owner: 500 }, { watched: "with-delays" });
  const [table] = digestLitmus(sampleLitmus([race])).tables;
  assert.equal(table?.rows.find(({ outcome }) => outcome === "clobbered")?.outOf, 500);
});
