import assert from "node:assert/strict";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import fc from "fast-check";
import { exactGate, sampleGate, unpairedGate } from "../report/sample-gate.test.data.ts";
import { sampleLine, sampleMetric } from "./history.test.data.ts";
import {
  appendHistory,
  historyLineOf,
  historyLineSchema,
  mostHistoryBytes,
  mostLines,
  readHistory,
} from "./history.ts";

/** A history's path in a folder that is gone after the test. */
function pathIn(context: TestContext, text?: string): string {
  const folder = mkdtempSync(join(tmpdir(), "noclobber-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "history.jsonl");
  if (text !== undefined) writeFileSync(path, text);
  return path;
}

const textOf = (...lines: readonly unknown[]) =>
  lines.map((line) => `${typeof line === "string" ? line : JSON.stringify(line)}\n`).join("");

describe("historyLineOf()", () => {
  test("keeps the verdict, the sides and every judged metric of a gate", () => {
    const gate = unpairedGate();
    const line = historyLineOf(gate, "results/gate-1/gate.json");
    assert.deepEqual(historyLineSchema.parse(line), line);
    const { metrics, ...facts } = line;
    const candidate = gate.sides.find(({ role }) => role === "candidate");
    assert.deepEqual(facts, {
      schemaVersion: 1,
      at: gate.startedAt,
      fingerprint: candidate?.fingerprint,
      commit: candidate?.tool.commit,
      comparison: "unpaired",
      verdict: gate.verdict,
      baselineAt: gate.sides.find(({ role }) => role === "baseline")?.startedAt,
      run: "results/gate-1/gate.json",
    });
    assert.deepEqual(
      metrics.map(({ name, verdict }) => [name, verdict]),
      gate.metrics.map(({ name, verdict }) => [name, verdict]),
    );
    const [slowdown] = gate.metrics.map((metric) => metric.slowdown);
    assert.ok(slowdown?.state === "interval");
    const { estimate, lo, hi } = slowdown;
    assert.deepEqual(metrics[0], {
      name: gate.metrics[0]?.name,
      candidate: gate.metrics[0]?.candidate.median,
      baseline: gate.metrics[0]?.baseline.median,
      slowdown: { estimate, lo, hi },
      verdict: gate.metrics[0]?.verdict,
    });
  });

  test("has no baseline where there was none, no commit, and no interval of too few", () => {
    const exact = exactGate();
    for (const side of exact.sides) delete side.tool.commit;
    const line = historyLineOf(exact, "gate.json");
    assert.deepEqual([line.baselineAt, line.metrics, "commit" in line], [null, [], false]);
    const gate = sampleGate();
    const slowdown = { state: "too-few" as const, estimate: 0.1, n: 3, needed: 8 };
    const few = { ...gate, metrics: gate.metrics.map((metric) => ({ ...metric, slowdown })) };
    assert.equal(historyLineOf(few, "gate.json").metrics[0]?.slowdown, null);
  });
});

describe("appendHistory()", () => {
  test("makes the folder and the file, and adds what readHistory() reads", (t) => {
    const path = join(pathIn(t), "..", "deep", "er", "history.jsonl");
    assert.deepEqual(readHistory(path), []);
    const lines = [sampleLine(0), sampleLine(1, { metrics: [] }), sampleLine(2)];
    for (const line of lines) appendHistory(path, line);
    assert.deepEqual(readHistory(path), lines);
    assert.deepEqual(readdirSync(join(path, "..")), ["history.jsonl"]);
  });

  test("keeps the newest lines, each as it was written", (t) => {
    const older = Array.from({ length: mostLines }, (_, day) => JSON.stringify(sampleLine(day)));
    const loose = older.with(1, (older[1] as string).replaceAll(",", " ,\t"));
    const path = pathIn(t, `\n${loose.join("\r\n\n")}`);
    const added = sampleLine(mostLines);
    appendHistory(path, added);
    const kept = loose
      .slice(1)
      .map((text, index) => (index === mostLines - 2 ? text : `${text}\r`));
    assert.equal(readFileSync(path, "utf8"), textOf(...kept, added));
    assert.equal(readHistory(path).length, mostLines);
  });

  test("adds nothing that readHistory() would refuse", (t) => {
    const path = pathIn(t);
    const line = { ...sampleLine(0), at: "yesterday" };
    assert.throws(() => appendHistory(path, line), { name: "ZodError" });
    assert.deepEqual(readHistory(path), []);
  });

  test("leaves a file with a bad line as it is", (t) => {
    const text = textOf(sampleLine(0), "my notes", sampleLine(1));
    const path = pathIn(t, text);
    assert.throws(() => appendHistory(path, sampleLine(2)), {
      name: "UsageError",
      message: /, line 2 is not JSON \(8 characters\)\. Correct or delete that line/,
    });
    assert.equal(readFileSync(path, "utf8"), text);
  });

  test("says what it cannot write, and leaves what was there", (t) => {
    const path = pathIn(t, textOf(sampleLine(0)));
    const below = join(path, "history.jsonl");
    assert.throws(() => appendHistory(below, sampleLine(1)), {
      name: "UsageError",
      message: /^Cannot (read|write) .*(ENOTDIR|EEXIST)/,
    });
    assert.equal(readHistory(path).length, 1);
    if (process.getuid?.() === 0) return;
    const folder = join(path, "..");
    chmodSync(folder, 0o500);
    t.after(() => chmodSync(folder, 0o700));
    assert.throws(() => appendHistory(path, sampleLine(1)), /Cannot write .*EACCES.* as it was/);
    assert.equal(readHistory(path).length, 1);
  });
});

describe("readHistory()", () => {
  const good = sampleLine(0);
  const table: [what: string, line: unknown, message: RegExp][] = [
    ["text", "regressed", /line 2 is not JSON \(9 characters\)\. Correct or delete that line, or/],
    ["a truncated line", JSON.stringify(good).slice(0, 50), /line 2 is not JSON \(50 characters\)/],
    ["a conflict marker", "<<<<<<< HEAD", /line 2 is not JSON/],
    ["null", null, /line 2 is not a gate's: the whole: .* Correct or delete that line/],
    ["an array", [good], /line 2 is not a gate's: the whole: /],
    [
      "a result file",
      { schemaVersion: 2, tool: {} },
      /line 2 has schema version 2, this .* reads 1/,
    ],
    ["a version as text", { ...good, schemaVersion: "1" }, /line 2 is not a gate's: schemaVersion/],
    ["a field too many", { ...good, surplus: 1 }, /is not a gate's: the whole: .*"surplus"/],
    ["a field missing", { ...good, metrics: undefined }, /is not a gate's: metrics: /],
    ["an unknown verdict", { ...good, verdict: "fine" }, /is not a gate's: verdict: /],
    ["a date that is none", { ...good, at: "today" }, /is not a gate's: at: /],
    [
      "a number without end",
      JSON.stringify({ ...good, metrics: [sampleMetric("p50", 7)] }).replace(":7,", ":1e999,"),
      /is not a gate's: metrics\.0\.candidate: /,
    ],
  ];
  for (const [what, line, message] of table) {
    test(`says which line is ${what}`, (t) => {
      const path = pathIn(t, textOf(good, line));
      assert.throws(
        () => readHistory(path),
        (error: Error) => {
          assert.equal(error.name, "UsageError");
          assert.ok(error.message.startsWith(`${path}, line 2 `), error.message);
          assert.match(error.message, message);
          return true;
        },
      );
    });
  }

  test("passes over empty lines, and is empty where the file is", (t) => {
    assert.deepEqual(readHistory(pathIn(t, "")), []);
    assert.deepEqual(readHistory(pathIn(t, "\n\r\n  \n")), []);
    assert.deepEqual(readHistory(pathIn(t, `\ufeff${textOf("", good, "", good)}`)), [good, good]);
  });

  test("refuses what is no file, too large, or no text", (t) => {
    const path = pathIn(t, "");
    const at = (name: string) => join(path, "..", name);
    mkdirSync(at("folder"));
    symlinkSync("/dev/zero", at("endless"));
    writeFileSync(at("large"), "");
    truncateSync(at("large"), mostHistoryBytes + 1);
    writeFileSync(at("latin"), Buffer.from([0x22, 0xe9, 0x22]));
    const reasons: [name: string, reason: RegExp][] = [
      ["folder", /: it is not a regular file\. Move it/],
      ["endless", /: it is not a regular file\. Move it/],
      ["large", /: it has 16777217 bytes, 16777216 at most\. Move it/],
      ["latin", /: .*not valid.*utf-8\. Move it/i],
    ];
    for (const [name, reason] of reasons) {
      assert.throws(() => readHistory(at(name)), { name: "UsageError", message: reason });
    }
  });

  test("meets any text with lines or a UsageError, and appendHistory() never loses a byte", (t) => {
    const path = pathIn(t);
    const whole = textOf(sampleLine(0), sampleLine(1, { metrics: [], baselineAt: null }));
    const mutated = fc
      .tuple(fc.nat(whole.length), fc.nat(9), fc.string({ unit: "binary", maxLength: 9 }))
      .map(([at, gone, put]) => whole.slice(0, at) + put + whole.slice(at + gone));
    const keys = fc.constantFrom(...Object.keys(sampleLine(0)), "__proto__");
    const objects = fc.dictionary(keys, fc.jsonValue()).map((value) => textOf(value));
    const any = fc.oneof(mutated, objects, fc.string({ unit: "binary" }), fc.json());
    const bytes = fc.oneof(
      any.map((text) => Buffer.from(text)),
      fc.uint8Array().map(Buffer.from),
    );
    fc.assert(
      fc.property(bytes, (content) => {
        writeFileSync(path, content);
        try {
          const before = readHistory(path);
          appendHistory(path, sampleLine(9));
          assert.deepEqual(readHistory(path), [...before, sampleLine(9)]);
        } catch (error) {
          assert.equal((error as Error).name, "UsageError", String(error));
          assert.deepEqual(readFileSync(path), Buffer.from(content));
        }
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});
