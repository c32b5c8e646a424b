import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { UsageError } from "../errors.ts";
import { digestRun } from "../report/digest.ts";
import { changedRun } from "../report/sample-run.test.data.ts";
import { forkTexts } from "./fork-texts.ts";
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
  return fileIn(file, run, serializeRun(run));
}

/** The run in another layout. */
function fileIn(file: string, run: Run, text: string): MergedFile {
  return { file, run: { ...run, forks: [] }, forks: forkTexts(Buffer.from(text), run) };
}

async function textOf(files: Iterable<MergedFile>): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of new Merge().piecesOf(files)) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

async function mergeOf(...runs: Run[]): Promise<Run> {
  const text = await textOf(runs.map((run, n) => fileOf(`${n}.json`, run)));
  return runSchema.parse(JSON.parse(text));
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
  test("loses nothing: every file can be made again", async () => {
    const runs = fc.array(fc.record({ forks: fc.nat(2), elsewhere: fc.boolean() }), {
      minLength: 1,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(runs, async (kinds) => {
        const parts = kinds.map((kind, n) =>
          nth(n, (run) => {
            run.forks.splice(kind.forks);
            run.warnings.push({ code: `code-${n % 2}`, message: `Message ${n}.`, remedy: "Wait." });
            if (kind.elsewhere) elsewhere(run);
          }),
        );
        assert.deepEqual(partsOf(await mergeOf(...parts)), parts);
      }),
      { numRuns: 20 },
    );
  });

  test("numbers the forks anew, and sums what is a sum", async () => {
    const merged = await mergeOf(nth(3), nth(1));
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

  test("takes merged files, and keeps what they were merged from", async () => {
    const [a, b, c] = [nth(1), nth(2), nth(3, elsewhere)];
    const nested = await mergeOf(await mergeOf(a, b), c);
    assert.deepEqual(partsOf(nested), [a, b, c]);
    assert.deepEqual(
      nested.sources?.map(({ file }) => file),
      ["0.json", "1.json", "1.json"],
    );
  });

  test("copies the text of forks, whatever the layout of the file", async () => {
    const run = nth(1);
    const plain = await textOf([fileOf("a", run)]);
    const spaced = fileIn("a", run, JSON.stringify(run, null, 2));
    assert.equal(await textOf([spaced]), plain);
    const exact = serializeRun(run).replace('"elapsedMs":4700', '"elapsedMs":4.7000e3');
    const text = await textOf([fileIn("a", run, exact)]);
    assert.match(text, /"elapsedMs":4\.7000e3/);
  });

  test("is misled by no text of a file", async () => {
    const hostile = nth(1, (run) => {
      const [fork] = run.forks;
      Object.assign(fork ?? {}, {
        status: "crashed",
        error: '}],"warnings":[{"index":1,"strategies":[',
        strategies: ["warnings", '"forks":[{"index":0', ",{"],
      });
    });
    assert.deepEqual(partsOf(await mergeOf(hostile, nth(2))), [hostile, nth(2)]);
  });

  test("warns where hosts or builds differ, and tells each other warning once", async () => {
    const load = { code: "load", message: "The load average is 2.", remedy: "Wait." };
    const noisy = (run: Run) => run.warnings.push(load);
    const other = nth(3, (run) => {
      elsewhere(run);
      Object.assign(run.tool, { commit: "0000000aaaaa" });
    });
    const { warnings } = await mergeOf(nth(1, noisy), nth(2, noisy), other);
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
    const hosts = digestRun(await mergeOf(nth(1), other)).identity.host;
    assert.match(hosts, /^2 hosts: bench1, bench2; the first: bench1, Linux/);
    const busier = nth(2, ({ host }) => Object.assign(host, { loadAverage: 7 }));
    assert.deepEqual((await mergeOf(nth(1), busier)).warnings, []);
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
    test(`refuses ${what}`, async () => {
      const files = [fileOf("a.json", nth(1)), fileOf("b.json", nth(2, change))];
      await assert.rejects(textOf(files), sentence);
      await assert.rejects(textOf(files), UsageError);
    });
  }
});
