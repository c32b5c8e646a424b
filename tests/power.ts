/**
 * `npm run power`: the proof that the gate finds what it should and nothing else. Compares slowed
 * copies of this checkout with equal ones under load, and prints how often each verdict was right.
 * Takes a quarter of an hour, so it is no test; the beginning of a case's name chooses one.
 */

import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { mersenne } from "pure-rand/generator/mersenne";
import { copyCheckout, slowCalls } from "../bench/checkout.test.data.ts";
import { packageRoot } from "../bench/program.ts";
import { type ByFork, slowdownOf } from "../src/gate/compare.ts";
import { judge, verdictOf } from "../src/gate/judge.ts";
import { isRate, metricByFork } from "../src/gate/metrics.ts";
import { type Gate, gateSchema, type Verdict } from "../src/results/gate-schema.ts";
import { readRun } from "../src/results/store.ts";
import { familyConfidence } from "../src/stats/bonferroni.ts";

interface Case {
  readonly name: string;
  /** BPF instructions in front of the candidate's calls; the base has a filter of none. */
  readonly instructions: number;
  readonly onlyNoReplace: boolean;
  /** Another process takes half a core meanwhile. */
  readonly loaded: boolean;
  readonly pairs: number;
}

/** An instruction takes a cycle; the first hundred hide behind the filter's own cost. */
const cases: readonly Case[] = [
  { name: "equal, loaded", instructions: 0, onlyNoReplace: true, loaded: true, pairs: 100 },
  { name: "+10 % of one way", instructions: 220, onlyNoReplace: true, loaded: false, pairs: 60 },
  { name: "+20 % of one way", instructions: 420, onlyNoReplace: true, loaded: false, pairs: 60 },
  { name: "+20 % of all ways", instructions: 550, onlyNoReplace: false, loaded: false, pairs: 60 },
];

const pairsOfOne = 20;
const drawnComparisons = 100;
const halfCore =
  "for (;;) { const end = Date.now() + 50; while (Date.now() < end); " +
  "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50); }";

/** The raw data stay. */
const results = join(packageRoot, "results", "power");
const folder = mkdtempSync(join(tmpdir(), "noclobber-power-"));
try {
  const [wanted = ""] = process.argv.slice(2);
  for (const each of cases.filter(({ name }) => name.startsWith(wanted))) {
    report(each, measure(each));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** One long paired gate: its pairs are the stock that comparisons are made of. */
function measure({ name, instructions, onlyNoReplace, loaded, pairs }: Case): Gate {
  const [base, candidate] = [join(folder, `base ${name}`), join(folder, `candidate ${name}`)];
  for (const copy of [base, candidate]) copyCheckout(packageRoot, copy);
  slowCalls(base, { instructions: 0, onlyNoReplace });
  slowCalls(candidate, { instructions, onlyNoReplace });
  const policy = join(folder, "policy.json");
  writeFileSync(policy, JSON.stringify({ pairs, extendTo: null }));
  const output = join(results, name);
  const load = loaded ? spawn(process.execPath, ["-e", halfCore], { stdio: "ignore" }) : undefined;
  try {
    const words = ["gate", "--base", base, "--policy", policy, "--output", output];
    const program = join(candidate, "dist", "bench", "cli.js");
    spawnSync(process.execPath, [program, ...words], {
      cwd: folder,
      stdio: ["ignore", "ignore", "inherit"],
    });
  } finally {
    load?.kill();
  }
  return gateSchema.parse(JSON.parse(readFileSync(join(output, "gate.json"), "utf8")));
}

/** Every metric of every fork, by side. */
type Stock = ReadonlyMap<string, readonly ByFork[]>;

function report({ name }: Case, gate: Gate): void {
  const metrics = gate.policy.metrics ?? [];
  const stock: Stock = new Map(
    gate.sides.map(({ role, run }) => {
      const measured = readRun(run);
      return [role, metrics.map((metric) => metricByFork(measured, metric))];
    }),
  );
  const all = Array.from({ length: gate.pairs?.measured ?? 0 }, (_, pair) => pair);
  const inARow = Array.from({ length: Math.floor(all.length / pairsOfOne) }, (_, at) =>
    all.slice(at * pairsOfOne, (at + 1) * pairsOfOne),
  );
  const random = mersenne(1);
  const drawn = Array.from({ length: drawnComparisons }, () =>
    Array.from({ length: pairsOfOne }, () => uniformInt(random, 0, all.length - 1)),
  );
  const line = (what: string, verdicts: readonly Verdict[]) => {
    const counts = new Map<Verdict, number>();
    for (const verdict of verdicts) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
    const said = [...counts].map(([verdict, count]) => `${count} ${verdict}`).join(", ");
    process.stdout.write(`  ${what}: ${said}\n`);
  };
  process.stdout.write(`\n${name}: ${all.length} pairs. ${gate.sentence}\n`);
  const compare = (from: string, to: string) => (chosen: readonly number[]) =>
    verdictIn(stock, [from, to], chosen, gate);
  line(
    `${inARow.length} comparisons, one after another`,
    inARow.map(compare("baseline", "candidate")),
  );
  const twins = inARow.map(compare("baseline", "baseline-again"));
  line(`the same of the base with its twin`, twins);
  line(`${drawn.length} comparisons of drawn pairs`, drawn.map(compare("baseline", "candidate")));
}

/** The verdict of one comparison of these pairs, as a gate without extension gives it. */
function verdictIn(
  stock: Stock,
  [from, to]: readonly [string, string],
  chosen: readonly number[],
  { policy }: Gate,
): Verdict {
  const metrics = policy.metrics ?? [];
  const judged = metrics.map(({ figure }, at) => {
    // Numbered anew: a pair that was drawn twice counts twice.
    const pick = (role: string): ByFork =>
      new Map(
        chosen.flatMap((pair, place): [number, number][] => {
          const value = stock.get(role)?.[at]?.get(pair);
          return value === undefined ? [] : [[place, value]];
        }),
      );
    const confidence = familyConfidence(0.95, metrics.length);
    const how = { paired: true, isRate: isRate(figure), confidence };
    return judge(slowdownOf(pick(from), pick(to), how), policy, "pairs");
  });
  return verdictOf([], judged, false);
}
