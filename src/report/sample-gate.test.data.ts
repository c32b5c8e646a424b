/**
 * Gates made up for tests: figures like those of real ones, the same at every call. Only tests
 * import it.
 */

import {
  type ComparedMetric,
  type Gate,
  gateSchema,
  type JudgedMetric,
} from "../results/gate-schema.ts";
import { policySchema } from "../results/policy-schema.ts";
import { sampleRun } from "./sample-run.test.data.ts";
import { formatSlowdown } from "./slowdown.ts";

type MetricVerdict = JudgedMetric["verdict"];

const pairs = 20;
/** Of which one was dropped. */
const n = 19;
const folder = "results/gate-2026-01-15T09-30-00";

/** Five paired metrics with all four verdicts; parsed, so it is what a file holds. */
export function sampleGate(overrides: Partial<Gate> = {}): Gate {
  const metrics = [
    metricOf("regressed", "spread/1 fixed-noreplace lost-p50 / hint-munmap lost-p50", 0.057),
    metricOf(
      "no-regression",
      "spread/1 fixed-noreplace lost-p50 / kernel-chosen release-p50",
      0.21,
    ),
    metricOf("inconclusive", "occupied/1 hint-munmap lost-p50 / kernel-chosen placed-p50", 3.72),
    metricOf(
      "no-regression",
      "spread/1 fixed-noreplace placed-p50 / kernel-chosen placed-p50",
      0.91,
    ),
    metricOf(
      "improved",
      "spread/1 fixed-noreplace attempts-per-second / hint-munmap attempts-per-second",
      1.87,
    ),
  ];
  return gateSchema.parse({
    schemaVersion: 1,
    kind: "gate",
    tool: tool("7d6e0f1a2b3c"),
    command: ["noclobber", "gate", "--base", "../before", "--seed", "1"],
    startedAt: "2026-01-15T09:30:00Z",
    elapsedMs: 123_000,
    verdict: "regressed",
    sentence:
      "Regressed: 1 of 5 metrics: spread/1 fixed-noreplace lost-p50 / hint-munmap lost-p50 " +
      "+12.3 % [+8.1, +16.0]",
    exitCode: 1,
    comparison: "paired",
    policy: policySchema.parse({}),
    sides: [
      sideOf("baseline", "0c3f1a2b9d44"),
      sideOf("candidate", "7d6e0f1a2b3c"),
      sideOf("baseline-again", "0c3f1a2b9d44"),
    ],
    differences: [{ fact: "load average", baseline: "0.10", candidate: "0.14" }],
    laws: [
      { law: "capture found no violation", checked: 120, broken: [], brokenCount: 0 },
      {
        law: "attempts = placed + rejected + misplaced + failed",
        ...{ checked: 360, broken: [], brokenCount: 0 },
      },
      {
        law: "no clobber, double ownership, broken canary or leak outside the negative control",
        ...{ checked: 360, broken: [], brokenCount: 0 },
      },
    ],
    pairs: {
      measured: pairs,
      dropped: [{ pair: 6, side: "candidate", reason: "crashed: SIGKILL" }],
      extended: false,
      confidence: 0.99,
    },
    metrics,
    shown: [
      shownOf("spread/1 fixed-noreplace lost p50 (ns)", 312.4, [0.131, 0.02, 0.24]),
      shownOf("spread/1 hint-munmap lost p99 (ns)", 11_612, [-0.021, -0.31, 0.42]),
      shownOf("spread/1 kernel-chosen attempts/s", 334_120, [0.004, -0.12, 0.14]),
    ],
    notes: ["Others used half a CPU while the pairs 3 to 5 ran."],
    ...overrides,
  });
}

/** Two files instead of pairs: no twin, and forks of which the sides have different numbers. */
export function unpairedGate(overrides: Partial<Gate> = {}): Gate {
  const sample = sampleGate();
  return sampleGate({
    comparison: "unpaired",
    sides: sample.sides.filter(({ role }) => role !== "baseline-again"),
    pairs: { measured: 12, dropped: [], extended: false, confidence: 0.9917 },
    metrics: sample.metrics.map((metric) => ({ ...metric, environment: null })),
    ...overrides,
  });
}

/** The exact laws alone, one of them broken more often than the file tells. */
export function violatedGate(): Gate {
  const [law, ...others] = exactGate().laws;
  const broken = Array.from(
    { length: 5 },
    (_, fork) => `candidate, fork ${fork}, hot, 2 actors: capture found "attempts 7, outcomes 6"`,
  );
  return exactGate({
    verdict: "violated",
    exitCode: 1,
    sentence: "Violated: it does not hold that capture found no violation",
    laws: [{ law: law?.law ?? "", checked: 120, broken, brokenCount: 17 }, ...others],
  });
}

/** The exact laws alone. */
export function exactGate(overrides: Partial<Gate> = {}): Gate {
  return sampleGate({
    comparison: "exact",
    verdict: "held",
    exitCode: 0,
    sentence: "The exact laws hold: 3 laws in 840 places",
    sides: [sideOf("candidate", "7d6e0f1a2b3c")],
    ...{ differences: [], metrics: [], shown: [], pairs: null },
    notes: ["--exact: the laws alone were asked for; no time is compared."],
    ...overrides,
  });
}

/** A paired gate with these verdicts, and the one that they come to. */
export function gateWith(verdicts: readonly MetricVerdict[], overrides: Partial<Gate> = {}): Gate {
  const order: MetricVerdict[] = ["regressed", "inconclusive", "improved", "no-regression"];
  const verdict = order.find((each) => verdicts.includes(each)) ?? "inconclusive";
  return sampleGate({
    verdict,
    exitCode: verdict === "regressed" ? 1 : verdict === "inconclusive" ? 3 : 0,
    sentence: `What ${verdicts.length} metrics come to: ${verdict}`,
    metrics: verdicts.map((each, index) => metricOf(each, `spread/${index + 1} a p50 / b p50`, 1)),
    ...overrides,
  });
}

/** What would be obeyed, if any output let it through. */
export const hostile =
  "\u001b[31mred\u0007 ::error::x\r\n::stop-commands::y ##[error]z</details><script>alert(1)" +
  "</script> \"q\" 's' `b` $(d) \\ | ]]> ]]> &amp; \u202e\ufffe\ud800 @someone #1 *_~[l](u)";

/** Wherever a file can hold any text, it holds that. */
export function hostileGate(): Gate {
  const sample = sampleGate();
  const change = { baseline: hostile, candidate: hostile };
  return sampleGate({
    tool: { name: "noclobber", version: hostile, commit: hostile },
    command: ["noclobber", hostile],
    sentence: hostile,
    sides: sample.sides.map((side, index) => ({
      ...side,
      ...{ run: `${index}${hostile}`, command: [`${index}`, hostile], fingerprint: hostile },
      tool: { ...side.tool, version: hostile, commit: hostile },
      host: { ...side.host, hostname: `${index}${hostile}`, cpuModel: hostile },
    })),
    differences: [{ fact: hostile, ...change }],
    laws: [{ law: hostile, checked: 3, broken: [hostile, hostile], brokenCount: 3 }],
    pairs: {
      ...{ measured: 20, extended: true, confidence: 0.99 },
      dropped: [{ pair: 0, side: hostile, reason: hostile }],
    },
    metrics: sample.metrics.map((metric) => ({ ...metric, name: hostile, reason: hostile })),
    shown: sample.shown.map((figure) => ({ ...figure, name: hostile })),
    notes: [hostile, hostile],
  });
}

/** Slowdowns that deserve their verdicts by the default policy. */
const changes: Readonly<Record<MetricVerdict, readonly [number, number, number]>> = {
  regressed: [0.123, 0.081, 0.16],
  "no-regression": [0.004, -0.021, 0.034],
  inconclusive: [0.031, -0.04, 0.112],
  improved: [-0.092, -0.121, -0.063],
};

const becauses: Readonly<Record<MetricVerdict, string>> = {
  regressed: "more than 5 % slower",
  "no-regression": "excludes 10 %",
  inconclusive: "cannot exclude 10 %",
  improved: "more than 5 % faster",
};

function metricOf(verdict: MetricVerdict, name: string, median: number): JudgedMetric {
  const slowdown = changeOf(changes[verdict], 0.9902);
  return {
    name,
    ...valuesOf(median, slowdown.estimate, name.includes("per-second")),
    slowdown,
    verdict,
    reason: `${formatSlowdown(slowdown)}, ${n} pairs; ${becauses[verdict]}`,
    environment: changeOf([median / 500, -0.011, 0.019], 0.9902),
  };
}

function shownOf(
  name: string,
  median: number,
  change: readonly [number, number, number],
): ComparedMetric {
  const slowdown = changeOf(change, 0.951);
  return { name, ...valuesOf(median, slowdown.estimate, name.endsWith("/s")), slowdown };
}

function changeOf([estimate, lo, hi]: readonly [number, number, number], coverage: number) {
  return { state: "interval" as const, estimate, lo, hi, coverage, n };
}

/** A slower candidate takes longer, or does less in a second. */
function valuesOf(median: number, slowdown: number, isRate: boolean) {
  const side = (middle: number) => ({
    median: middle,
    values: Array.from({ length: pairs }, (_, pair) =>
      pair === 6 ? null : middle * (1 + 0.02 * Math.sin(pair)),
    ),
  });
  const factor = isRate ? 1 / (1 + slowdown) : 1 + slowdown;
  return { baseline: side(median), candidate: side(median * factor) };
}

function tool(commit: string): Gate["tool"] {
  return { name: "noclobber", version: "0.1.0", commit };
}

function sideOf(role: Gate["sides"][number]["role"], commit: string): Gate["sides"][number] {
  const { host, startedAt } = sampleRun({ forks: 1, scenarios: ["solo"], actors: [1] });
  return {
    role,
    run: `${folder}/${role}.json`,
    command: ["noclobber", "bench", "--scenario", "spread,occupied", "--seed", "1"],
    tool: tool(commit),
    startedAt,
    host,
    fingerprint: "5f0c2ab1",
    forks: role === "candidate" ? n : pairs,
  };
}
