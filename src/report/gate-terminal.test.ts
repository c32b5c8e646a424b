import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { describe, test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import type { Gate } from "../results/gate-schema.ts";
import { renderGate } from "./gate-terminal.ts";
import {
  exactGate,
  gateWith,
  hostileGate,
  sampleGate,
  unpairedGate,
  violatedGate,
} from "./sample-gate.test.data.ts";

/** Renewed by UPDATE_GOLDEN=1; tests run in the project's directory. */
const goldenFile = "src/report/gate-terminal.golden.txt";

function render(gate: Gate, width = 110, colour = false): string {
  return renderGate(gate, { width, colour });
}

/** One gate for each thing that can be odd about one. */
const oddGates: Readonly<Record<string, () => Gate>> = {
  paired: () => sampleGate(),
  unpaired: () => unpairedGate(),
  exact: () => exactGate(),
  violated: () => violatedGate(),
  hostile: () => hostileGate(),
  "too few pairs": () => {
    const tooFew = { state: "too-few" as const, estimate: 0.031, n: 4, needed: 6 };
    const [metric] = sampleGate().metrics;
    const reason = "+3.1 %, 4 pairs; an interval needs 6";
    return gateWith(["inconclusive"], {
      metrics: metric
        ? [{ ...metric, verdict: "inconclusive", slowdown: tooFew, environment: tooFew, reason }]
        : [],
    });
  },
  "no median": () => {
    const nothing = { median: null, values: [null] };
    const tooFew = { state: "too-few" as const, estimate: null, n: 0, needed: 6 };
    const sides = { baseline: nothing, candidate: nothing, slowdown: tooFew };
    const { metrics, shown } = sampleGate();
    return sampleGate({
      metrics: metrics.map((metric) => ({ ...metric, ...sides, environment: null })),
      shown: shown.map((figure) => ({ ...figure, ...sides })),
    });
  },
  "other hosts": () =>
    unpairedGate({
      sides: unpairedGate().sides.map((side, index) => ({
        ...side,
        host: { ...side.host, hostname: `bench${index}` },
        command: ["noclobber", "bench", "--strategy", `s${index}`],
      })),
    }),
  "many of everything": () => {
    const many = Array.from({ length: 30 }, (_, index) => index);
    return sampleGate({
      pairs: {
        ...{ measured: 40, extended: true, confidence: 0.99999 },
        dropped: many.map((pair) => ({ pair, side: "baseline", reason: "hung" })),
      },
      notes: many.map((index) => `note ${index}`),
    });
  },
  "nothing at all": () =>
    sampleGate({ metrics: [], shown: [], laws: [], sides: exactGate().sides, notes: [] }),
};

describe("renderGate()", () => {
  test("prints the golden text", () => {
    const text = render(sampleGate());
    if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(goldenFile, text);
    assert.equal(text, readFileSync(goldenFile, "utf8"));
  });

  test("has no line wider than its width, from 60 to 140, whatever the gate", () => {
    const gates = Object.entries(oddGates).map(([name, make]) => [name, make()] as const);
    fc.assert(fc.property(fc.constantFrom(...gates), fc.integer({ min: 60, max: 140 }), check));
    function check([name, gate]: (typeof gates)[number], width: number) {
      for (const line of render(gate, width).split("\n")) {
        assert.ok(line.length <= width, `${name} at ${width}: ${line.length} "${line}"`);
        assert.equal(line, line.trimEnd());
      }
    }
  });

  test("says the same with and without colour, in plain ASCII", () => {
    for (const make of Object.values(oddGates)) {
      const plain = render(make());
      assert.equal(stripVTControlCharacters(render(make(), 110, true)), plain);
      assert.match(plain, /^[ -~\n]*$/);
    }
  });

  test("keeps hostile text from the terminal and from a CI runner", () => {
    for (const width of [60, 80, 110]) {
      const text = render(hostileGate(), width);
      assert.doesNotMatch(text, /^\s*::|##\[/m);
      assert.match(text.replace(/\s+/g, ""), /<\/details><script>alert\(1\)/);
    }
  });

  test("begins with the headline and ends with the raw data", () => {
    for (const make of Object.values(oddGates).slice(0, 4)) {
      const gate = make();
      const flat = render(gate, 80).replace(/\s+/g, " ");
      assert.ok(flat.startsWith(gate.sentence));
      assert.ok(flat.trimEnd().endsWith(gate.sides.map(({ run }) => run).join(", ")));
    }
  });

  test("leaves no column out at 80 characters", () => {
    assert.doesNotMatch(render(sampleGate(), 80), /Left out/);
    assert.match(render(sampleGate(), 60), /Left out at this width: baseline, candidate\./);
  });

  test("avoids the words that claim too much or mean nothing", () => {
    for (const make of Object.values(oddGates)) {
      assert.doesNotMatch(render(make()), /no change|NaN|undefined|null|Infinity/);
    }
  });

  const table: [gate: string, says: RegExp][] = [
    ["paired", /lost-p50 +0\.0570 +0\.0640 +\+12\.3 % \[\+8\.1, \+16\.0\] {2}regressed +19\n/],
    ["paired", /\n! spread\/1 .*: \+12\.3 % \[\+8\.1, \+16\.0\], 19 pairs; more than 5 %\n/],
    ["paired", /compared +20 pairs of adjacent forks, 1 dropped; intervals of 99 % each/],
    ["paired", /environment +the baseline's twin against the baseline: largest \+0\.7 %/],
    ["paired", /\nhost +bench1, Linux/],
    ["paired", /\ndropped +pair 7, candidate: crashed: SIGKILL\n/],
    [
      "unpaired",
      /compared +two files, unpaired, 12 forks on the smaller side; intervals of 99\.2 %/,
    ],
    ["unpaired", /slower \[99\.2 % interval\][\s\S]*environment +not checked: between two files/],
    ["exact", /^The exact laws hold[^\n]*\n\ncandidate [^\n]*\nhost [^\n]*\ncompared +nothing:/],
    ["exact", /command [^\n]*\n\nlaw /],
    ["violated", /\ncapture found no violation +120 +17\n/],
    ["violated", /\nBROKEN +capture found no violation, 17 times:\n +candidate, fork 0,/],
    ["violated", /fork 4, [^\n]*\n +and 12 more\n/],
    ["too few pairs", / too few: 4 of 6 {2}inconclusive +4\n/],
    ["too few pairs", /environment +the baseline's twin against the baseline: too few: 4 of 6\n/],
    ["no median", /lost-p50 +- +- +too few: 0 of 6 {2}regressed +0\n/],
    ["no median", /\(ns\) +- +- +too few: 0 of 6 +0\n/],
    ["no median", /environment +not checked: the baseline has no twin\n/],
    [
      "other hosts",
      /baseline\.json, on\s+bench0, Linux.* made by: noclobber\s+bench --strategy s0/,
    ],
    ["many of everything", /note +note 7\nnote +and 22 more\nraw data/],
    ["many of everything", /40 pairs of .*, 30 dropped, the one extension included; .*>99\.9 %/],
  ];
  for (const [name, says] of table) {
    test(`says of a gate that is ${name}: ${says.source.slice(0, 50)}`, () => {
      assert.match(render((oddGates[name] as () => Gate)()), says);
    });
  }

  test("names a host once where both sides have it, and nowhere else where not", () => {
    assert.doesNotMatch(render(oddGates["other hosts"]?.() ?? sampleGate()), /\nhost /);
  });
});
