import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Arm } from "../results/schema.ts";
import type { SweepRun } from "../results/sweep-schema.ts";
import { predict } from "../stats/scalability.ts";
import { oddSweeps } from "./odd-sweeps.test.data.ts";
import { digestSweep } from "./sweep-digest.ts";
import type { RaceMeasure } from "./sweep-races.ts";
import {
  changedSweep,
  lostGrowth,
  raceArmsOf,
  sampleLaws,
  sampleSweep,
  searchArmsOf,
} from "./sweep-sample.test.data.ts";

/** Of an even number; the middle two. */
function middleOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  return ((sorted[Math.ceil(half) - 1] as number) + (sorted[Math.floor(half)] as number)) / 2;
}

function assertNear(found: number | undefined, wanted: number, what: string): void {
  assert.ok(
    Math.abs((found ?? Number.NaN) / wanted - 1) < 1e-9,
    `${what}: ${found}, not ${wanted}`,
  );
}

/** Everything that was measured of a strategy at a value, a number a fork. */
function measured(
  run: SweepRun,
  value: number,
  scenario: string,
  strategy: string,
  of: (arm: Arm) => number,
): number[] {
  return raceArmsOf(run)
    .filter(({ fork, trial, arm }) => {
      return fork.value === value && trial.spec.scenario === scenario && arm.strategy === strategy;
    })
    .map(({ arm }) => of(arm));
}

const figures: Readonly<Record<RaceMeasure["id"], readonly [string, (arm: Arm) => number]>> = {
  "lost-occupied": ["occupied", lostNs],
  "lost-spread": ["spread", lostNs],
  reservations: [
    "spread",
    ({ counts, blocks }) => counts.placed / (blocks.wallNs.reduce((a, b) => a + b) / 1e9),
  ],
  conflicts: ["spread", ({ counts }) => (counts.attempts - counts.placed) / counts.attempts],
  placed: ["spread", ({ distributions }) => distributions.placed?.quantiles.p50 ?? Number.NaN],
  release: ["spread", ({ distributions }) => distributions.release?.quantiles.p50 ?? Number.NaN],
};

function lostNs({ distributions }: Arm): number {
  return (distributions.lost ?? distributions.rejected)?.quantiles.p50 ?? Number.NaN;
}

describe("digestSweep()", () => {
  test("has every median and interval of the races", () => {
    const run = sampleSweep("actors");
    const { races } = digestSweep(run);
    assert.deepEqual(
      races.map(({ measure }) => measure.id),
      Object.keys(figures),
    );
    for (const { measure, rows, strategies } of races) {
      assert.deepEqual(
        rows.map(({ value }) => value),
        run.values,
      );
      for (const { value, cells } of rows) {
        for (const strategy of strategies) {
          const [scenario, of] = figures[measure.id];
          const values = measured(run, value, scenario, strategy, of);
          const what = `${measure.id} of ${strategy} at ${value}`;
          const figure = cells.get(strategy)?.figure;
          assert.ok(figure?.state === "interval", what);
          assert.equal(figure.n, 6, what);
          if (measure.id === "conflicts" && strategy === "kernel-chosen") continue;
          assertNear(figure.median, middleOf(values), what);
          // Of six, the interval of a median reaches from the smallest to the largest.
          assertNear(figure.lo, Math.min(...values), what);
          assertNear(figure.hi, Math.max(...values), what);
        }
      }
    }
  });

  test("finds the law that reservations follow, and asks it beyond the measured range", () => {
    const { scaling, scalingWarning } = digestSweep(sampleSweep("actors"));
    assert.deepEqual(
      scaling.map(({ strategy }) => strategy),
      ["hint-munmap", "fixed-noreplace", "kernel-chosen"],
    );
    for (const { strategy, fit, extrapolated, lacking } of scaling) {
      assert.ok(fit.state === "fitted");
      const law = sampleLaws[strategy] ?? assert.fail();
      // The mean of the middle two of 1 / drift is not quite 1.
      assert.ok(Math.abs(fit.lambda / law.lambda - 1) < 1e-3);
      assert.ok(Math.abs(fit.sigma - law.sigma) < 1e-3);
      assert.ok(Math.abs(fit.kappa - law.kappa) < 1e-4);
      assert.equal(lacking, "");
      // Each round's law is the one above, divided by its drift: of six, the extremes.
      assert.deepEqual(
        extrapolated.map(({ actors }) => actors),
        [64, 256],
      );
      for (const { actors, figure } of extrapolated) {
        assert.ok(figure.state === "interval" && figure.n === 6);
        assertNear(figure.lo, predict(law, actors) / 1.03, strategy);
        assertNear(figure.hi, predict(law, actors) / 0.97, strategy);
        assert.ok(figure.lo < figure.median && figure.median < figure.hi);
      }
    }
    assert.match(scalingWarning ?? "", /64 and 256 actors lies beyond the measured range.* at 16/);
    assert.match(
      scalingWarning ?? "",
      /than CPUs \(2 allowed here\).*: so do the points at 4, 8, 16/,
    );
  });

  test("extrapolates from six rounds of forks that agree, and says else why not", () => {
    const few = digestSweep(sampleSweep("actors", { forks: 5 }));
    for (const { fit, extrapolated, lacking } of few.scaling) {
      assert.deepEqual([fit.state, extrapolated], ["fitted", []]);
      assert.match(lacking, /^no extrapolation from 5 rounds of forks, 6 needed: ask for more/);
    }
    // At 16 actors every other round is slow: medians bend little, and the laws disagree.
    const odd = changedSweep((run) => {
      for (const { fork, arm } of raceArmsOf(run)) {
        const factor = fork.value === 16 && fork.index % 2 === 1 ? 1.5 : 1;
        arm.blocks.wallNs = arm.blocks.wallNs.map((ns) => ns * factor);
      }
    });
    const [hint] = digestSweep(odd).scaling;
    assert.ok(hint?.fit.state === "fitted" && hint.fit.rmsRelative < 0.15);
    assert.match(
      hint.lacking,
      /^no extrapolation to (64 and )?256 actors, as the laws .* lie [\d.]+( and [\d.]+)? times/,
    );
    assert.ok(!hint.extrapolated.some(({ actors }) => actors === 256));
  });

  test("has no law where another setting is swept, or too few values, or none fits", () => {
    assert.deepEqual(digestSweep(sampleSweep("vmas")).scaling, []);
    const lackings = (name: string) =>
      digestSweep(oddSweeps[name]?.() ?? assert.fail()).scaling.map(({ lacking }) => lacking);
    for (const [name, says] of [
      ["of three values", /^no curve from 3 numbers of actors, 4 needed: sweep over more values$/],
      ["that falls too steeply for a law", /^no curve, as .*: sweep over fewer actors, 1 among/],
      ["that no law describes", /^no extrapolation, as the curve misses its points by 46 %/],
    ] as const) {
      assert.equal(lackings(name).length, 3);
      for (const lacking of lackings(name)) assert.match(lacking, says);
    }
    const { scaling } = digestSweep(oddSweeps["that no law describes"]?.() ?? assert.fail());
    assert.deepEqual(
      scaling.flatMap(({ extrapolated }) => extrapolated),
      [],
    );
  });

  test("tells the growth of losing by all pairs of forks, none of them paired", () => {
    const run = sampleSweep("actors");
    const { growth } = digestSweep(run);
    for (const strategy of ["hint-munmap", "fixed-noreplace"]) {
      const [low, high] = [1, 16].map((value) =>
        measured(run, value, "occupied", strategy, lostNs),
      ) as [number[], number[]];
      const ratios = high.flatMap((to) => low.map((from) => to / from)).sort((a, b) => a - b);
      // Of 36 differences of 6 and 6 values, the 6th from either end: coverage 95.9 %.
      const ends = [ratios[5], ratios[30]].map((ratio) => (ratio as number).toFixed(2));
      const centre = middleOf(ratios).toFixed(2);
      const text = `${centre} [${ends.join(", ")}]`;
      const wanted = `${strategy} in occupied: a lost attempt takes ${text} times as long `;
      assert.ok(
        growth.some((sentence) => sentence.startsWith(wanted)),
        `${wanted}: ${growth.join("\n")}`,
      );
      assertNear(middleOf(ratios), (lostGrowth[strategy] ?? 0) ** 4, strategy);
    }
  });

  test("takes ratios within forks, whatever a fork's own pace", () => {
    const run = changedSweep((run) => {
      for (const { fork, arm } of raceArmsOf(run)) {
        const lost = arm.distributions.lost ?? arm.distributions.rejected;
        if (lost) lost.quantiles.p50 *= 1 + fork.index;
      }
    }, "vmas");
    const ratio = digestSweep(run).races[0]?.rows[0]?.ratio.figure;
    assert.ok(ratio?.state === "interval");
    assertNear(ratio.median, (5000 * 1.5) / (400 * 1.1), "ratio");
    assertNear(ratio.hi / ratio.lo, 1, "interval");
  });

  test("finds that the text search grows linearly, and that the query does not", () => {
    const { growth, headline } = digestSweep(sampleSweep("vmas"));
    const searches = growth.filter((sentence) => sentence.startsWith("A search "));
    assert.deepEqual(searches, [
      "A search with maps-text by 1 actor grows linearly with the mappings: 300 us with 300, " +
        "10.3 ms with 10.3 k mappings; exponent 1.00, 1.00 between the two with most mappings " +
        "(4 values, off the line by <0.1 % at most)",
      "A search with procmap-query by 1 actor is flat within 0 %: 4.00 us with 300, " +
        "4.00 us with 10.3 k mappings; exponent 0.00, 0.00 between the two with most mappings " +
        "(4 values, off the line by 0 % at most)",
      ...searches.slice(2),
    ]);
    assert.equal(searches.length, 4);
    assert.equal(
      headline.claims.at(-1)?.sentence,
      "From 300 to 10.3 k mappings a search with maps-text grows linearly (exponent 1.00), and " +
        "one with procmap-query is flat within 0 %",
    );
  });

  test("has every figure of the searches, by load", () => {
    const run = sampleSweep("vmas");
    const { searches } = digestSweep(run);
    assert.deepEqual(
      searches.map(({ way, load }) => `${way} by ${load}`),
      [1, 2].flatMap((actors) =>
        ["maps-text", "procmap-query"].map(
          (way) => `${way} by ${actors} actor${actors === 1 ? "" : "s"}`,
        ),
      ),
    );
    for (const { way, load, rows } of searches) {
      for (const { value, mappings, figures, fresh } of rows) {
        const own = searchArmsOf(run).filter(
          ({ fork, found, arm }) =>
            fork.value === value && arm.way === way && load.startsWith(`${found.actors} `),
        );
        const p50s = own.map(({ arm }) => arm.distributions.search?.quantiles.p50 ?? Number.NaN);
        const kernels = own.map(
          ({ arm }) => arm.distributions["search-kernel"]?.quantiles.p50 ?? Number.NaN,
        );
        assertNear(figures.searchP50Ns.median, middleOf(p50s), way);
        assertNear(figures.searchKernelP50Ns.median, middleOf(kernels), way);
        const isText = way === "maps-text";
        assert.ok(Math.abs((figures.parseShare.median ?? 0) - (isText ? 0.25 : 0.5)) < 2e-3);
        assert.equal(mappings.median, 300 + value);
        assert.equal(figures.staleShare.median, load === "1 actor" ? 0 : 40 / 240);
        assert.equal(fresh, 6 * (load === "1 actor" ? 200 : 240));
      }
    }
  });

  test("puts a search by all actors beside that by one, where actors are swept", () => {
    const { searches, growth } = digestSweep(sampleSweep("actors"));
    assert.deepEqual([...new Set(searches.map(({ load }) => load))], ["1 actor", "all actors"]);
    for (const { rows } of searches) {
      assert.deepEqual(
        rows.map(({ value }) => value),
        [1, 2, 4, 8, 16],
      );
    }
    // Mappings are the same at every value here: nothing to say on growth with them.
    assert.ok(!growth.some((sentence) => sentence.startsWith("A search")));
    assert.ok(growth.some((sentence) => /gone were 17 % \[.*\] at 2 actors, 17 %/.test(sentence)));
  });

  const table: [run: string, field: "claims" | "labels" | "notes", says: RegExp][] = [
    ["without a fork", "claims", /^Nothing to compare: no fork has finished a trial$/],
    ["of the control alone", "claims", /^Nothing to compare: .* did not run side by side$/],
    ["of one fork a value", "claims", /^With fixed-noreplace a lost attempt cost 12\.5 times less/],
    ["with a value that failed", "labels", /^4 of 5 values measured: nothing at 16 \(actors\): /],
    ["with an arm that is unsafe", "labels", /^UNSAFE: 1 clobber/],
    ["with a search that is unsafe", "labels", /^UNSAFE: 2 leaks in .* reservations/],
    ["of a kernel that ignores the flag", "labels", /^This kernel ignores MAP_FIXED_NOREPLACE/],
  ];
  for (const [name, field, says] of table) {
    test(`says of a sweep ${name}: ${says.source.slice(0, 60)}`, () => {
      const { headline, notes } = digestSweep(oddSweeps[name]?.() ?? assert.fail());
      const texts = {
        claims: headline.claims.map(({ sentence }) => sentence),
        labels: headline.labels.map(({ text }) => text),
        notes,
      };
      assert.ok(
        texts[field].some((text) => says.test(text)),
        texts[field].join("\n"),
      );
    });
  }
});
