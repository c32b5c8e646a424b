import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseHTML } from "linkedom";
import { formatNs } from "../units.ts";
import { type Chart, sweepChartIds } from "./chart.ts";
import { hostile } from "./odd-pages.test.data.ts";
import { hostileSweep, oddSweeps } from "./odd-sweeps.test.data.ts";
import { svgOf } from "./svg.ts";
import { sweepChartOf, sweepChartsOf } from "./sweep-charts.ts";
import { digestSweep } from "./sweep-digest.ts";
import { sampleSweep } from "./sweep-sample.test.data.ts";
import { sweptAxis } from "./swept-axis.ts";

const runs = { ...oddSweeps, "with markup in every text": () => hostileSweep(hostile) };

describe("sweepChartsOf()", () => {
  for (const [name, make] of Object.entries(runs)) {
    test(`gives every chart of a sweep ${name} words for its picture, and a picture`, () => {
      const digest = digestSweep(make());
      const charts = sweepChartsOf(digest);
      assert.deepEqual(
        charts.map(({ id }) => id),
        sweepChartIds,
      );
      for (const chart of charts) {
        assertWords(chart);
        assertPicture(svgOf(chart, digest.identity));
      }
    });
  }

  test("says of each point what the digest says", () => {
    const digest = digestSweep(sampleSweep("vmas"));
    const { table, panels } = sweepChartOf("sweep-lost", digest);
    const cells = digest.races.flatMap(({ measure, rows, strategies }) =>
      measure.id.startsWith("lost")
        ? strategies.flatMap((id) => rows.map((row) => row.cells.get(id)?.figure.median ?? 0))
        : [],
    );
    assert.deepEqual(
      table.rows.map((row) => row[3]?.split(" [")[0]),
      cells.map(formatNs),
    );
    const dots = panels.flatMap(({ marks }) => marks.filter((mark) => mark.kind === "dots"));
    assert.deepEqual(
      dots.flatMap(({ points }) => points.map(({ y }) => y)),
      cells,
    );
    // Mappings of the fork's own are there at 0 others, too.
    assert.deepEqual(
      dots[0]?.points.map(({ x }) => x),
      [300, 400, 1300, 10_300],
    );
  });

  test("draws the law as a line, dotted where nothing was measured", () => {
    const { panels, legend } = sweepChartOf(
      "sweep-reservations",
      digestSweep(sampleSweep("actors")),
    );
    const lines = panels.flatMap(({ marks }) => marks.filter((mark) => mark.kind === "line"));
    assert.equal(lines.length, 2 * legend.length);
    for (const { look, points } of lines) {
      const isDotted = look.dash === "1.5 5";
      const places = points.map(({ x }) => Number(x));
      assert.equal(Math.min(...places), isDotted ? 16 : 1);
      assert.ok(isDotted ? Math.max(...places) > 16 : Math.max(...places) === 16);
    }
  });

  test("joins points where there is no law", () => {
    const make = oddSweeps["of three values"] ?? assert.fail();
    const { panels, reading } = sweepChartOf("sweep-reservations", digestSweep(make()));
    const lines = panels.flatMap(({ marks }) => marks.filter((mark) => mark.kind === "line"));
    assert.deepEqual(
      lines.map(({ points }) => points.map(({ x }) => x)),
      Array(3).fill([1, 2, 4]),
    );
    assert.doesNotMatch(reading, /Law/);
  });
});

describe("sweptAxis()", () => {
  const ticksOf = (values: readonly number[], beyond?: number) => {
    const axis = sweptAxis(
      values.map((at) => ({ at, text: String(at) })),
      "actors",
      beyond,
    );
    assert.ok(axis.kind === "log");
    return { ...axis, ticks: axis.ticks.map(({ at }) => at) };
  };

  test("has the values as ticks, as far as there is room", () => {
    assert.deepEqual(ticksOf([1, 2, 4, 8, 16]).ticks, [1, 2, 4, 8, 16]);
    const many = ticksOf(Array.from({ length: 24 }, (_, index) => index + 1)).ticks;
    assert.ok(many.length <= 8 && many[0] === 1 && many.at(-1) === 24, many.join());
  });

  test("reaches beyond the values where something is drawn there, and holds a single one", () => {
    assert.ok((ticksOf([1, 2], 8).domain[1] ?? 0) > 8);
    assert.deepEqual(ticksOf([5]), { ...ticksOf([5]), domain: [2.5, 10], ticks: [5] });
    assert.deepEqual(ticksOf([]).ticks, []);
  });
});

function assertWords({ id, title, alternative, lacking, panels, table, ...rest }: Chart): void {
  assert.notEqual(title, "", id);
  assert.equal(panels.length === 0, lacking !== undefined && alternative === "", id);
  for (const panel of panels) assert.ok(panel.title !== "" && panel.alternative !== "", id);
  for (const row of table.rows) assert.equal(row.length, table.columns.length, id);
  assert.doesNotMatch(JSON.stringify({ panels, table, rest }), /NaN|Infinity|undefined|null/);
}

/** XML is read strictly: what is opened is closed, in order, and no text of the file is markup. */
function assertPicture(text: string): void {
  assert.ok(!text.includes(hostile));
  assert.doesNotMatch(text, /NaN|Infinity|undefined/);
  const { document } = parseHTML(text.slice(text.indexOf("<svg")));
  assert.notEqual(document.querySelector("desc")?.textContent, "");
  const open: string[] = [];
  for (const [, end, name, empty] of text.matchAll(/<(\/?)([a-zA-Z]+)[^>]*?(\/?)>/g)) {
    assert.doesNotMatch(name ?? "", /^(script|img|image|foreignObject)$/);
    if (end === "/") assert.equal(open.pop(), name);
    else if (empty !== "/") open.push(name as string);
  }
  assert.deepEqual(open, []);
}
