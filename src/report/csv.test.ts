import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { Run } from "../results/schema.ts";
import { renderCsv } from "./csv.ts";
import { digestRun } from "./digest.ts";
import { markUnprintable } from "./prose.ts";
import { armsOf, changedRun, sampleRun } from "./sample-run.test.data.ts";

/** Renewed by UPDATE_GOLDEN=1; tests run in the project's directory. */
const goldenFile = "src/report/csv.golden.txt";

/** RFC 4180 with lines that end in LF. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  let end = 0;
  for (const { 0: all, 1: quoted, 2: plain, 3: separator, index } of text.matchAll(cell)) {
    if (index === text.length) break;
    end = index + all.length;
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? "");
    if (separator === "\n") rows.push([]);
  }
  assert.equal(end, text.length);
  assert.deepEqual(rows.pop(), [], "the last line ends");
  return rows;
}

const cell = /(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n)/gy;

function recordsOf(run: Run): Record<string, string>[] {
  const [header = [], ...rows] = parseCsv(renderCsv(run));
  return rows.map((row) => {
    assert.equal(row.length, header.length);
    return Object.fromEntries(header.map((name, index) => [name, row[index] ?? ""]));
  });
}

const small = { forks: 1, scenarios: ["spread"], actors: [2] };

describe("renderCsv()", () => {
  test("prints the golden text", () => {
    const text = renderCsv(sampleRun(small));
    if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(goldenFile, text);
    assert.equal(text, readFileSync(goldenFile, "utf8"));
  });

  test("has every number of every arm as the file has it", () => {
    const run = sampleRun({ forks: 3, actors: [1, 2] });
    const records = recordsOf(run);
    for (const { fork, arm, scenario, actors } of armsOf(run)) {
      const own = records.filter(
        (each) =>
          each["fork"] === String(fork + 1) &&
          each["scenario"] === scenario &&
          each["actors"] === String(actors) &&
          each["strategy"] === arm.strategy,
      );
      const value = (metric: string) =>
        Number(own.find((each) => each["metric"] === metric)?.["value"]);
      assert.equal(value("attempts"), arm.counts.attempts);
      assert.equal(value("double_owners"), arm.safety.doubleOwners);
      assert.equal(
        value("measured"),
        arm.blocks.wallNs.reduce((a, b) => a + b, 0),
      );
      for (const [name, { quantiles }] of Object.entries(arm.distributions)) {
        assert.equal(value(`${name}_p99.9`), quantiles.p999);
        assert.equal(value(`${name}_max`), quantiles.max);
      }
    }
  });

  test("agrees with the digest", () => {
    const run = sampleRun({ ...small, forks: 1 });
    const row = digestRun(run).scenarios[0]?.tables[0]?.rows[1];
    const value = (metric: string) =>
      recordsOf(run).find(
        (each) => each["strategy"] === row?.strategy && each["metric"] === metric,
      )?.["value"];
    assert.equal(value("reservations"), String(row?.reservationsPerSecond.median));
    assert.equal(value("lost_p50"), String(row?.lost.p50Ns.median));
    assert.equal(value("conflict_share"), String(row?.conflicts.median));
  });

  test("shows a fork that finished no trial, and leaves out what is not known", () => {
    const run = changedRun(({ forks }) => {
      const [fork] = forks;
      assert.ok(fork);
      Object.assign(fork, { status: "crashed", error: "SIGKILL", trials: [] });
      delete fork.readyMs;
    }, small);
    assert.deepEqual(
      recordsOf(run).map(({ fork, status, metric, value }) => [fork, status, metric, value]),
      [
        ["1", "crashed", "elapsed", "4700"],
        ["1", "crashed", "peak_memory", String(150 * 2 ** 20)],
        ["1", "crashed", "clock", "2.1"],
      ],
    );
  });

  test("keeps any text, and makes a formula of none", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.string(), (hostname, strategy) => {
        const run = changedRun(({ host, forks }) => {
          host.hostname = hostname;
          const arm = forks[0]?.trials[0]?.arms[0];
          if (arm) arm.strategy = strategy;
        }, small);
        const guarded = (text: string) => {
          const marked = markUnprintable(text);
          return /^[=+\-@]/.test(marked) ? `'${marked}` : marked;
        };
        const records = recordsOf(run);
        assert.equal(records[0]?.["host"], guarded(hostname));
        assert.ok(records.some((each) => each["strategy"] === guarded(strategy)));
      }),
      { numRuns: 50 },
    );
    const text = renderCsv(changedRun(({ host }) => Object.assign(host, { hostname: "=1+1" })));
    assert.match(text, /,'=1\+1,/);
  });

  test("shows what cannot be shown as a U+FFFD each, in one line a record", () => {
    const text = renderCsv(
      changedRun(({ host, tool }) => {
        host.hostname = 'a\u001b[31m"b\u0000\r\n\u202ec';
        tool.commit = "\t=1";
      }, small),
    );
    assert.match(text, /\n\ufffd=1,"a\ufffd\[31m""b\ufffd{4}c",/);
    assert.equal(text.split("\n").length, renderCsv(sampleRun(small)).split("\n").length);
  });

  test("says of each fork of a merged run where it came from", () => {
    const run = sampleRun({ ...small, forks: 3 });
    const { tool, command, startedAt, elapsedMs, host, probe, warnings, options } = run;
    const common = { tool, command, elapsedMs, probe, warnings, options };
    const source = (file: string, hostname: string, first: number, count: number) => ({
      ...common,
      ...{ file, startedAt: startedAt.replace("09", String(10 + first)) },
      host: { ...host, hostname },
      forks: { first, count },
    });
    const merged = { ...run, sources: [source("a", "alpha", 0, 2), source("b", "beta", 2, 1)] };
    const found = new Set(
      recordsOf(merged).map((each) => `${each["fork"]} ${each["host"]} ${each["started_at"]}`),
    );
    assert.deepEqual(
      [...found],
      [
        "1 alpha 2026-01-15T10:30:00Z",
        "2 alpha 2026-01-15T10:30:00Z",
        "3 beta 2026-01-15T12:30:00Z",
      ],
    );
  });
});
