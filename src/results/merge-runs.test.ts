import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { UsageError } from "../errors.ts";
import { digestRun } from "../report/digest.ts";
import { changedRun } from "../report/sample-run.test.data.ts";
import { Merge, type MergedFile } from "./merge-runs.ts";
import { type Run, runSchema } from "./schema.ts";
import { serializeRun } from "./store.ts";

const choice = { forks: 2, scenarios: ["spread"], actors: [2] };

/** The n-th run of the plan, by its seed and start. */
function nth(n: number, change: (run: Run) => void = () => {}): Run {
  return changedRun((run) => {
    run.options.seed = n;
    run.startedAt = new Date(Date.UTC(2026, 0, 1, n)).toISOString();
    change(run);
  }, choice);
}

function fileOf(file: string, run: Run): MergedFile {
  return { file, run, bytes: Buffer.from(serializeRun(run)) };
}

function textOf(files: Iterable<MergedFile>): string {
  return Buffer.concat([...new Merge().piecesOf(files)]).toString();
}

function mergeOf(...runs: Run[]): Run {
  return runSchema.parse(JSON.parse(textOf(runs.map((run, n) => fileOf(`${n}.json`, run)))));
}

/** What was merged, made again of the merged run. */
function partsOf(merged: Run): Run[] {
  const { sources = [], ...common } = merged;
  return sources.map(({ file: _, options, forks: { first, count }, ...own }) => ({
    ...common,
    ...own,
    options: { ...common.options, ...options },
    forks: merged.forks.slice(first, first + count).map((fork, index) => ({ ...fork, index })),
  }));
}

const elsewhere = (run: Run) => Object.assign(run.host, { hostname: "bench2", cpuModel: "Xeon" });

describe("Merge", () => {
  test("loses nothing: every file can be made again", () => {
    const runs = fc.array(fc.record({ forks: fc.nat(2), elsewhere: fc.boolean() }), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(runs, (kinds) => {
        const parts = kinds.map((kind, n) =>
          nth(n, (run) => {
            run.forks.splice(kind.forks);
            run.warnings.push({ code: `code-${n % 2}`, message: `Message ${n}.`, remedy: "Wait." });
            if (kind.elsewhere) elsewhere(run);
          }),
        );
        assert.deepEqual(partsOf(mergeOf(...parts)), parts);
      }),
      { numRuns: 20 },
    );
  });

  test("numbers the forks anew, and sums what is a sum", () => {
    const merged = mergeOf(nth(3), nth(1));
    assert.deepEqual(
      merged.forks.map(({ index }) => index),
      [0, 1, 2, 3],
    );
    assert.equal(merged.startedAt, "2026-01-01T01:00:00.000Z");
    assert.equal(merged.elapsedMs, 2 * nth(1).elapsedMs);
    assert.equal(merged.options.forks, 4);
    assert.equal(merged.options.timeSeconds, 120);
    assert.equal(merged.options.seed, 3);
    const { scenarios, identity } = digestRun(merged);
    assert.equal(scenarios[0]?.tables[0]?.rows[0]?.forks, 4);
    assert.deepEqual([identity.forks.planned, identity.forks.complete], [4, 4]);
  });

  test("takes merged files, and keeps what they were merged from", () => {
    const [a, b, c] = [nth(1), nth(2), nth(3, elsewhere)];
    const nested = mergeOf(mergeOf(a, b), c);
    assert.deepEqual(partsOf(nested), [a, b, c]);
    assert.deepEqual(
      nested.sources?.map(({ file }) => file),
      ["0.json", "1.json", "1.json"],
    );
  });

  test("copies the text of forks, whatever the layout of the file", () => {
    const run = nth(1);
    const plain = textOf([fileOf("a", run)]);
    const spaced = { ...fileOf("a", run), bytes: Buffer.from(JSON.stringify(run, null, 2)) };
    assert.equal(textOf([spaced]), plain);
    const exact = serializeRun(run).replace('"elapsedMs":4700', '"elapsedMs":4.7000e3');
    const text = textOf([{ ...fileOf("a", run), bytes: Buffer.from(exact) }]);
    assert.match(text, /"elapsedMs":4\.7000e3/);
  });

  test("is misled by no text of a file", () => {
    const hostile = nth(1, (run) => {
      const [fork] = run.forks;
      Object.assign(fork ?? {}, {
        status: "crashed",
        error: '}],"warnings":[{"index":1,"strategies":[',
        strategies: ["warnings", '"forks":[{"index":0', ",{"],
      });
    });
    assert.deepEqual(partsOf(mergeOf(hostile, nth(2))), [hostile, nth(2)]);
  });

  test("warns where hosts or builds differ, and tells each other warning once", () => {
    const load = { code: "load", message: "The load average is 2.", remedy: "Wait." };
    const noisy = (run: Run) => run.warnings.push(load);
    const other = nth(3, (run) => {
      elsewhere(run);
      Object.assign(run.tool, { commit: "0000000aaaaa" });
    });
    const { warnings } = mergeOf(nth(1, noisy), nth(2, noisy), other);
    assert.deepEqual(
      warnings.map(({ code }) => code),
      ["hosts-differ", "tools-differ", "load"],
    );
    assert.match(
      warnings[0]?.message ?? "",
      /of 2 hosts, which differ in hostname, cpuModel: abso/,
    );
    assert.match(
      warnings[1]?.message ?? "",
      /2 builds: 0\.1\.0 \(e6217015c87b\), 0\.1\.0 \(0000000a/,
    );
    assert.match(warnings[2]?.message ?? "", /^In 2 of 3 merged files: The load average is 2\.$/);
    const hosts = digestRun(mergeOf(nth(1), other)).identity.host;
    assert.match(hosts, /^2 hosts: bench1, bench2; the first: bench1, Linux/);
    const busier = nth(2, ({ host }) => Object.assign(host, { loadAverage: 7 }));
    assert.deepEqual(mergeOf(nth(1), busier).warnings, []);
  });

  const table: [what: string, change: (run: Run) => void, sentence: RegExp][] = [
    [
      "another plan",
      ({ options }) => Object.assign(options, { actors: [1, 2], touch: true }),
      /b\.json is no run of the same plan as a\.json: --actors 1,2, not 2; --touch yes, not no/,
    ],
    [
      "another probe",
      ({ probe }) => Object.assign(probe, { kind: "libc" }),
      /the libc probe, not the native one/,
    ],
    ["another clock", ({ probe }) => Object.assign(probe, { clock: "sun" }), /the clock sun, not/],
    [
      "another kernel's answer",
      (run) => Object.assign(run, { flagVerdict: "ignored" }),
      /MAP_FIXED_NOREPLACE ignored, not supported.*Leave it out, or compare the two: noclobber rep/,
    ],
    [
      "a run that was interrupted",
      (run) => Object.assign(run, { status: "interrupted" }),
      /b\.json does not fit: it was interrupted, after 2 forks/,
    ],
    [
      "a run that is under way",
      (run) => Object.assign(run, { status: "running" }),
      /it was never finished/,
    ],
    [
      "the same run",
      (run) => Object.assign(run, { startedAt: nth(1).startedAt }),
      /b\.json and a\.json hold the same run, of bench1 at 2026-01-01T01:00:00\.000Z: .* twice/,
    ],
  ];
  for (const [what, change, sentence] of table) {
    test(`refuses ${what}`, () => {
      const files = [fileOf("a.json", nth(1)), fileOf("b.json", nth(2, change))];
      assert.throws(() => textOf(files), sentence);
      assert.throws(() => textOf(files), UsageError);
    });
  }
});
