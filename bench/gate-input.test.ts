/** `noclobber gate` on input that is wrong: a sentence and exit code 2, never a stack or a pass. */

import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import fc from "fast-check";
import { digestGate } from "../src/gate/digest.ts";
import { defaultMetrics } from "../src/gate/metrics.ts";
import { replaceIn, soundRun } from "../src/gate/sound-run.test.data.ts";
import { gateAnnotations } from "../src/report/gate-annotations.ts";
import { renderGateJunit } from "../src/report/gate-junit.ts";
import { gateLine, noVerdictLine } from "../src/report/gate-line.ts";
import { renderGateMarkdown } from "../src/report/gate-markdown.ts";
import { renderGate } from "../src/report/gate-terminal.ts";
import { baselineOf } from "../src/results/baseline.ts";
import { type Gate, gateSchema } from "../src/results/gate-schema.ts";
import { historyLineOf, historyLineSchema, readHistory } from "../src/results/history.ts";
import { type Policy, policySchema } from "../src/results/policy-schema.ts";
import { serializeRun } from "../src/results/store.ts";
import { gatherEvidence } from "./gate-evidence.ts";
import { readPolicy } from "./gate-policy.ts";
import { endOf, startProgram, temporaryFolder } from "./program.test.data.ts";

const mistakes: readonly [words: string[], sentence: RegExp][] = [
  [["--baseline", "a.json", "--base", "."], /--baseline compares with a file, .* Choose one\./],
  [["--exact", "--base", "."], /--exact compares nothing\. Choose one\./],
  [["--candidate", "a.json"], /--candidate needs the --baseline that it is compared with/],
  [["--pairs", "9"], /whole number from 10 to 100/],
  [["--on-inconclusive", "ignore"], /Allowed choices are fail, pass/],
  [["--base", "nowhere"], /baseline's checkout nowhere has no dist\/bench\/cli\.js.*npm run build/],
  [["--base", "unbuilt"], /baseline's checkout unbuilt has no dist\/bench\/cli\.js.*npm run build/],
  [["--baseline", "nowhere.json"], /Cannot read nowhere\.json: ENOENT.*Name a result file/],
  [["--policy", "nowhere.json"], /Cannot read nowhere\.json: ENOENT.*the defaults hold/],
  [["--policy", "loose.json"], /toleratedPercent 1 is below slowerPercent 5.* Raise it/],
  [["--junit", "thesis.txt"], /Cannot write thesis\.txt: .* did not write\. Name another file/],
];

// Two at a time: nothing is measured.
describe("gate", { concurrency: 2 }, () => {
  const cwd = mkdtempSync(join(tmpdir(), "noclobber-"));
  after(() => {
    assert.equal(existsSync(join(cwd, "results")), false, "nothing was left behind");
    rmSync(cwd, { recursive: true, force: true });
  });
  mkdirSync(join(cwd, "unbuilt"));
  writeFileSync(join(cwd, "unbuilt/package.json"), '{"name":"noclobber"}');
  writeFileSync(join(cwd, "loose.json"), '{"toleratedPercent":1}');
  writeFileSync(join(cwd, "thesis.txt"), "years of work");
  for (const [words, sentence] of mistakes) {
    test(`${words.join(" ")}: a mistake with a remedy`, async () => {
      await assertMistake(["gate", ...words], cwd, sentence);
    });
  }
});

test("an option that a side's bench does not know is that bench's mistake", async (context) => {
  const words = ["gate", "--base-args", "--frobnicate"];
  const sentence = /unknown option '--frobnicate'.*options of that/s;
  await assertMistake(words, temporaryFolder(context), sentence);
});

async function assertMistake(words: readonly string[], cwd: string, sentence: RegExp) {
  const { code, stdout, stderr } = await endOf(startProgram(words, cwd));
  assert.equal(code, 2, `${words.join(" ")}: ${stderr}`);
  // The parser of the command line ends before anybody asks for a verdict.
  if (stdout !== "") assert.equal(stdout, `${noVerdictLine}\n`);
  assert.match(stderr, sentence);
  assert.doesNotMatch(stderr, /\n\s+at /, "no stack trace");
}

/** Enough forks for intervals of five metrics, and none of the negative control. */
const original = soundRun({ forks: 7, scenarios: ["occupied", "spread"], actors: [1] });
original.forks.splice(7);
const whole = serializeRun(original);
const policy = policySchema.parse({});
const wholePolicy = JSON.stringify({ ...policy, metrics: defaultMetrics.slice(0, 2) });
const wholeHistory = () => `${JSON.stringify(historyLineSchema.parse(line))}\n`.repeat(2);

const folder = mkdtempSync(join(tmpdir(), "noclobber-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const baseline = join(folder, "baseline.json");
const forged = join(folder, "forged.json");
writeFileSync(baseline, serializeRun(baselineOf(original)));

/** What `gate --baseline --candidate` makes of the forged file; undefined where it refuses it. */
async function gateOn(candidate: string, own: Policy = policy): Promise<Gate | undefined> {
  const metrics = own.metrics ?? defaultMetrics;
  const asking = { metrics, policy: own, seed: 1, folder, signal: new AbortController().signal };
  return await unlessRefused(async () => {
    const evidence = await gatherEvidence({
      ...{ ...asking, onPair: () => {}, isOpen: () => false },
      question: { kind: "files", baseline, candidate },
    });
    return digestGate(evidence, metrics, own, occasion);
  });
}

const occasion = {
  ...{ tool: original.tool, command: ["noclobber", "gate"], startedAt: original.startedAt },
  ...{ elapsedMs: 1, notes: [] },
};

/** Lets every error but a mistake's through. */
async function unlessRefused<T>(act: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    if ((error as Error).name !== "UsageError") throw error;
    return undefined;
  }
}

/** Every output of a result, whatever is in it. */
function assertRenders(gate: Gate): void {
  gateSchema.parse(gate);
  historyLineSchema.parse(historyLineOf(gate, "gate.json"));
  const texts = [renderGate(gate, { width: 100, colour: false }), gateLine(gate)];
  texts.push(renderGateMarkdown(gate), renderGateJunit(gate), gateAnnotations(gate));
  assert.ok(texts.every((text) => text !== ""));
}

const line = historyLineOf(
  digestGate(
    { kind: "exact", candidate: { run: original, path: "a.json" }, why: "" },
    defaultMetrics,
    policy,
    occasion,
  ),
  "gate.json",
);

const deep = (levels: number) => `${"[".repeat(levels)}${"]".repeat(levels)}`;

/** Instead of a leaf; JSON, as it stands in the file. */
const leaves = [
  ...["null", "true", "0", "1", "-1", "0.5", "1e9", "9007199254740991", "9007199254740993"],
  ...["1e300", "5e-324", "1e999", '""', '"NaN"', '"__proto__"', "[]", "{}", '{"toString":1}'],
  ...['"2026-01-15T09:30:00Z"', '"\\u0000\\ud800::error::"', `"${"x".repeat(5000)}"`, deep(10_000)],
];

/** What could stand there, though perhaps not at that place. */
const fitting = {
  run: [
    '"crashed"',
    '"interrupted"',
    '"hint-munmap"',
    '"fixed"',
    '"occupied"',
    '"hot"',
    "7",
    "150",
  ],
  policy: [
    ...['"contender"', '"fixed-noreplace"', '"kernel-chosen"', '"noreplace-or-hint"', '"solo"'],
    ...[
      '"lost-p90"',
      '"release-p50"',
      '"reservations-per-second"',
      '"pass"',
      "2",
      "15",
      "50",
      "90",
    ],
  ],
};

/** The text with something wrong. */
function spoilt(text: string, own: readonly string[] = []): fc.Arbitrary<string | Uint8Array> {
  const places = replaceIn(JSON.parse(text), Number.POSITIVE_INFINITY, () => undefined);
  const place = fc.nat({ max: places - 1 });
  const mark = "@leaf@";
  const leaf = fc.oneof(fc.constantFrom(...leaves), fc.constantFrom(...leaves, ...own));
  const replaced = fc.tuple(place, leaf).map(([at, instead]) => {
    const json = JSON.parse(text);
    replaceIn(json, at, () => mark);
    return JSON.stringify(json).replace(`"${mark}"`, () => instead);
  });
  const deleted = place.map((at) => {
    const json = JSON.parse(text);
    replaceIn(json, at, () => undefined);
    return JSON.stringify(json);
  });
  return fc.oneof({ weight: 6, arbitrary: replaced }, deleted, damaged(text));
}

/** Cut off, or with other bytes somewhere, or something else altogether. */
function damaged(text: string): fc.Arbitrary<string | Uint8Array> {
  const at = fc.nat({ max: text.length - 1 });
  return fc.oneof(
    at.map((end) => text.slice(0, end)),
    fc.array(fc.tuple(at, fc.nat({ max: 255 })), { minLength: 1, maxLength: 4 }).map((flips) => {
      const bytes = Buffer.from(text);
      for (const [offset, byte] of flips) bytes[offset] = byte;
      return Uint8Array.from(bytes);
    }),
    fc.string({ unit: "binary" }),
    fc.json(),
    fc.uint8Array(),
    fc.nat({ max: 20_000 }).map(deep),
  );
}

/** A text, and what stands there instead, once. */
const instead = (text: string, from: RegExp, to: string): string => {
  assert.match(text, from);
  return text.replace(from, () => to);
};

const version = /"schemaVersion":\d+/;
const files: readonly [what: string, text: string, sentence: RegExp][] = [
  ["an empty file", "", /forged-0\.json is not JSON \(0 characters\)/],
  ["half a file", whole.slice(0, whole.length / 2), /is not JSON \(\d+ characters\): truncated\?/],
  ["nothing but brackets", deep(10_000), /is JSON, but no result of noclobber/],
  [
    "a newer version",
    instead(whole, version, '"schemaVersion":99'),
    /version 99, .* that wrote it/,
  ],
  [
    "a version without a text",
    instead(whole, version, '"schemaVersion":{"toString":1}'),
    /has schema version \(an object\)/,
  ],
  ["a bottomless version", instead(whole, version, `"schemaVersion":${deep(10_000)}`), /an object/],
  ["an infinite time", instead(whole, /"elapsedMs":\d+/, '"elapsedMs":1e999'), /elapsedMs: Inv/],
  ["text in Latin-1", "r\u00e9sultat", /is not JSON/],
];

describe("a file", { concurrency: 2 }, () => {
  for (const [index, [what, text, sentence]] of files.entries()) {
    test(`with ${what} is refused by the program`, async () => {
      const path = join(folder, `forged-${index}.json`);
      writeFileSync(path, text, "latin1");
      const words = ["gate", "--baseline", baseline, "--candidate", path, "-o", "out"];
      await assertMistake(words, folder, sentence);
    });
  }
});

describe("a forged or damaged file", () => {
  test("of a run ends in a refusal or in a result that every output can show", async () => {
    let judged = 0;
    await fc.assert(
      fc.asyncProperty(spoilt(whole, fitting.run), async (content) => {
        writeFileSync(forged, content);
        const gate = await gateOn(forged);
        if (!gate) return;
        judged++;
        assertRenders(gate);
      }),
      { seed: 1, numRuns: 150 },
    );
    assert.ok(judged > 15, `${judged} were judged`);
  });

  test("of a run with one count changed is a violation", async () => {
    const arms = original.forks.length * 2 * 3;
    const counted = fc.record({
      at: fc.nat({ max: arms - 1 }),
      path: fc.constantFrom(
        ...["attempts", "placed", "rejected", "misplaced", "failed", "cleanups", "releases"].map(
          (name) => ["counts", name],
        ),
        ...["doubleOwners", "clobbers", "canaries", "leaks"].map((name) => ["safety", name]),
        ...[
          ["blocks", "attempts", "0"],
          ["blocks", "placed", "3"],
          ["placedByActor", "0"],
        ],
      ),
      more: fc.integer({ min: 1, max: 2 ** 40 }),
    });
    await fc.assert(
      fc.asyncProperty(counted, async ({ at, path, more }) => {
        const run = structuredClone(original);
        const trials = run.forks.flatMap((fork) => fork.trials.flatMap((trial) => trial.arms));
        const inner = path.slice(0, -1);
        const parent = inner.reduce<unknown>((node, key) => Object(node)[key], trials[at]);
        const [key = ""] = path.slice(-1);
        (parent as Record<string, number>)[key] = (Object(parent)[key] as number) + more;
        writeFileSync(forged, JSON.stringify(run));
        assert.equal((await gateOn(forged))?.verdict, "violated", path.join("."));
      }),
      { seed: 1, numRuns: 30 },
    );
  });

  test("of a policy ends in a refusal or in a result that every output can show", async () => {
    writeFileSync(join(folder, "candidate.json"), whole);
    const named = join(folder, "policy.json");
    let judged = 0;
    await fc.assert(
      fc.asyncProperty(spoilt(wholePolicy, fitting.policy), async (content) => {
        writeFileSync(named, content);
        const own = await unlessRefused(() => readPolicy(named, {}));
        const gate = own && (await gateOn(join(folder, "candidate.json"), own));
        if (!gate) return;
        judged++;
        assertRenders(gate);
      }),
      { seed: 1, numRuns: 300 },
    );
    assert.ok(judged > 20, `${judged} were judged`);
  });

  test("of a history is a history or a refusal", async () => {
    const path = join(folder, "history.jsonl");
    const content = fc.oneof(spoilt(JSON.stringify(line)), damaged(wholeHistory()));
    await fc.assert(
      fc.asyncProperty(content, async (text) => {
        writeFileSync(path, text);
        await unlessRefused(() => readHistory(path));
      }),
      { seed: 1, numRuns: 200 },
    );
  });
});
