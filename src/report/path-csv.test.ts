import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { describe, test } from "node:test";
import type { PathRun } from "../results/path-schema.ts";
import { renderPathCsv } from "./path-csv.ts";
import { digestPath } from "./path-digest.ts";
import { changedPath, hostilePath, pathArmsOf, samplePath } from "./sample-path.test.data.ts";
import { hostileTexts } from "./text-samples.test.data.ts";

/** Renewed by UPDATE_GOLDEN=1; tests run in the project's directory. */
const goldenFile = "src/report/path-csv.golden.txt";

/** By "fork profile way metric"; no cell of a sample needs quotes. */
function valuesOf(run: PathRun): Map<string, string> {
  const [header, ...rows] = renderPathCsv(run).trimEnd().split("\n");
  const names = header?.split(",") ?? [];
  return new Map(
    rows.map((row) => {
      const cells = row.split(",");
      assert.equal(cells.length, names.length);
      const cell = (name: string) => cells[names.indexOf(name)] ?? "";
      const key = ["fork", "profile", "way", "metric"].map(cell).join(" ");
      return [key, cell("value")];
    }),
  );
}

describe("renderPathCsv()", () => {
  test("prints the golden text", () => {
    const run = changedPath(({ forks }) => {
      for (const { cases } of forks) for (const { arms } of cases) arms.splice(1);
    }, 1);
    const text = renderPathCsv(run);
    if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(goldenFile, text);
    assert.equal(text, readFileSync(goldenFile, "utf8"));
  });

  test("has every number of every arm, once, as the file has it", () => {
    const run = samplePath(3);
    const values = valuesOf(run);
    assert.equal(values.size, renderPathCsv(run).trimEnd().split("\n").length - 1);
    for (const { fork, profile, arm } of pathArmsOf(run)) {
      const value = (metric: string) =>
        Number(values.get(`${fork + 1} ${profile} ${arm.way} ${metric}`));
      assert.equal(value("attempts"), arm.counts.attempts);
      assert.equal(value("wasted_bytes"), arm.counts.wastedBytes);
      assert.equal(value("double_owners"), arm.safety.doubleOwners);
      assert.equal(value("measured"), arm.wallNs);
      for (const [name, count] of Object.entries(arm.systemCalls)) {
        assert.equal(value(`call_${name}`), count);
      }
      for (const [name, { quantiles }] of Object.entries(arm.distributions)) {
        assert.equal(value(`${name.replace("-", "_")}_p99.9`), quantiles.p999);
        assert.equal(value(`${name.replace("-", "_")}_calls`), quantiles.count);
      }
    }
    assert.equal(values.get("1 cuda-startup  pmd_hole_hint_placed"), "0");
    assert.equal(values.get("1 cuda-startup  mappings"), "140");
    assert.equal(values.get("2   ready"), "201");
  });

  test("agrees with the digest", () => {
    const run = samplePath(1);
    const values = valuesOf(run);
    for (const { name, rows } of digestPath(run).profiles) {
      for (const { way, figures } of rows) {
        const value = (metric: string) => values.get(`1 ${name} ${way} ${metric}`);
        const wanted = (figure: keyof typeof figures) => {
          const { median } = figures[figure];
          return median === undefined ? undefined : String(median);
        };
        assert.equal(value("search_share"), wanted("searchShare"));
        assert.equal(value("other_share"), wanted("otherShare"));
        assert.equal(value("parse_share"), wanted("parseShare"));
        assert.equal(value("calls_per_reservation"), wanted("calls"));
        assert.equal(value("lost_p50"), wanted("lostP50Ns"));
        assert.equal(value("reservations_per_second"), wanted("reservationsPerSecond"));
      }
    }
  });

  test("keeps any text in its cell, and makes a formula of none", () => {
    for (const text of [...hostileTexts, "=1+1", 'a"b,c']) {
      const csv = renderPathCsv(hostilePath(text));
      const bare = csv.replace(/"(?:[^"]|"")*"/g, "quoted");
      for (const line of bare.trimEnd().split("\n")) assert.equal(line.split(",").length, 13, line);
      assert.doesNotMatch(bare, /(?:^|,)[=@+]/m);
    }
  });
});
