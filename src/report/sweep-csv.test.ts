import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { describe, test } from "node:test";
import type { SweepRun } from "../results/sweep-schema.ts";
import { oddSweeps } from "./odd-sweeps.test.data.ts";
import { renderSweepCsv } from "./sweep-csv.ts";
import { changedSweep, raceArmsOf, sampleSweep, searchArmsOf } from "./sweep-sample.test.data.ts";

/** Renewed by UPDATE_GOLDEN=1; tests run in the project's directory. */
const goldenFile = "src/report/sweep-csv.golden.txt";

/** No text of the samples has a quote or a comma. */
function recordsOf(run: SweepRun): Record<string, string>[] {
  const [header = [], ...rows] = renderSweepCsv(run)
    .trimEnd()
    .split("\n")
    .map((line) => line.split(","));
  return rows.map((row) => {
    assert.equal(row.length, header.length, row.join());
    return Object.fromEntries(header.map((name, index) => [name, row[index] ?? ""]));
  });
}

describe("renderSweepCsv()", () => {
  test("prints the golden text", () => {
    const text = renderSweepCsv(sampleSweep("vmas", { values: [1000], forks: 1 }));
    if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(goldenFile, text);
    assert.equal(text, readFileSync(goldenFile, "utf8"));
  });

  test("has every number as the file has it, and says at which value", () => {
    const run = sampleSweep("actors", { values: [1, 2], forks: 2 });
    const records = recordsOf(run);
    const numberOf = (wanted: Readonly<Record<string, string | number>>, metric: string) => {
      const found = records.filter(
        (each) =>
          each["metric"] === metric &&
          Object.entries(wanted).every(([name, value]) => each[name] === String(value)),
      );
      assert.equal(found.length, 1, JSON.stringify({ ...wanted, metric }));
      return Number(found[0]?.["value"]);
    };
    for (const { fork, trial, arm } of raceArmsOf(run)) {
      const { scenario, actors, hold } = trial.spec;
      const where = {
        fork: fork.index + 1,
        axis: "actors",
        swept: fork.value,
        scenario,
        actors,
        hold,
      };
      const wanted = { ...where, strategy: arm.strategy, profile: "", way: "" };
      assert.equal(numberOf(wanted, "attempts"), arm.counts.attempts);
      for (const [name, { quantiles }] of Object.entries(arm.distributions)) {
        assert.equal(numberOf(wanted, `${name}_p50`), quantiles.p50);
      }
    }
    for (const { fork, found, arm } of searchArmsOf(run)) {
      const { profile, actors } = found;
      const where = { fork: fork.index + 1, axis: "actors", swept: fork.value, actors, profile };
      const wanted = { ...where, way: arm.way, scenario: "", strategy: "" };
      assert.equal(numberOf(wanted, "stale"), arm.counts.stale);
      assert.equal(numberOf(wanted, "search_p50"), arm.distributions.search?.quantiles.p50);
    }
  });

  test("shows forks that finished nothing", () => {
    const records = recordsOf(oddSweeps["of crashed forks"]?.() ?? assert.fail());
    assert.equal(new Set(records.map((each) => each["fork"])).size, 30);
    for (const each of records) assert.equal(each["status"], "crashed");
  });

  test("makes a formula of no text", () => {
    const run = changedSweep((run) => {
      for (const { arm } of searchArmsOf(run)) arm.way = "=1+1";
    }, "vmas");
    assert.match(renderSweepCsv(run), /,'=1\+1,/);
  });
});
