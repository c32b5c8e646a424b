import assert from "node:assert/strict";
import { describe, test } from "node:test";
import hdr from "hdr-histogram-js";
import { UsageError } from "../errors.ts";
import { armOf, soundRun } from "../gate/sound-run.test.data.ts";
import { baselineOf } from "../results/baseline.ts";
import { quantilesOf } from "../results/histogram.ts";
import type { Run } from "../results/schema.ts";
import { renderHlog } from "./hlog.ts";
import { armsOf } from "./sample-run.test.data.ts";

const run = soundRun({ scenarios: ["occupied", "spread"] });

/** Every interval as a stock reader has it. */
function intervalsOf(log: string) {
  const reader = new hdr.HistogramLogReader(log);
  const found = [];
  for (let next = reader.nextIntervalHistogram(); next; next = reader.nextIntervalHistogram()) {
    found.push(next);
  }
  return found;
}

function everyDistribution(of: Run) {
  return armsOf(of).flatMap(({ fork, arm, scenario, actors }) =>
    Object.entries(arm.distributions).map(([name, { quantiles }]) => ({
      tag: `${scenario}/${actors}/${arm.strategy}/${name}`,
      fork,
      quantiles,
    })),
  );
}

describe("renderHlog()", () => {
  test("comes back from a stock reader as it is in the file", () => {
    const wanted = everyDistribution(run);
    const intervals = intervalsOf(renderHlog(run));
    assert.equal(intervals.length, wanted.length);
    for (const [index, interval] of intervals.entries()) {
      assert.equal(interval.tag, wanted[index]?.tag);
      assert.deepEqual(quantilesOf(interval), wanted[index]?.quantiles);
    }
  });

  test("gives each fork its place in the run", () => {
    const start = Date.parse(run.startedAt);
    for (const [index, interval] of intervalsOf(renderHlog(run)).entries()) {
      const fork = everyDistribution(run)[index]?.fork ?? 0;
      assert.equal(Math.round(interval.startTimeStampMsec), start + fork * 4700);
      assert.equal(Math.round(interval.endTimeStampMsec), start + (fork + 1) * 4700);
    }
  });

  test("begins as log processors want it, and says what it holds", () => {
    const [logged, format, command, tag, lost, startTime, baseTime, legend, first] =
      renderHlog(run).split("\n");
    assert.equal(logged, "#[Logged with noclobber 0.1.0 (e6217015c87b)]");
    assert.equal(format, "#[Histogram log format version 1.3]");
    assert.equal(command, "#[Command: noclobber bench --seed 42]");
    assert.match(tag ?? "", /^#\[Tag: .*nanoseconds, Interval_Max in milliseconds\]$/);
    assert.match(lost ?? "", /^#\[/);
    assert.equal(
      startTime,
      "#[StartTime: 1768469400.000 (seconds since epoch), 2026-01-15T09:30:00Z]",
    );
    assert.equal(baseTime, "#[BaseTime: 1768469400.000 (seconds since epoch)]");
    assert.match(legend ?? "", /^"StartTimestamp","Interval_Length","Interval_Max",/);
    const max = armOf(run, "hint-munmap", "occupied").distributions.misplaced?.quantiles.max ?? 0;
    const start = "Tag=occupied/1/hint-munmap/misplaced,0.000,4.700";
    assert.ok(first?.startsWith(`${start},${(max / 1e6).toFixed(3)},HISTFAAA`), first);
  });

  test("breaks no line and no field, whatever names the file has", () => {
    const hostile = structuredClone(run);
    hostile.command = ["noclobber", "a\nTag=b,0,0,0,x\u2028Tag=c"];
    for (const { trials } of hostile.forks) {
      for (const { spec, arms } of trials) {
        spec.scenario = "a, b\n\u2028c";
        for (const arm of arms) arm.strategy = "\r\n,# x";
      }
    }
    const lines = renderHlog(hostile)
      .trimEnd()
      .split(/[\n\r\u0085\u2028\u2029]/);
    assert.equal(lines.length, renderHlog(run).trimEnd().split("\n").length);
    for (const line of lines.slice(8)) {
      assert.match(line, /^Tag=a_b_c\/\d\/_#_x\/[a-z]+,[\d.]+,[\d.]+,[\d.]+,[\w+/=]+$/);
    }
  });

  test("is a header alone where no fork finished a trial", () => {
    const log = renderHlog({ ...run, forks: [] });
    assert.equal(log.split("\n").length, 9);
    assert.deepEqual(intervalsOf(log), []);
  });

  test("refuses a baseline, and what is no histogram", () => {
    const missing = /no histogram in fork 1, occupied\/1\/.*: this is a baseline.*--format csv/;
    assert.throws(() => renderHlog(baselineOf(run)), missing);
    const damaged = structuredClone(run);
    const { placed } = armOf(damaged, "hint-munmap", "spread").distributions;
    Object.assign(placed ?? {}, { histogram: "HISTFAAA" });
    assert.throws(() => renderHlog(damaged), /is none: the file is damaged/);
    assert.throws(() => renderHlog(damaged), UsageError);
  });
});
