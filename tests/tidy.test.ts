/**
 * The structure as a test: imports follow the arrows of the architecture, each dependency has one
 * door, nothing goes in circles, and files stay small enough to be read.
 */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { test } from "node:test";

const leaves = ["src/model.ts", "src/errors.ts", "src/units.ts"];
const schema = "src/results/schema.ts";

/** Where each folder's files may import from, beside their own folder. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  "src/stats": [],
  "src/results": leaves,
  "src/sys": [...leaves, schema],
  "src/strategies": ["src/sys/constants.ts"],
  "src/scenarios": [],
  "src/probe": [...leaves, schema, "src/sys"],
  "src/windows": [...leaves, "src/sys"],
  "src/measure": [
    ...leaves,
    "src/results/histogram.ts",
    schema,
    "src/sys",
    "src/probe",
    "src/windows",
    "src/strategies",
  ],
  "src/search": [...leaves, "src/sys", "src/probe"],
  "src/retry": leaves,
  "src/profiles": [...leaves, "src/reserve/way.ts"],
  "src/reserve": [
    ...leaves,
    schema,
    "src/results/path-schema.ts",
    "src/results/histogram.ts",
    "src/sys",
    "src/probe",
    "src/search",
    "src/retry",
    "src/strategies",
    "src/measure",
    "src/profiles/profile.ts",
  ],
  "src/litmus": [...leaves, "src/sys", "src/windows", "src/measure/tally.ts"],
  "src/litmus/races": ["src/litmus"],
  "src/litmus/scripts": [...leaves, "src/litmus", "src/sys", "src/windows"],
  "src/facts": [
    ...leaves,
    schema,
    "src/results/doctor-schema.ts",
    "src/sys",
    "src/windows",
    "src/probe/native.ts",
  ],
  "src/orchestrate": [
    ...leaves,
    schema,
    "src/results/litmus-schema.ts",
    "src/results/path-schema.ts",
    "src/results/sweep-schema.ts",
    "src/litmus",
    "src/profiles",
    "src/reserve",
    "src/sys",
    "src/probe",
    "src/windows",
    "src/strategies",
    "src/scenarios",
    "src/measure",
    "workers/actor.ts",
  ],
  "src/report": [
    ...leaves,
    schema,
    "src/results/path-schema.ts",
    "src/results/sweep-schema.ts",
    "src/results/litmus-schema.ts",
    "src/results/doctor-schema.ts",
    "src/results/gate-schema.ts",
    "src/results/advice-schema.ts",
    "src/results/policy-schema.ts",
    "src/results/history.ts",
    "src/results/histogram.ts",
    "src/results/packed-histogram.ts",
    "src/results/fingerprint.ts",
    "src/stats",
    "src/strategies",
    "src/scenarios",
  ],
  "src/gate": [
    ...leaves,
    schema,
    "src/results/gate-schema.ts",
    "src/results/policy-schema.ts",
    "src/results/histogram.ts",
    "src/results/fingerprint.ts",
    "src/stats",
    "src/strategies",
    "src/scenarios",
    "src/report/roles.ts",
    "src/results/history.ts",
    "src/report/samples.ts",
    "src/report/slowdown.ts",
  ],
  "src/advice": [
    ...leaves,
    schema,
    "src/results/path-schema.ts",
    "src/results/advice-schema.ts",
    "src/sys/version.ts",
    "src/report/path-samples.ts",
    "src/report/path-rows.ts",
    "src/report/path-safety.ts",
    "src/report/safety.ts",
    "src/report/samples.ts",
    "src/report/wording.ts",
  ],
  workers: [
    "src/errors.ts",
    "src/model.ts",
    "src/litmus",
    schema,
    "src/results/merge-runs.ts",
    "src/sys",
    "src/probe",
    "src/reserve",
    "src/windows",
    "src/measure",
    "src/orchestrate",
  ],
};

/** The only file that may import a package with a door. */
const doors: Readonly<Record<string, string>> = {
  koffi: "src/sys/libc.ts",
  piscina: "src/orchestrate/trial.ts",
  "hdr-histogram-js": "src/results/histogram.ts",
  "junit-report-builder": "src/report/junit.ts",
  tinybench: "src/measure/floor.ts",
  "@observablehq/plot": "src/report/draw-panel.ts",
  linkedom: "src/report/draw-panel.ts",
};

const mostLines = 400;
const mostColumns = 100;

interface SourceFile {
  readonly path: string;
  readonly text: string;
  /** Paths from the root for own files, names for packages. */
  readonly imports: readonly string[];
}

const files = ["bench", "src", "workers"]
  .flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" }).map((f) => join(folder, f)),
  )
  .filter((path) => path.endsWith(".ts"))
  .map(readSource);
const products = files.filter(({ path }) => !/\.test(\.data)?\.ts$/.test(path));

test("imports follow the arrows", () => {
  for (const [folder, allowed] of Object.entries(arrows)) {
    for (const file of products.filter(({ path }) => dirname(path) === folder)) {
      for (const target of file.imports.filter(isOwn)) {
        const fits = [folder, ...allowed].some(
          (place) => target === place || target.startsWith(`${place}/`),
        );
        assert.ok(fits, `${file.path} imports ${target}: not an arrow of ${folder}`);
      }
    }
  }
});

test("leaves import nothing, stats nothing but each other", () => {
  for (const file of products) {
    if (leaves.includes(file.path)) assert.deepEqual(file.imports, [], file.path);
    if (dirname(file.path) === "src/stats") {
      assert.deepEqual(
        file.imports.filter((name) => !name.startsWith("src/stats/")),
        [],
        file.path,
      );
    }
  }
});

test("every dependency with a door is imported there alone", () => {
  for (const [name, door] of Object.entries(doors)) {
    const importers = products.filter((file) => file.imports.includes(name));
    assert.deepEqual(
      importers.map(({ path }) => path),
      [door],
      name,
    );
  }
});

test("commands that only read files run where there is no C library of Linux", () => {
  const importsOf = new Map(products.map((file) => [file.path, file.imports.filter(isOwn)]));
  const commands = ["baseline", "history", "merge", "report"];
  const reached = new Set([
    ...commands.map((name) => `bench/commands/${name}.ts`),
    // What is advised rests on a file, wherever that was measured.
    ...products.map(({ path }) => path).filter((path) => dirname(path) === "src/advice"),
  ]);
  for (const path of reached) for (const next of importsOf.get(path) ?? []) reached.add(next);
  assert.deepEqual(
    [...reached].filter((path) => path === doors["koffi"]),
    [],
  );
});

test("no imports in a circle, type imports included", () => {
  const importsOf = new Map(products.map((file) => [file.path, file.imports.filter(isOwn)]));
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): void => {
    assert.ok(!trail.includes(path), `a circle: ${[...trail, path].join(" -> ")}`);
    if (done.has(path)) return;
    for (const next of importsOf.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const { path } of products) visit(path, []);
});

test("no bag files, no long files, no long lines", () => {
  for (const { path, text } of files) {
    const lines = text.split("\n");
    assert.doesNotMatch(path, /\b(utils?|common|helpers?)\b/);
    assert.ok(lines.length <= mostLines, `${path} has ${lines.length} lines`);
    const long = lines.findIndex((line) => line.length > mostColumns);
    assert.equal(long, -1, `${path}:${long + 1} is over ${mostColumns} columns`);
  }
});

test("every product file opens by saying what it owns, or is one declaration", () => {
  for (const { path, text } of products) {
    const opening = text.replace(/^#!.*\n/, "");
    const isSmall = text.split("\n").length < 40;
    assert.ok(opening.startsWith("/**") || isSmall, `${path} does not open with a comment`);
  }
});

function readSource(path: string): SourceFile {
  const text = readFileSync(path, "utf8");
  const names = [
    ...text.matchAll(/^(?:import|export)\b[^;]*?\bfrom "([^"]+)";|\bimport\("([^"]+)"\)/gm),
  ];
  const imports = names
    .map((match) => (match[1] ?? match[2]) as string)
    .map((name) => (name.startsWith(".") ? normalize(join(dirname(path), name)) : name));
  return { path, text, imports };
}

function isOwn(name: string): boolean {
  return name.endsWith(".ts");
}
