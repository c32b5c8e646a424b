import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { renderGateJunit } from "./gate-junit.ts";
import { gateLine } from "./gate-line.ts";
import { renderGateMarkdown } from "./gate-markdown.ts";
import { renderGate } from "./gate-terminal.ts";
import { verdictWords } from "./gate-wording.ts";
import {
  exactGate,
  gateWith,
  hostileGate,
  sampleGate,
  unpairedGate,
  violatedGate,
} from "./sample-gate.test.data.ts";

describe("gateLine()", () => {
  const table: [name: string, line: string, starts: string][] = [
    [
      "paired",
      gateLine(sampleGate()),
      "verdict=regressed exit=1 comparison=paired pairs=20 metrics=5 regressed=1 improved=1 " +
        'inconclusive=1 violations=0 worst="spread/1 fixed-noreplace lost-p50 / hint-munmap ' +
        'lost-p50 +12.3 % [+8.1, +16.0]"',
    ],
    [
      "unpaired",
      gateLine(unpairedGate()),
      "verdict=regressed exit=1 comparison=unpaired pairs=12 ",
    ],
    [
      "exact",
      gateLine(exactGate()),
      "verdict=held exit=0 comparison=exact pairs=0 metrics=0 regressed=0 improved=0 " +
        'inconclusive=0 violations=0 worst=""',
    ],
    ["violated", gateLine(violatedGate()), "verdict=violated exit=1 comparison=exact pairs=0 "],
  ];
  for (const [name, line, starts] of table) {
    test(`has the promised form where the gate is ${name}`, () => {
      assert.ok(line.startsWith(`noclobber-gate ${starts}`), line);
    });
  }

  test("counts every breach, told or not", () => {
    assert.match(gateLine(violatedGate()), / violations=17 /);
  });

  test("takes the worst verdict first, then the slowest", () => {
    const [regressed, passed, inconclusive] = sampleGate().metrics;
    const metrics = [passed, inconclusive, regressed].flatMap((metric) => metric ?? []);
    const worst = (some: typeof metrics) =>
      /worst="(.*)"$/.exec(gateLine(sampleGate({ metrics: some })))?.[1];
    assert.match(worst(metrics) ?? "", /\+12\.3 %/);
    assert.match(worst(metrics.slice(0, 2)) ?? "", /\+3\.1 %/);
    const slower = { estimate: 0.2, lo: 0.1, hi: 0.3 };
    const twice = metrics
      .slice(2)
      .flatMap((metric) => [
        metric,
        { ...metric, name: "slower", slowdown: { ...metric.slowdown, ...slower } as never },
      ]);
    assert.match(worst(twice) ?? "", /^slower \+20\.0 % /);
  });

  test("is one line of printable ASCII that a shell can take apart, whatever the names", () => {
    const line = gateLine(hostileGate());
    assert.match(line, /^[ -~]+ worst="[^"`$\\]*"$/);
    assert.match(line, /^noclobber-gate( [a-z]+=[a-z0-9-]+)+ worst="/);
  });

  test("agrees with headline, tables and test report, whatever the verdicts", () => {
    const verdicts = ["regressed", "inconclusive", "improved", "no-regression"] as const;
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...verdicts), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 60, max: 140 }),
        (some, width) => {
          const gate = gateWith(some);
          const line = gateLine(gate);
          const outputs = [renderGate(gate, { width, colour: false }), renderGateMarkdown(gate)];
          assert.ok(outputs[0]?.startsWith(gate.sentence));
          for (const verdict of verdicts) {
            const expected = some.filter((each) => each === verdict).length;
            const words = verdictWords(verdict, gate.policy);
            const row = new RegExp(` (?:\\| )?${words}(?: \\|)? +19(?: \\|)?$`, "gm");
            for (const text of outputs) {
              assert.equal(text.match(row)?.length ?? 0, expected, text);
            }
            if (verdict === "no-regression") continue;
            assert.ok(line.includes(` ${verdict}=${expected} `), line);
          }
          const [failures, skipped] = ["regressed", "inconclusive"].map(
            (verdict) => some.filter((each) => each === verdict).length,
          );
          assert.ok(
            renderGateJunit(gate).includes(
              `tests="${some.length}" failures="${failures}" errors="0" skipped="${skipped}"`,
            ),
          );
        },
      ),
      { numRuns: 50 },
    );
  });
});
