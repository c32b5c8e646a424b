import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  type DoctorReport,
  doctorSchemaVersion,
  type FactResult,
} from "../results/doctor-schema.ts";
import { renderDoctor } from "./doctor.ts";
import { type DoctorVerdict, digestDoctor } from "./doctor-digest.ts";
import { sampleRun } from "./sample-run.test.data.ts";

const question = { row: "2", title: "the same range is taken", expected: ["EEXIST"] };
const answered = { occupants: "intact" as const, findings: [] };
const hint: FactResult = {
  ...{ ...question, ...answered, ask: "hint", expected: ["elsewhere"] },
  ...{ state: "as expected", answer: "elsewhere", at: "0x7f0000000000" },
};
const good: FactResult = {
  ...{ ...question, ...answered, ask: "noreplace", state: "as expected", answer: "EEXIST" },
};
const odd: FactResult = {
  ...{ ...question, ask: "noreplace", basis: "Linux from 4.17", state: "different" },
  ...{ answer: "ENOMEM", occupants: "intact", harm: false },
  findings: ["expected EEXIST, found ENOMEM"],
};
const harmful: FactResult = { ...odd, occupants: "destroyed", harm: true };
const skipped: FactResult = {
  ...{ row: "21", title: "taken, at vm.max_map_count", ask: "hint", expected: ["ENOMEM"] },
  ...{ state: "skipped", reason: "vm.max_map_count is 1048576: filling it takes too long" },
};

function reportOf(
  flag: DoctorReport["flag"] = { verdict: "supported" },
  facts: readonly FactResult[] = [skipped, hint, good],
): DoctorReport {
  const { host, tool } = sampleRun({ forks: 1, scenarios: ["hot"], actors: [1] });
  return {
    doctorSchemaVersion,
    tool,
    startedAt: "2026-11-25T12:00:00.000Z",
    elapsedMs: 512,
    flag,
    facts: [...facts],
    host,
    surroundings: {
      mappings: 216,
      mayMapLow: false,
      procmapQuery: true,
      mapsReads: { state: "lock-free", judgedBy: "the version: 6.17 or later" },
      executableMemory: "allowed",
      counter: "invariant time-stamp counter",
      layers: ["container"],
    },
  };
}

describe("digestDoctor()", () => {
  const table: readonly [DoctorReport["flag"], FactResult[], DoctorVerdict, RegExp][] = [
    [{ verdict: "supported" }, [hint, good, skipped], "sound", /is supported: free windows/],
    [{ verdict: "supported" }, [hint, odd], "unexpected", /1 answer differs/],
    [{ verdict: "supported" }, [odd, odd], "unexpected", /2 answers differ /],
    [{ verdict: "supported" }, [harmful], "unsafe", /destroyed in 1 case/],
    [{ verdict: "ignored" }, [hint, good], "unusable", /ignored here/],
    [{ verdict: "ignored" }, [harmful], "unsafe", /destroyed/],
    [{ verdict: "buggy" }, [hint, good], "unsafe", /buggy here.*7aa867dd8952/],
    [{ verdict: "rejected", errno: "EOPNOTSUPP" }, [hint], "unusable", /with EOPNOTSUPP/],
    [{ verdict: "relocating" }, [hint], "unusable", /put elsewhere/],
  ];
  for (const [flag, facts, verdict, headline] of table) {
    const states = facts.map(({ state }) => state).join(", ");
    test(`concludes ${verdict} from ${flag.verdict} and facts ${states}`, () => {
      const digest = digestDoctor(reportOf(flag, facts));
      assert.equal(digest.verdict, verdict);
      assert.match(digest.headline, headline);
    });
  }

  test("sets both ways of asking side by side, rows in order", () => {
    assert.deepEqual(digestDoctor(reportOf()).lines, [
      {
        row: "2",
        title: "the same range is taken",
        hint: "elsewhere",
        noreplace: "EEXIST",
        state: "as expected",
      },
      {
        row: "21",
        title: "taken, at vm.max_map_count",
        hint: "skipped",
        noreplace: "-",
        state: "skipped",
      },
    ]);
  });
});

describe("renderDoctor()", () => {
  for (const width of [40, 60, 80, 110, 200]) {
    test(`fits ${width} columns, and loses no finding`, () => {
      const report = reportOf(undefined, [hint, odd, skipped]);
      const text = renderDoctor(report, digestDoctor(report), { width, colour: false });
      const widest = Math.max(...text.split("\n").map((line) => line.length));
      assert.ok(widest <= width, `${widest} columns`);
      const flat = text.replace(/\s+/g, " ");
      assert.match(flat, /expected EEXIST, found ENOMEM \(Linux from 4\.17\)/);
      assert.match(
        flat,
        /skipped 21, taken, at vm.max_map_count, hint: vm.max_map_count is 1048576/,
      );
      assert.match(flat, /1 as expected, 1 different, 1 skipped/);
    });
  }

  test("says in colour only what the words say", () => {
    const report = reportOf(undefined, [hint, odd, skipped]);
    const digest = digestDoctor(report);
    const coloured = renderDoctor(report, digest, { width: 80, colour: true });
    const plain = renderDoctor(report, digest, { width: 80, colour: false });
    assert.notEqual(coloured, plain);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what it removes
    assert.equal(coloured.replace(/\u001b\[\d+m/g, ""), plain);
  });
});
