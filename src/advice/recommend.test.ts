import assert from "node:assert/strict";
import { test } from "node:test";
import { type ArmFigures, groupsOf } from "../report/path-samples.ts";
import { type Figure, figureOf, ratioOf } from "../report/samples.ts";
import {
  type AdviceRequest,
  type Evidence,
  type Recommendation,
  recommendationSchema,
} from "../results/advice-schema.ts";
import type { PathRun } from "../results/path-schema.ts";
import { recommend } from "./recommend.ts";
import { adviceRun, type RunPlan, sampleRequest, type WayPlan } from "./sample-advice.test.data.ts";

const today = "hint-munmap+maps-text+next-gap";
const byFlag = "fixed-noreplace+maps-text+next-gap";
const query = "fixed-noreplace+procmap-query+next-gap";
const step = "fixed-noreplace+none+next-step";
const portable = "noreplace-or-hint+none+next-step";
const hintStep = "hint-munmap+none+next-step";

const usual: Readonly<Record<string, WayPlan>> = {
  [today]: { p50Ns: 40_000, calls: 20 },
  [byFlag]: { p50Ns: 30_000, calls: 18 },
  [query]: { p50Ns: 5000, calls: 4 },
  [step]: { p50Ns: 3000, calls: 2.5 },
};

function advise(plan: RunPlan, request: Partial<AdviceRequest> = {}): Recommendation {
  return recommendationSchema.parse(recommend(adviceRun(plan), { ...sampleRequest, ...request }));
}

const verdictOf = ({ rejected }: Recommendation, way: string) =>
  rejected.find((each) => each.way === way)?.why;
const textOf = ({ rejected }: Recommendation, way: string) =>
  rejected.find((each) => each.way === way)?.text ?? "";
const reasonText = ({ reasons }: Recommendation) => reasons.map(({ text }) => text).join("\n");

test("recommend() takes the way that nobody beats, and says what the others take", () => {
  const found = advise({ ways: usual });
  assert.deepEqual(
    [found.way, found.kind, found.strategy, found.search, found.retry],
    [step, "race", "fixed-noreplace", "none", "next-step"],
  );
  assert.equal(found.inconclusive, undefined);
  assert.equal(found.fallback.needed, false);
  assert.ok(found.flags.includes("MAP_FIXED_NOREPLACE"));
  for (const way of [today, byFlag, query]) assert.equal(verdictOf(found, way), "slower");
  assert.match(textOf(found, today), /takes 13\.3 \[.*\] times as long at p50 and 13\.3/);
  assert.match(reasonText(found), /Against hint-munmap.* takes 0\.0[67].* 2\.50 system calls/);
});

test("recommend() names kernel, huge pages, size and alignment first", () => {
  const { sentence } = advise({ ways: usual });
  assert.match(sentence, /^On Linux 6\.18\.2-sample with transparent huge pages madvise, take/);
  const place = "take 64 MiB at multiples of 2 MiB in 0x200000000-0xd00000000";
  assert.ok(sentence.includes(`${place} with fixed-noreplace, no search and`), sentence);
});

interface VerdictCase {
  readonly verdict: PathRun["flagVerdict"];
  readonly strategy: string;
  readonly fallback: boolean;
  /** What becomes of a way that passes the flag by itself. */
  readonly ofFlag: string | undefined;
}

const verdicts: readonly VerdictCase[] = [
  { verdict: "supported", strategy: "fixed-noreplace", fallback: false, ofFlag: undefined },
  { verdict: "ignored", strategy: "noreplace-or-hint", fallback: true, ofFlag: "unavailable" },
  { verdict: "rejected", strategy: "noreplace-or-hint", fallback: true, ofFlag: "unavailable" },
  { verdict: "buggy", strategy: "noreplace-or-hint", fallback: true, ofFlag: "unsafe" },
  { verdict: "relocating", strategy: "hint-munmap", fallback: false, ofFlag: "unavailable" },
];

for (const { verdict, strategy, fallback, ofFlag } of verdicts) {
  test(`recommend() takes ${strategy} where the flag is ${verdict}, however fast it is`, () => {
    const ways = {
      [today]: { p50Ns: 40_000, calls: 20 },
      [step]: { p50Ns: 100, calls: 2 },
      [portable]: { p50Ns: 3000, calls: 2.5 },
      [hintStep]: { p50Ns: 3000, calls: 2.5 },
    };
    const found = advise({ ways, flagVerdict: verdict });
    assert.equal(found.strategy, strategy);
    assert.equal(found.fallback.needed, fallback);
    assert.equal(verdictOf(found, step), ofFlag);
    assert.equal(found.snippet.includes("test_flag"), fallback);
    assert.equal(/gains on every kernel that has the flag/.test(reasonText(found)), fallback);
    assert.equal(found.flags.includes("MAP_FIXED_NOREPLACE"), verdict !== "relocating");
    assert.equal(found.inconclusive !== undefined, verdict === "relocating");
  });
}

test("recommend() never takes what is unsafe, by what it is or by what it did", () => {
  const ways = {
    ...usual,
    "check-then-fixed+maps-text+next-gap": { p50Ns: 10, calls: 1, sound: "unsound" },
    "process-lock": { p50Ns: 20, calls: 1, sound: "sound-if-all" },
    "fixed-noreplace+none+random": { p50Ns: 30, calls: 1, clobbers: 2 },
    "some-new-way": { p50Ns: 40, calls: 1 },
    "check-then-fixed+none+random": { p50Ns: 10, calls: 1 },
  } as const;
  const found = advise({ ways });
  assert.equal(found.way, step);
  for (const way of Object.keys(ways).filter((each) => !(each in usual))) {
    assert.equal(verdictOf(found, way), "unsafe", way);
  }
  assert.match(textOf(found, "fixed-noreplace+none+random"), /did harm 16 times in 8000|8\.00 k/);
});

const kernels: readonly [minKernel: string, strategy: string, way: string, tested: boolean][] = [
  ["6.18", "fixed-noreplace", query, false],
  ["6.11", "fixed-noreplace", query, false],
  ["6.10", "fixed-noreplace", step, false],
  ["5.0", "fixed-noreplace", step, false],
  ["4.19", "noreplace-or-hint", step, true],
  ["4.17", "noreplace-or-hint", step, true],
  ["4.14", "noreplace-or-hint", step, true],
  ["0.0", "noreplace-or-hint", step, true],
];

for (const [minKernel, strategy, way, tested] of kernels) {
  test(`recommend() for Linux ${minKernel} and later takes ${strategy} as ${way} was`, () => {
    const found = advise({ ways: { ...usual, [query]: { p50Ns: 500, calls: 2 } } }, { minKernel });
    assert.deepEqual([found.way, found.strategy], [way, strategy]);
    assert.equal(found.fallback.needed, tested);
    assert.equal(found.snippet.includes("test_flag"), tested);
    if (way !== query) {
      assert.equal(verdictOf(found, query), "unavailable");
      assert.match(textOf(found, query), /needs Linux 6\.11/);
    }
    const topics = found.caveats.map(({ topic }) => topic);
    assert.equal(topics.includes("4.17, 4.18"), tested);
    assert.equal(topics.includes("before 4.17"), ["4.14", "0.0"].includes(minKernel));
  });
}

const close = { p50Ns: 3000, noise: 0.3 };

const ties: readonly [what: string, ways: RunPlan["ways"], way: string, says: RegExp][] = [
  [
    "fewer system calls",
    { [byFlag]: { ...close, calls: 9 }, [query]: { ...close, calls: 4 } },
    query,
    /makes fewer system calls \(4\.00 a reservation, not 9\.00\)/,
  ],
  [
    "the simpler search",
    { [byFlag]: { ...close, calls: 2.05 }, [step]: { ...close, calls: 2.1 } },
    step,
    /has the simpler search/,
  ],
  ["the flag", { [hintStep]: close, [step]: close }, step, /loses with one system call/],
  [
    "the simpler rule",
    { "fixed-noreplace+none+random": close, [step]: close },
    step,
    /has the simpler retry rule/,
  ],
  [
    "knowing less",
    { "reserve-once": { ...close, calls: 1 }, [step]: { ...close, calls: 3 } },
    step,
    /need not know beforehand/,
  ],
];

for (const [what, ways, way, says] of ties) {
  test(`recommend() of a tie prefers ${what}, and says that it is a tie`, () => {
    const found = advise({ ways });
    assert.equal(found.way, way);
    assert.equal(found.inconclusive, undefined);
    assert.match(reasonText(found), /A tie: p50 and p99 together do not tell it from/);
    assert.match(reasonText(found), says);
    for (const { why } of found.rejected) assert.equal(why, "tie");
  });
}

test("recommend() does not take a difference of less than 5 % for one", () => {
  const ways = { [byFlag]: { p50Ns: 2910, calls: 9 }, [step]: { p50Ns: 3000, calls: 2 } };
  assert.equal(advise({ ways }).way, step);
  const clear = { ...ways, [byFlag]: { p50Ns: 2700, calls: 9 } };
  assert.equal(advise({ ways: clear }).way, byFlag);
});

test("recommend() does not let p50 alone decide against p99", () => {
  const ways = {
    [byFlag]: { p50Ns: 1000, p99Ns: 90_000, calls: 9 },
    [step]: { p50Ns: 3000, p99Ns: 9000, calls: 2 },
  };
  assert.equal(advise({ ways }).way, step);
});

test("recommend() takes an arena where it beats every other way, and knows its size", () => {
  const found = advise({ ways: { ...usual, "reserve-once": { p50Ns: 700, calls: 2 } } });
  assert.deepEqual(
    [found.way, found.kind, found.strategy],
    ["reserve-once", "reserve-once", "fixed-noreplace"],
  );
  assert.match(found.sentence, /16 pieces/);
  assert.match(found.snippet, /#define PIECES 16 /);
  assert.ok(found.caveats.some(({ text }) => /16 pieces, 1 GiB, and no more/.test(text)));
});

test("recommend() of any address may say that none need be asked for", () => {
  const ways = { ...usual, "over-reserve": { p50Ns: 700, calls: 4 } };
  const found = advise({ ways }, { anywhere: true });
  assert.deepEqual([found.way, found.strategy], ["over-reserve", "kernel-chosen"]);
  assert.ok(!found.flags.some((flag) => flag.includes("FIXED")));
  assert.ok(found.caveats.every(({ topic }) => topic !== "#ifdef"));
});

test("recommend() with too few forks goes by safety and simplicity, and says so", () => {
  const ways = {
    ...usual,
    [query]: { p50Ns: 100, calls: 4 },
    "process-lock": { p50Ns: 1, calls: 1, sound: "sound-if-all" },
  } as const;
  const found = advise({ ways, forks: 3 });
  assert.equal(found.way, step);
  assert.match(found.inconclusive?.why ?? "", /^3 forks, 6 needed/);
  assert.match(found.inconclusive?.remedy ?? "", /--time 72/);
  assert.equal(verdictOf(found, query), "undecided");
  assert.doesNotMatch(reasonText(found), /A tie/);
});

test("recommend() leaves ways that give up, and takes the one that gives up least", () => {
  const ways = { ...usual, [step]: { p50Ns: 3000, givenUpShare: 0.2 } };
  const found = advise({ ways });
  assert.equal(found.way, query);
  assert.equal(verdictOf(found, step), "gives up");
  assert.match(textOf(found, step), /gave up 20 % of its reservations/);
  const all = Object.entries(usual).map(([way, plan], place) => [
    way,
    { ...plan, givenUpShare: 0.5 - place / 10 },
  ]);
  const full = advise({ ways: Object.fromEntries(all) });
  assert.equal(full.way, step);
  assert.match(full.inconclusive?.why ?? "", /every safe way gave up/);
});

test("recommend() takes no way that seldom gets a place, and tells limits from full ranges", () => {
  const failing = (share: number, isLimited: boolean): RunPlan["ways"] =>
    Object.fromEntries(
      Object.entries(usual).map(([way, plan]) => [
        way,
        { ...plan, givenUpShare: share, ...(isLimited && { isLimited }) },
      ]),
    );
  const full = advise({ ways: failing(0.9, false) });
  assert.equal(full.way, null);
  assert.match(full.inconclusive?.remedy ?? "", /^Widen --range/);
  const anywhere = advise({ ways: failing(0.9, false) }, { anywhere: true });
  assert.doesNotMatch(anywhere.inconclusive?.remedy ?? "", /--range/);
  for (const share of [0.9, 0.2]) {
    const { inconclusive } = advise({ ways: failing(share, true) });
    assert.match(inconclusive?.why ?? "", /ENOMEM: a limit was in the way/);
    assert.match(inconclusive?.remedy ?? "", /RLIMIT_AS/);
    assert.doesNotMatch(inconclusive?.remedy ?? "", /--range/);
  }
  const some = { ...usual, [query]: { p50Ns: 1, givenUpShare: 0.2, isLimited: true } } as const;
  assert.match(advise({ ways: some }).inconclusive?.why ?? "", /gave up for ENOMEM: a limit ruled/);
});

test("recommend() takes no hint that does not beat the same with the flag itself", () => {
  const ways = {
    [step]: { p50Ns: 4000 },
    [hintStep]: { p50Ns: 3500, noise: 0.5 },
    "reserve-once": { p50Ns: 3000 },
  };
  const found = advise({ ways });
  assert.equal(found.way, "reserve-once");
  assert.equal(verdictOf(found, step), "slower");
  assert.equal(verdictOf(found, hintStep), "tie");
  assert.match(textOf(found, hintStep), /compared with fixed-noreplace\+none.*same with the flag/);
  const faster = { ...ways, [hintStep]: { p50Ns: 1000 } };
  assert.equal(advise({ ways: faster }).way, hintStep);
});

test("recommend() leaves the simplest way only for one that beats that one itself", () => {
  const ways = {
    [step]: { p50Ns: 4000 },
    [query]: { p50Ns: 3500, noise: 0.5 },
    "reserve-once": { p50Ns: 3000 },
  };
  const found = advise({ ways });
  assert.equal(found.way, "reserve-once");
  assert.equal(verdictOf(found, query), "tie");
  assert.match(reasonText(found), /clearly faster than the simpler fixed-noreplace\+none/);
});

test("recommend() of any address names the measured range, and says that none need be", () => {
  const { sentence, snippet } = advise({ ways: usual }, { anywhere: true });
  assert.match(sentence, /in 0x200000000-0xd00000000.*a larger mmap with no address, trimmed, is/);
  assert.match(snippet, /#define LOW 0x200000000UL/);
  const page = { anywhere: true, alignBytes: 4096 };
  assert.match(advise({ ways: usual }, page).sentence, /a plain mmap with no address is the thing/);
  const plain = advise({ ways: { ...usual, "over-reserve": { p50Ns: 700 } } }, page);
  assert.match(plain.sentence, /by a plain mmap with no address/);
  assert.doesNotMatch(plain.snippet, /munmap|ALIGN/);
});

test("recommend() of a run that measured nothing says what rules alone say", () => {
  const missing = { p50Ns: 1, isMissing: true } as const;
  for (const plan of [{ ways: usual, forks: 0 }, { ways: { [today]: missing } }, { ways: {} }]) {
    const found = advise(plan);
    assert.equal(found.way, null);
    assert.equal(found.strategy, "fixed-noreplace");
    assert.match(found.inconclusive?.why ?? "", /no fork measured/);
  }
  const run = adviceRun({ ways: { ...usual, [query]: missing } });
  Object.assign(run.profiles[0] ?? {}, { skipped: `x: no reason; ${query}: no PROCMAP_QUERY` });
  const partly = recommend(run, sampleRequest);
  assert.equal(verdictOf(partly, query), "unavailable");
  assert.equal(textOf(partly, query), "no PROCMAP_QUERY");
});

test("recommend() trusts no run whose laws did not hold", () => {
  const run = adviceRun({ ways: usual });
  run.forks[2]?.cases[0]?.violations.push("attempts 7, outcomes 6");
  assert.match(recommend(run, sampleRequest).inconclusive?.why ?? "", /^1 violation of the laws/);
});

test("recommend() says where a hint for a free place was refused", () => {
  const bites = [
    { case: "pmd-hole", hint: "refused", noreplace: "placed" },
    { case: "growsdown-gap", hint: "placed", noreplace: "placed" },
  ] as const;
  const found = advise({ ways: usual, bites: [...bites] });
  assert.match(reasonText(found), /A hint for a free place was refused in 8 of 8 forks.*pmd-hole/);
  assert.doesNotMatch(reasonText(found), /growsdown-gap/);
  const hole = found.caveats.find(({ topic }) => topic === "huge holes");
  assert.match(hole?.text ?? "", /multiple of 2 MiB, as 64 MiB is.*refused in 8 of 8 forks/);
});

const sizes: readonly [bytes: number, minKernel: string, isTold: boolean][] = [
  [64 * 2 ** 20, "5.15", true],
  [2 ** 21 + 4096, "5.15", true],
  [2 ** 20, "5.15", false],
  [64 * 2 ** 20, "6.13", false],
];

for (const [bytes, minKernel, isTold] of sizes) {
  const does = isTold ? "tells" : "does not tell";
  test(`recommend() ${does} who takes ${bytes} bytes on ${minKernel} of holes`, () => {
    const { caveats } = advise({ ways: usual }, { bytes, minKernel });
    assert.equal(
      caveats.some(({ topic }) => topic === "huge holes"),
      isTold,
    );
  });
}

test("every figure that recommend() rests on is in the run", () => {
  const run = adviceRun({ ways: { ...usual, "fixed-noreplace+none+random": close } });
  const [group] = groupsOf(run);
  assert.ok(group);
  const { reasons, rejected } = recommend(run, sampleRequest);
  const evidence = [...reasons, ...rejected].flatMap((each) => each.evidence);
  assert.ok(evidence.length > 20);
  const keys = {
    "reservation-p50": "reservationP50Ns",
    "reservation-p99": "reservationP99Ns",
    "lost-p50": "lostP50Ns",
    calls: "calls",
    "given-up": "givenUpShare",
  } as const;
  for (const { figure, way, to, value, interval, forks } of evidence) {
    if (figure === "reservations" || figure === "harm" || figure === "refused-hints") continue;
    const read = (arm: ArmFigures): number | undefined => arm[keys[figure]];
    const found: Figure =
      to === undefined ? figureOf(group, way, read) : ratioOf(group, way, to, read);
    assert.equal(found.median, value);
    assert.equal(found.n, forks);
    assert.deepEqual(found.state === "interval" && { lo: found.lo, hi: found.hi }, interval);
  }
});

test("recommend() says the same of the same run", () => {
  const run = adviceRun({ ways: usual });
  assert.deepEqual(recommend(run, sampleRequest), recommend(run, sampleRequest));
  const evidence: Evidence[] = recommend(run, sampleRequest).rejected.flatMap((r) => r.evidence);
  assert.equal(new Set(evidence.map((each) => JSON.stringify(each))).size, evidence.length);
});
