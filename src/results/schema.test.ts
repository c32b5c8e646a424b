import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { callClasses } from "../model.ts";
import { sampleRun } from "../report/sample-run.test.data.ts";
import { publishedSchemas } from "./published.ts";
import { type Arm, type Run, runSchema } from "./schema.ts";
import { jsonSchemaOf } from "./store.ts";

const run = sampleRun({ forks: 1, scenarios: ["hot"], actors: [2] });

/** The run with one arm changed. */
function withArm(change: (arm: Arm) => object): Run {
  const [fork] = run.forks;
  const trials = fork?.trials.map((trial) => ({ ...trial, arms: trial.arms.map(change) }));
  return { ...run, forks: [{ ...fork, trials }] } as Run;
}

const counts = (change: object) =>
  withArm((arm) => ({ ...arm, counts: { ...arm.counts, ...change } }));
const fork = (change: object) => ({ ...run, forks: [{ ...run.forks[0], ...change }] }) as Run;

const table: readonly [what: string, run: unknown, path: string | undefined][] = [
  ["a run", run, undefined],
  ["a fork that never was ready", fork({ readyMs: undefined, calibration: undefined }), undefined],
  ["another tool", { ...run, tool: { ...run.tool, name: "other" } }, "tool.name"],
  ["half a call", counts({ placed: 1.5 }), "forks.0.trials.0.arms.0.counts.placed"],
  ["less than no call", counts({ failed: -1 }), "forks.0.trials.0.arms.0.counts.failed"],
  ["a count as text", counts({ attempts: "7" }), "forks.0.trials.0.arms.0.counts.attempts"],
  [
    "a class that is none",
    withArm((arm) => ({ ...arm, distributions: { won: arm.distributions.placed } })),
    "forks.0.trials.0.arms.0.distributions.won",
  ],
  ["an arena that is no address", withArena("200000000000"), "forks.0.trials.0.arena.start"],
  ["a status that is none", fork({ status: "lost" }), "forks.0.status"],
  [
    "ticks that do not pass",
    fork({ calibration: calibration(0) }),
    "forks.0.calibration.ticksPerNs",
  ],
];

for (const [what, value, path] of table) {
  test(`runSchema ${path === undefined ? "takes" : "refuses"} ${what}`, () => {
    const parsed = runSchema.safeParse(value);
    const issue = parsed.error?.issues[0];
    const place = issue && [...issue.path, ...("keys" in issue ? issue.keys : [])].join(".");
    assert.equal(place, path);
  });
}

test("runSchema takes no field that it does not know, at any depth", () => {
  const places: [object, unknown][] = [
    [run, { ...run, extra: 1 }],
    [run.host, { ...run, host: { ...run.host, extra: 1 } }],
    [run.forks, fork({ extra: 1 })],
    [run.forks, counts({ extra: 1 })],
  ];
  for (const [, value] of places) assert.equal(runSchema.safeParse(value).success, false);
});

test("jsonSchemaOf() names every class, and requires every top field but that of merges", () => {
  const text = jsonSchemaOf(runSchema);
  const schema = JSON.parse(text);
  const fields = Object.keys(runSchema.shape).filter((field) => field !== "sources");
  assert.deepEqual(schema.required.toSorted(), fields.toSorted());
  assert.equal(schema.additionalProperties, false);
  for (const name of callClasses) assert.ok(text.includes(`"${name}"`), name);
});

test("the published schemas are those of the source", () => {
  for (const [name, schema] of Object.entries(publishedSchemas)) {
    const file = `results/${name}.schema.json`;
    assert.equal(readFileSync(file, "utf8"), jsonSchemaOf(schema), `${file}: run npm run schema`);
  }
});

function withArena(start: string): Run {
  const trials = run.forks[0]?.trials.map((trial) => ({
    ...trial,
    arena: { ...trial.arena, start },
  }));
  return fork({ trials });
}

function calibration(ticksPerNs: number) {
  return { ticksPerNs, errorPpm: 0, overNs: 1 };
}
