import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { Run } from "../results/schema.ts";
import { type Comparison, digestComparison } from "./comparison.ts";
import { digestRun } from "./digest.ts";
import { isBroken } from "./doubts.ts";
import { armsOf, changedRun, sampleRun } from "./sample-run.test.data.ts";
import { candidateRun, oddRuns, scaleArm, small } from "./text-samples.test.data.ts";

const made = Object.entries(oddRuns).map(([name, make]) => [name, make()] as const);

function ratioOf({ ratios }: Comparison, place: string, subject: string, figure: string) {
  const found = ratios.find(
    (each) => each.place === place && each.subject === subject && each.figure === figure,
  );
  assert.ok(found, `${place} ${subject} ${figure}`);
  return found;
}

const toEachOther = "fixed-noreplace / hint-munmap";

describe("digestComparison()", () => {
  test("compares ratios, strategy to strategy first, then each to the control", () => {
    const { ratios } = digestComparison(sampleRun(small), candidateRun(1.2));
    const own = ratios.filter(({ place }) => place === "spread/1");
    assert.deepEqual(
      own.map(({ subject, figure }) => `${subject}: ${figure}`),
      [
        `${toEachOther}: lost p50`,
        `${toEachOther}: reservations/s`,
        "hint-munmap / kernel-chosen: lost/placed p50",
        "hint-munmap / kernel-chosen: placed p50",
        "hint-munmap / kernel-chosen: reservations/s",
        "fixed-noreplace / kernel-chosen: lost/placed p50",
        "fixed-noreplace / kernel-chosen: placed p50",
        "fixed-noreplace / kernel-chosen: reservations/s",
      ],
    );
  });

  test("says slower of a time that rises and of a rate that falls", () => {
    const comparison = digestComparison(sampleRun(small), candidateRun(1.2));
    const lost = ratioOf(comparison, "spread/1", toEachOther, "lost p50");
    const rate = ratioOf(comparison, "spread/1", toEachOther, "reservations/s");
    assert.deepEqual([lost.verdict, rate.verdict], ["slower", "slower"]);
    assert.ok(lost.change.state === "interval" && lost.change.lo > 1.15);
    assert.ok(rate.change.state === "interval" && rate.change.hi < 0.85);
    assert.ok(comparison.material.includes(lost));
    assert.match(comparison.sentence, /^\d+ of 27 ratios within forks .* chance: \d+ slower$/);
  });

  test("finds nothing in the ratios of a run that is compared with itself", () => {
    const run = sampleRun();
    const { material, ratios, absolutes, unmatched, differences, sentence } = digestComparison(
      run,
      run,
    );
    assert.deepEqual([material, unmatched, differences], [[], [], []]);
    const verdicts = new Set([...ratios, ...absolutes].map(({ verdict }) => verdict));
    assert.deepEqual([...verdicts], ["inconclusive"]);
    assert.match(sentence, /^No material change was found/);
  });

  test("has the doubts of both sides, those of a broken one first", () => {
    const broken = oddRuns["broken"]?.() ?? assert.fail();
    const failed = oddRuns["failed fork"]?.() ?? assert.fail();
    const told = digestComparison(failed, broken).doubts.map((side) => [
      side.side,
      isBroken(side),
      side.labels.map(({ code }) => code),
      side.violations.length,
      side.incompleteForks.map(({ error }) => error),
    ]);
    assert.deepEqual(told, [
      ["candidate", true, ["violation", "unsafe"], 20, []],
      ["baseline", false, ["interrupted"], 0, ["mmap: ENOMEM"]],
    ]);
    const [first] = digestComparison(broken, failed).doubts;
    assert.equal(first?.side, "baseline");
  });

  test("needs all ratios together, not one alone, for a material change", () => {
    const { material, ratios } = digestComparison(sampleRun(small), candidateRun(1.2));
    for (const each of material) assert.ok(ratios.includes(each));
    const few = { ...small, forks: 4 };
    const told = digestComparison(sampleRun(few), candidateRun(1.2, few));
    assert.deepEqual(told.material, []);
    assert.ok(told.ratios.some(({ verdict }) => verdict === "slower"));
  });

  test("turns over with its sides", () => {
    const index = fc.nat({ max: made.length - 1 });
    fc.assert(
      fc.property(index, index, (i, j) => {
        const [a, b] = [made[i]?.[1] as Run, made[j]?.[1] as Run];
        const [there, back] = [digestComparison(a, b), digestComparison(b, a)];
        assert.equal(there.ratios.length, back.ratios.length);
        for (const each of there.ratios) {
          const other = ratioOf(back, each.place, each.subject, each.figure);
          const product = (each.change.estimate ?? 1) * (other.change.estimate ?? 1);
          assert.ok(Math.abs(product - 1) < 1e-9, `${each.place}: ${product}`);
          const turned = { faster: "slower", slower: "faster" } as const;
          const told = each.verdict === "faster" || each.verdict === "slower";
          assert.equal(other.change.state, each.change.state);
          // Printed percentages are not symmetric about 0, so an interval at the edge may differ.
          if (told && product !== 1 && other.verdict !== "inconclusive") {
            assert.equal(other.verdict, turned[each.verdict as "faster"]);
          }
        }
      }),
      { numRuns: 20 },
    );
  });

  test("lists what only one side has, and never averages it in", () => {
    const baseline = sampleRun({ ...small, actors: [1, 2] });
    const candidate = sampleRun({ ...small, actors: [2, 4], strategies: ["hint-munmap"] });
    const { unmatched, ratios, absolutes } = digestComparison(baseline, candidate);
    assert.deepEqual(unmatched, [
      { side: "baseline", what: "occupied/1" },
      { side: "baseline", what: "occupied/2 fixed-noreplace, kernel-chosen" },
      { side: "baseline", what: "spread/1" },
      { side: "baseline", what: "spread/2 fixed-noreplace, kernel-chosen" },
      { side: "baseline", what: "solo/1 fixed-noreplace, kernel-chosen" },
      { side: "candidate", what: "occupied/4" },
      { side: "candidate", what: "spread/4" },
    ]);
    assert.deepEqual(ratios, []);
    const places = new Set(absolutes.map(({ place }) => place));
    assert.deepEqual([...places], ["occupied/2", "spread/2", "solo/1"]);
  });

  test("matches windows, their size and hold, not only the name", () => {
    const other = changedRun((run) => {
      for (const { spec } of run.forks.flatMap(({ trials }) => trials)) spec.windows *= 2;
    }, small);
    const { unmatched, absolutes, sentence } = digestComparison(sampleRun(small), other);
    assert.deepEqual(absolutes, []);
    assert.equal(unmatched.length, 10);
    assert.equal(unmatched[0]?.what, "occupied/1 (64 x 1 MiB, hold 0)");
    assert.match(sentence, /^Nothing to compare: the files have no configuration in common/);
  });

  test("says that forks are too few, and how many suffice", () => {
    const few = { ...small, forks: 3 };
    const { ratios, sentence, basis } = digestComparison(sampleRun(few), candidateRun(1.2, few));
    assert.ok(ratios.every(({ verdict }) => verdict === "too-few"));
    assert.equal(sentence, "No change can be told: too few forks for an interval");
    assert.match(basis, /^3 forks a side; an interval needs 4 forks a side$/);
  });

  test("leaves out what no clock can have measured", () => {
    const wild = changedRun((run) => {
      for (const { arm, fork } of armsOf(run)) {
        if (fork < 3) scaleArm(arm, [0, 1e300, Number.MIN_VALUE][fork] ?? 1);
      }
    }, small);
    const { absolutes } = digestComparison(sampleRun(small), wild);
    assert.ok(absolutes.length > 0);
    for (const { before, after, change } of absolutes) {
      assert.deepEqual([before.n, after.n], [12, 9]);
      assert.ok(change.state === "interval" && Number.isFinite(change.hi) && change.lo > 0);
    }
  });

  test("ranks forks from all over a run that has too many, and says so", () => {
    const choice = { forks: 400, actors: [1], scenarios: ["solo"], strategies: ["hint-munmap"] };
    const late = changedRun((run) => {
      for (const { arm, fork } of armsOf(run)) if (fork >= 200) scaleArm(arm, 10);
    }, choice);
    const { absolutes, notes } = digestComparison(late, sampleRun({ ...choice, forks: 200 }));
    const [placed] = absolutes;
    assert.deepEqual([placed?.before.n, placed?.after.n], [400, 200]);
    assert.equal(placed?.change.n, 60);
    // The first 60 forks alone would show no difference.
    assert.notEqual(placed?.verdict, "inconclusive");
    assert.match(notes.join(), /Of more than 60 forks a side, 60 are ranked/);
  });

  test("lists differences of host, tool and options, and warns of another machine", () => {
    const other = changedRun((run) => {
      Object.assign(run.host, { cpuModel: "Ampere", kernelRelease: "6.19.0" });
      run.options.prot = "rw";
    }, small);
    const { differences, notes } = digestComparison(sampleRun(small), other);
    assert.deepEqual(differences, [
      { fact: "CPU model", baseline: "AMD EPYC 7B13", candidate: "Ampere" },
      { fact: "kernel release", baseline: "6.18.2", candidate: "6.19.0" },
      { fact: "--prot", baseline: "none", candidate: "rw" },
    ]);
    assert.match(notes[0] ?? "", /^Not the same machine or instrument \(CPU model\)/);
  });

  test("says that a side is merged from several kinds of machine", () => {
    const merged = changedRun((run) => {
      const { tool, command, startedAt, elapsedMs, options, host, probe } = run;
      const { seed, timeSeconds, forks } = options;
      const source = { tool, command, startedAt, elapsedMs, probe, warnings: [] };
      run.sources = [host, { ...host, cpuModel: "Ampere" }].map((its, index) => ({
        ...source,
        file: `${index}.json`,
        options: { seed, timeSeconds, forks },
        host: its,
        forks: { first: 6 * index, count: 6 },
      }));
    }, small);
    const { notes } = digestComparison(sampleRun(small), merged);
    assert.match(notes[0] ?? "", /^The candidate is merged from 2 kinds of machine, of which/);
  });

  test("never throws and tells finite figures, whatever two runs hold", () => {
    for (const [name, baseline] of made) {
      for (const candidate of [sampleRun(small), baseline]) {
        const { ratios, absolutes } = digestComparison(baseline, candidate);
        for (const { change, before, after } of [...ratios, ...absolutes]) {
          assert.ok(Number.isFinite(change.estimate), name);
          assert.ok(before.n > 0 && after.n > 0, name);
        }
      }
    }
  });
});

describe("digestRun()", () => {
  test("sets before beside after by the same ratios as everywhere", () => {
    const { beforeAfter, ratios } = digestRun(sampleRun());
    for (const { place, figure, change } of beforeAfter) {
      const row = ratios.find(({ scenario, actors }) => `${scenario}/${actors}` === place);
      if (figure === "lost p50") assert.equal(change.estimate, 1 / (row?.lostP50.median ?? 0));
      if (figure === "lost p99") assert.equal(change.estimate, 1 / (row?.lostP99.median ?? 0));
      if (figure === "reservations/s") assert.equal(change.estimate, row?.reservations.median);
    }
    assert.ok(beforeAfter.some(({ verdict }) => verdict === "faster"));
  });
});
