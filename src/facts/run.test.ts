/** Every fact against every fake kernel, and against the running one. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { FactResult } from "../results/doctor-schema.ts";
import { EOPNOTSUPP, type FakeOptions, pageBytes } from "../sys/fake-kernel.test.data.ts";
import { probeFlag } from "../sys/flag-verdict.ts";
import { readHost } from "../sys/host.ts";
import { addressSpaceLimit, kernel } from "../sys/libc.ts";
import { readMaps } from "../sys/maps.ts";
import { readConditions } from "./conditions.ts";
import type { Ask, Fact } from "./fact.ts";
import { fakeConditions, fakeGround } from "./fake-ground.test.data.ts";
import { openGround } from "./ground.ts";
import { facts } from "./index.ts";
import { runFacts } from "./run.ts";

interface Kernels {
  readonly what: string;
  readonly options: FakeOptions;
  readonly version: [number, number];
  /** What the flag answers where today's answer is the key. */
  readonly flagAnswers: Readonly<Record<string, string>>;
  /** Cases in which the flag destroys the occupant. */
  readonly destroys?: readonly string[];
}

const beginsInside = [
  "superset of a mapping",
  "overlaps a mapping's start",
  "rounds up into a mapped page",
  "overlaps the start, by version",
];
const asHint = { EEXIST: "elsewhere", ENOMEM: "elsewhere", EPERM: "elsewhere" };

const fakes: readonly Kernels[] = [
  { what: "today's", options: {}, version: [6, 18], flagAnswers: {} },
  {
    what: "one before 4.17",
    options: { flag: "ignored" },
    version: [4, 14],
    flagAnswers: asHint,
  },
  {
    what: "4.17 with the overlap bug",
    options: { flag: "buggy" },
    version: [4, 17],
    flagAnswers: {},
    destroys: beginsInside,
  },
  {
    what: "a sandbox that ignores the flag and says that it is 4.4",
    options: { flag: "ignored" },
    version: [4, 4],
    flagAnswers: asHint,
  },
];

/** Today's answers to a hint and to the flag, by case, apart from what the facts declare. */
const today: Readonly<Record<string, readonly [hint: string, noreplace: string]>> = {
  "free range": ["exact", "exact"],
  "the same range is taken": ["elsewhere", "EEXIST"],
  "superset of a mapping": ["elsewhere", "EEXIST"],
  "inside a mapping": ["elsewhere", "EEXIST"],
  "overlaps a mapping's start": ["elsewhere", "EEXIST"],
  "overlaps a mapping's end": ["elsewhere", "EEXIST"],
  "adjacent below": ["exact", "exact"],
  "adjacent above": ["exact", "exact"],
  "rounds up into a mapped page": ["elsewhere", "EEXIST"],
  "beyond user space": ["elsewhere", "ENOMEM"],
  "hole punched into an owned window": ["exact", "exact"],
  "window just released": ["exact", "exact"],
};

for (const { what, options, version, flagAnswers, destroys = [] } of fakes) {
  test(`runFacts() on ${what}: all as it must be, and nothing left`, () => {
    const { ground, results } = runOn(options, version);
    assert.deepEqual(findingsOf(results), []);
    assert.deepEqual(ground.fake.mappings, []);
    const answered = results.filter((result) => result.state !== "skipped");
    for (const [title, [hint, noreplace]] of Object.entries(today)) {
      const of = (ask: Ask) =>
        answered.find((result) => result.title === title && result.ask === ask)?.answer;
      const flag = destroys.includes(title) ? "exact" : (flagAnswers[noreplace] ?? noreplace);
      assert.deepEqual([of("hint"), of("noreplace")], [hint, flag], title);
    }
    const destroyed = answered.filter(({ occupants }) => occupants === "destroyed");
    const asWell = destroys.length > 0 ? ["the occupant's bytes after these"] : [];
    const wanted = [...destroys, ...asWell];
    assert.deepEqual(destroyed.map(({ title }) => title).sort(), wanted.sort());
  });
}

test("runFacts() on a sandbox that answers EOPNOTSUPP has it for every use of the flag", () => {
  const { ground, results } = runOn({ flag: "rejected", rejectsWith: EOPNOTSUPP }, [4, 4]);
  const { [0]: first, length } = results.filter(({ state }) => state === "different");
  // That it says it is 4.4 and yet knows the bit is what row 26 and 27 report.
  assert.deepEqual([first?.row, length], ["26", 2]);
  const flagged = results.filter(({ ask, state }) => ask === "noreplace" && state !== "skipped");
  const answers = flagged.map((result) => (result.state === "skipped" ? "" : result.answer));
  assert.deepEqual([...new Set(answers)].sort(), ["EINVAL", "EOPNOTSUPP", "intact"]);
  assert.deepEqual(ground.fake.mappings, []);
});

test("runFacts() on a layer that relocates: elsewhere where today's kernels are exact", () => {
  const { ground, results } = runOn({ flag: "relocating" }, [6, 18]);
  assert.deepEqual(findingsOf(results), []);
  const free = results.find(({ title, ask }) => title === "free range" && ask === "noreplace");
  assert.equal(free?.state !== "skipped" && free?.answer, "elsewhere");
  assert.deepEqual(ground.fake.mappings, []);
});

test("runFacts() reports a kernel that is not what it says it is", () => {
  const { results } = runOn({ flag: "buggy" }, [6, 18]);
  const [row27] = results.filter(({ row }) => row === "27");
  assert.equal(row27?.state, "different");
  assert.equal(row27?.state === "different" && row27.harm, true);
  const { results: ignoring } = runOn({ flag: "ignored" }, [6, 18]);
  assert.deepEqual(
    ignoring.filter(({ state }) => state === "different").map(({ row }) => row),
    ["26", "27"],
  );
});

test("runFacts() skips with a reason, and never silently", () => {
  const { results } = runOn({}, [6, 18]);
  const skipped = results.filter((result) => result.state === "skipped");
  assert.ok(skipped.length > 0);
  for (const { reason } of skipped) assert.match(reason, /\w+ \w+/);
  const asked = facts.flatMap((fact) => Object.keys(fact.expected));
  assert.equal(results.length, asked.length);
});

test("runFacts() finds a mapping that is left behind, and somebody else's in the stretch", () => {
  const leaving: Fact = {
    kind: "script",
    row: "0",
    title: "leaves a page",
    occupants: [],
    expected: { hint: "intact" },
    run: ({ ground }) => {
      ground.kernel.mmap(ground.start, pageBytes, 0, 0);
      return "intact";
    },
  };
  const ground = fakeGround({});
  const conditions = fakeConditions({ verdict: "supported" }, [6, 18]);
  const [first, second] = runFacts(ground, conditions, [leaving, leaving]);
  assert.equal(first?.state, "different");
  assert.match(findingsOf([first as FactResult]).join(), /0x10000000000-0x10000001000 mapped/);
  assert.equal(second?.state, "skipped");
});

test("runFacts() knows every row of the published table", () => {
  const rows = new Set(facts.map(({ row }) => row));
  const numbers = Array.from({ length: 27 }, (_, index) => String(index + 1));
  assert.deepEqual([...rows].sort(), [...numbers, "pmd-hole"].sort());
});

test("runFacts() on the running kernel: as declared, RLIMIT_AS as it was, nothing leaks", (t) => {
  const host = readHost();
  const flag = probeFlag(kernel, host.pageBytes);
  const conditions = readConditions(flag, host);
  const limit = addressSpaceLimit();
  const ground = openGround();
  t.after(() => ground.close());
  const quick = facts.filter(({ row }) => row !== "21");
  runFacts(ground, conditions, quick);
  const before = readMaps().length;
  const results = runFacts(ground, conditions);
  for (let round = 0; round < 2; round++) runFacts(ground, conditions, quick);
  assert.deepEqual(readMaps(ground.start, ground.end), []);
  // V8 may map something of its own meanwhile; a leak would be one mapping a fact.
  assert.ok(readMaps().length < before + quick.length);
  assert.deepEqual(addressSpaceLimit(), limit);
  for (const result of results) {
    if (result.state === "skipped") t.diagnostic(`${result.row} skipped: ${result.reason}`);
  }
  if (flag.verdict !== "supported") return t.skip(`the flag is ${flag.verdict} here`);
  assert.deepEqual(findingsOf(results), []);
});

function runOn(options: FakeOptions, version: [number, number]) {
  const ground = fakeGround(options);
  const conditions = fakeConditions(probeFlag(ground.kernel, pageBytes), version);
  return { ground, results: runFacts(ground, conditions) };
}

function findingsOf(results: readonly FactResult[]): string[] {
  return results.flatMap((result) =>
    result.state === "different"
      ? result.findings.map((finding) => `${result.row} ${result.ask}: ${finding}`)
      : [],
  );
}
