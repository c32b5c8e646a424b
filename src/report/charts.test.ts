import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { soundRun } from "../gate/sound-run.test.data.ts";
import type { Run } from "../results/schema.ts";
import { formatNs } from "../units.ts";
import { type Chart, type ChartId, chartIds } from "./chart.ts";
import { chartOf, chartsOf } from "./charts.ts";
import { digestRun } from "./digest.ts";
import { oddRuns } from "./odd-pages.test.data.ts";
import { armsOf, changedRun } from "./sample-run.test.data.ts";

function chart(id: ChartId, run: Run): Chart {
  return chartOf(id, run, digestRun(run));
}

describe("chartsOf()", () => {
  for (const [name, make] of Object.entries(oddRuns)) {
    test(`gives every chart of a run ${name} words for its picture`, () => {
      const run = make();
      const charts = chartsOf(run, digestRun(run));
      assert.deepEqual(
        charts.map(({ id }) => id),
        chartIds,
      );
      for (const { id, title, alternative, lacking, panels, table } of charts) {
        assert.notEqual(title, "", id);
        assert.notEqual(panels.length > 0 ? alternative : lacking, "", id);
        assert.equal(panels.length === 0, lacking !== undefined && alternative === "", id);
        for (const panel of panels) {
          assert.ok(panel.title !== "" && panel.alternative !== "", id);
          assert.ok(panel.x.label !== "" || panel.x.kind === "categories", id);
        }
        for (const row of table.rows) assert.equal(row.length, table.columns.length, id);
        assert.doesNotMatch(JSON.stringify(charts), /NaN|Infinity|undefined/);
      }
    });
  }

  test("tells strategies apart by colour, by dash and by symbol", () => {
    const run = soundRun();
    const { legend } = chart("reservations", run);
    assert.equal(legend.length, 4);
    for (const name of ["slot", "colour", "dash", "symbol"] as const) {
      assert.equal(new Set(legend.map((look) => look[name])).size, legend.length, name);
    }
  });
});

test("the lost-cost chart says what the digest says", () => {
  const run = soundRun({ forks: 7 });
  const rows = digestRun(run).scenarios.flatMap(({ tables }) => tables.flatMap((t) => t.rows));
  const medians = rows.flatMap(({ strategy, lost }) =>
    strategy === "hint-munmap" ? (lost.p50Ns.median ?? []) : [],
  );
  const { alternative, table } = chart("lost-cost", run);
  assert.ok(alternative.includes(`hint-munmap ${formatNs(Math.min(...medians))}`), alternative);
  assert.equal(table.rows.length, 10);
});

test("the drift chart shows times that drift and ratios that do not", () => {
  const run = changedRun(({ forks }) => {
    for (const { fork, arm } of armsOf({ forks } as Run)) {
      for (const { quantiles } of Object.values(arm.distributions)) quantiles.p50 = 100;
      const lost = arm.distributions.lost ?? arm.distributions.rejected;
      if (lost) lost.quantiles.p50 = (arm.strategy === "hint-munmap" ? 5000 : 500) * (1 + fork);
    }
  });
  const { alternative, panels } = chart("drift", run);
  assert.match(alternative, /absolute times 12\.0; ratios within the fork 1\.00\.$/);
  const ratio = panels[0]?.marks.find((mark) => "look" in mark && mark.look.slot === "ratio");
  assert.ok(ratio?.kind === "line");
  assert.deepEqual(
    ratio.points,
    Array.from({ length: 12 }, (_, fork) => ({ ...ratio.points[fork], x: fork + 1, y: 1 })),
  );
});

test("the ratios chart hollows what tells no difference", () => {
  const { panels } = chart("ratios", oddRuns["of one fork"]?.() ?? assert.fail());
  const dots = panels.flatMap(({ marks }) => marks.filter((mark) => mark.kind === "dots"));
  assert.ok(dots.some(({ points }) => points.length > 0));
  for (const { hollow, points } of dots) assert.ok(hollow || points.length === 0);
});

test("the ratios chart counts the intervals that there are, and says where there is none", () => {
  const words = (run: Run) => chart("ratios", run).alternative;
  const few = words(soundRun({ forks: 3, scenarios: ["occupied"], actors: [1] }));
  assert.match(few, /p50 of a lost attempt \d+\.\d+, no interval: 3 forks, 6 needed/);
  assert.doesNotMatch(few, /exclude/);
  const one = soundRun({ forks: 7, scenarios: ["occupied"], actors: [1] });
  assert.match(words(one), /p50 of a lost attempt \d+\.\d+, 1 of 1 interval excludes 1/);
  const two = soundRun({ forks: 7, scenarios: ["occupied"], actors: [1, 2] });
  assert.match(words(two), /p50 of a lost attempt [^,]*, 2 of 2 intervals exclude 1;/);
  for (const { trials } of two.forks.slice(0, 4)) trials.splice(1);
  assert.match(
    words(two),
    /p50 of a lost attempt [^,]*, 1 of 1 interval excludes 1, 1 of too few forks for an interval/,
  );
});

test("the disturbance chart counts a strategy's events by its own block time", () => {
  const run = soundRun({ forks: 1, scenarios: ["hot"], actors: [2] });
  const { table } = chart("disturbance", run);
  // Two switches and half a shootdown in each block of 20 ms.
  assert.deepEqual(table.rows[0], ["hot, 2 actors", "hint-munmap", "100", "0", "25.0"]);
});
