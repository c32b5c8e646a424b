import assert from "node:assert/strict";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { samplePath } from "../report/sample-path.test.data.ts";
import { sampleRun } from "../report/sample-run.test.data.ts";
import { sampleSweep } from "../report/sweep-sample.test.data.ts";
import type { PathRun } from "./path-schema.ts";
import type { Run } from "./schema.ts";
import {
  openingOf,
  pathResultPath,
  readRun,
  refuseForeignFile,
  resultPath,
  serializePath,
  serializeRun,
  serializeSweep,
  sweepResultPath,
  writeAtomically,
  writePieces,
} from "./store.ts";

const run = sampleRun({ forks: 2, actors: [1] });

function folderOf(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "noclobber-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test("readRun() reads what serializeRun() wrote", (t) => {
  const path = join(folderOf(t), "run.json");
  writeAtomically(path, serializeRun(run));
  assert.deepEqual(readRun(path), run);
});

test("serializeRun() refuses a run that readRun() would refuse", () => {
  const broken: [what: string, run: Partial<Run>][] = [
    ["a field too many", { surplus: 1 } as Partial<Run>],
    ["a negative time", { elapsedMs: -1 }],
    ["not a number", { elapsedMs: Number.NaN }],
    ["another status", { status: "done" as "complete" }],
    ["a date that is none", { startedAt: "yesterday" }],
  ];
  for (const [what, change] of broken) {
    assert.throws(() => serializeRun({ ...run, ...change }), { name: "ZodError" }, what);
  }
});

test("serializePath() writes what the schema says, and nothing else", () => {
  const path = samplePath(1);
  assert.deepEqual(JSON.parse(serializePath(path)), path);
  const broken: readonly Partial<PathRun>[] = [
    { surplus: 1 } as Partial<PathRun>,
    { elapsedMs: Number.NaN },
    { vmas: 0.5 },
    { profiles: [{ ...path.profiles[0], low: "200000000" } as PathRun["profiles"][number]] },
  ];
  for (const change of broken) {
    assert.throws(() => serializePath({ ...path, ...change }), { name: "ZodError" });
  }
  assert.equal(pathResultPath("results", path), "results/profiles-2026-01-15T09-30-00-bench1.json");
});

test("resultPath() sorts by time and has no character that a file system dislikes", () => {
  const host = { ...run.host, hostname: "a b/c:d.example-1" };
  const startedAt = "2026-01-15T09:30:07.123Z";
  assert.equal(
    resultPath("results", { ...run, host, startedAt }),
    "results/2026-01-15T09-30-07-a_b_c_d.example-1.json",
  );
});

test("a sweep's file is called after what is swept, and refuses what reading would", () => {
  const sweep = sampleSweep("windows", { forks: 1 });
  assert.equal(
    sweepResultPath("results", sweep),
    "results/sweep-windows-2026-01-15T09-30-00-bench1.json",
  );
  assert.deepEqual(JSON.parse(serializeSweep(sweep)), sweep);
  assert.throws(() => serializeSweep({ ...sweep, axis: "seed" as "size" }), { name: "ZodError" });
});

test("writeAtomically() makes folders, replaces files whole, and leaves nothing else", (t) => {
  const folder = join(folderOf(t), "deep", "er");
  const path = join(folder, "run.json");
  for (const text of ["first, and longer", "second"]) {
    writeAtomically(path, text);
    assert.equal(readFileSync(path, "utf8"), text);
  }
  assert.deepEqual(readdirSync(folder), ["run.json"]);
});

test("writeAtomically() and writePieces() leave who may read a file as it is", async (t) => {
  const folder = folderOf(t);
  const modeOf = (path: string) => statSync(path).mode & 0o777;
  const usual = join(folder, "usual");
  writeFileSync(usual, "");
  for (const mode of [0o600, 0o640, 0o666, 0o400]) {
    const path = join(folder, `file-${mode}`);
    const ways = [
      () => writeAtomically(path, "new"),
      () => writePieces(path, [Buffer.from("new")]),
    ];
    for (const write of ways) {
      writeFileSync(path, "old");
      chmodSync(path, mode);
      await write();
      assert.equal(modeOf(path), mode);
      chmodSync(path, 0o600);
      assert.equal(readFileSync(path, "utf8"), "new");
    }
  }
  writeAtomically(join(folder, "new"), "");
  assert.equal(modeOf(join(folder, "new")), modeOf(usual));
});

test("writeAtomically() throws the system's reason, and leaves what was there", (t) => {
  const folder = folderOf(t);
  writeFileSync(join(folder, "file"), "kept");
  mkdirSync(join(folder, "folder"));
  const table: [path: string, reason: RegExp][] = [
    [join(folder, "file", "run.json"), /ENOTDIR|EEXIST/],
    [join(folder, "folder"), /EISDIR/],
    // Where mkdir's own recursion would not end.
    ["/proc/nowhere/run.json", /ENOENT/],
  ];
  for (const [path, reason] of table) {
    assert.throws(() => writeAtomically(path, "text"), reason);
  }
  assert.deepEqual(readdirSync(folder).sort(), ["file", "folder"]);
  assert.equal(readFileSync(join(folder, "file"), "utf8"), "kept");
});

test("refuseForeignFile() lets results be replaced, and nothing else", (t) => {
  const folder = folderOf(t);
  const at = (name: string) => join(folder, name);
  writeFileSync(at("ours"), serializeRun(run));
  writeFileSync(at("pretty"), JSON.stringify(run, null, 2));
  writeFileSync(at("empty"), "");
  writeFileSync(at("notes"), "my notes");
  writeFileSync(at("other.json"), '{"a":1}');
  symlinkSync("/dev/null", at("link"));
  for (const name of ["ours", "pretty", "empty", "none"]) refuseForeignFile(at(name));
  refuseForeignFile(at("notes"), /^my notes/);
  assert.throws(() => refuseForeignFile(at("ours"), /^my notes/), { name: "UsageError" });
  const table: [path: string, what: string][] = [
    [at("notes"), "a file that noclobber did not write"],
    [at("other.json"), "a file that noclobber did not write"],
    [at("link"), "not a regular file"],
    [folder, "not a regular file"],
    ["/dev/null", "not a regular file"],
  ];
  for (const [path, what] of table) {
    assert.throws(() => refuseForeignFile(path), {
      name: "UsageError",
      message: `Cannot write ${path}: it is ${what}. Name another file.`,
    });
  }
});

test("refuseForeignFile() says why it cannot look", (t) => {
  const file = join(folderOf(t), "file");
  writeFileSync(file, "");
  assert.throws(() => refuseForeignFile(join(file, "run.json")), {
    name: "UsageError",
    message: /^Cannot write .*: ENOTDIR.*Name another file\.$/,
  });
});

const whole = serializeRun(run);
const unreadable: readonly [what: string, text: string, message: RegExp][] = [
  ["an empty file", "", /is not JSON \(0 characters\): truncated\? Name a result file/],
  ["a truncated file", whole.slice(0, 1000), /is not JSON \(1000 characters\): truncated\?/],
  ["a file that is not JSON", "results", /is not JSON \(7 characters\)/],
  ["an older version", '{"schemaVersion":1}', /has schema version 1, this noclobber reads 2\. Use/],
  ["a version as text", '{"schemaVersion":"2"}', /has schema version 2, this noclobber reads 2/],
  ["a version without a text", '{"schemaVersion":{"toString":1}}', /has schema version \(an obj/],
  ["another object", "{}", /is JSON, but no result of noclobber\. Name a result file of `nocl/],
  ["a JSON null", "null", /is JSON, but no result of noclobber/],
  ["a JSON array", "[1]", /is JSON, but no result of noclobber/],
  ["a JSON number", "7", /is JSON, but no result of noclobber/],
  ["a litmus result", '{"litmusSchemaVersion":1}', /is a litmus result, not a run of bench\. Name/],
  ["a gate's result", '{"schemaVersion":1,"kind":"gate"}', /is a gate's result, not a run of be/],
  ["a result of profiles", '{"pathSchemaVersion":1}', /is a result of profiles, not a run of be/],
  ["a doctor's report", '{"doctorSchemaVersion":1}', /is a doctor's report, not a run of bench/],
  ["a file with a field missing", '{"schemaVersion":2}', /is not valid: tool: /],
  [
    "a file with a value out of place",
    JSON.stringify({ ...run, forks: [{ ...run.forks[0], status: "lost" }] }),
    /is not valid: forks\.0\.status: .*, or measure again\.$/,
  ],
];

for (const [what, text, message] of unreadable) {
  test(`readRun() says what is wrong with ${what}`, (t) => {
    const path = join(folderOf(t), "run.json");
    writeFileSync(path, text);
    assert.throws(
      () => readRun(path),
      (error: Error) => {
        assert.equal(error.name, "UsageError");
        assert.ok(error.message.startsWith(path));
        assert.match(error.message, message);
        return true;
      },
    );
  });
}

test("readRun() says what cannot be read", (t) => {
  const folder = folderOf(t);
  for (const [path, reason] of [
    [join(folder, "none.json"), "ENOENT"],
    [folder, "EISDIR"],
  ] as const) {
    assert.throws(() => readRun(path), {
      name: "UsageError",
      message: new RegExp(`^Cannot read ${path}: ${reason}.*Name a result file`),
    });
  }
});

test("writePieces() writes every piece, or leaves what was there", async (t) => {
  const folder = folderOf(t);
  const path = join(folder, "deep/file");
  const pieces = ["a", "", "bc"].map((text) => Buffer.from(text));
  assert.equal(await writePieces(path, pieces), 3);
  assert.equal(readFileSync(path, "utf8"), "abc");
  function* failing() {
    yield Buffer.from("d");
    throw new Error("no more");
  }
  await assert.rejects(writePieces(path, failing()), /no more/);
  await assert.rejects(writePieces(join(path, "below"), pieces), /ENOTDIR/);
  assert.equal(readFileSync(path, "utf8"), "abc");
  assert.deepEqual(readdirSync(join(folder, "deep")), ["file"]);
});

test("openingOf() reads the beginning of a file, however long it is", (t) => {
  const folder = folderOf(t);
  writeFileSync(join(folder, "long"), `begin${" ".repeat(100_000)}end`);
  assert.match(openingOf(join(folder, "long")) ?? "", /^begin +$/);
  assert.equal(openingOf(join(folder, "none")), "");
  assert.equal(openingOf(folder), undefined);
});
