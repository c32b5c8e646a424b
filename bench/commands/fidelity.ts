/**
 * `noclobber fidelity`: is the harness as fast as the same loop in C? Measures both alternately on
 * the same windows, and prints them side by side.
 */

import { Command, Option } from "@commander-js/extra-typings";
import { exitCodes, UsageError } from "../../src/errors.ts";
import { trialOf } from "../../src/orchestrate/execute.ts";
import { ForkProcess, forkModule } from "../../src/orchestrate/fork-process.ts";
import { lockMachine } from "../../src/orchestrate/lock.ts";
import { planBlocks, trialSpecsOf, warmupMs } from "../../src/orchestrate/plan.ts";
import type { ForkSetup } from "../../src/orchestrate/protocol.ts";
import type { TrialSpec } from "../../src/results/schema.ts";
import { scenarioOf } from "../../src/scenarios/index.ts";
import { probeFlag } from "../../src/sys/flag-verdict.ts";
import { readHost } from "../../src/sys/host.ts";
import { kernel } from "../../src/sys/libc.ts";
import { readMaps } from "../../src/sys/maps.ts";
import { type Arena, planArena } from "../../src/windows/plan.ts";
import { type FidelityPair, fidelityRows, renderFidelity } from "../fidelity-table.ts";
import { integer } from "../options.ts";
import { completeOptions, defaultFlags } from "../race-options.ts";
import {
  type CompiledReference,
  compileReference,
  type ReferenceResult,
  type ReferenceSpec,
  readReference,
  referenceWords,
} from "../reference.ts";

/** Turns of every strategy in one measurement of either side. */
const rounds = 2;
const { blockMs } = defaultFlags();
const patienceMs = 30_000;

export const fidelityCommand = new Command("fidelity")
  .summary("compare the harness with the same loop in C, side by side")
  .description(
    "Compiles a small C program that runs exactly the same loop with pthreads, measures it and " +
      "the harness alternately, and prints both. Needs a C compiler: cc, or the one CC names.",
  )
  .addOption(
    new Option("--pairs <number>", "measurements of each side")
      .argParser(integer(1, 100))
      .default(12),
  )
  .action(async ({ pairs }) => {
    process.exitCode = await runFidelity(pairs);
  });

async function runFidelity(pairs: number): Promise<number> {
  const reference = compileReference();
  if (reference.state === "missing") {
    throw new UsageError(`There is nothing to compare with: ${reference.why}.`);
  }
  try {
    await lockMachine();
    const options = completeOptions({ ...defaultFlags(), scenario: ["occupied", "hot", "spread"] });
    const host = readHost();
    const setup: ForkSetup = {
      options,
      cpus: host.allowedCpus,
      pageBytes: host.pageBytes,
      flagVerdict: probeFlag(kernel, host.pageBytes).verdict,
      threads: Math.max(...options.actors),
    };
    const measured: FidelityPair[] = [];
    for (let pair = 0; pair < pairs; pair++) {
      measured.push(...(await measurePair(pair, setup, reference)));
      process.stderr.write(`pair ${pair + 1}/${pairs}\n`);
    }
    print(trialSpecsOf(options), measured);
    return exitCodes.ok;
  } finally {
    reference.remove();
  }
}

/** Every configuration once on both sides, in one fresh fork; who goes first alternates. */
async function measurePair(
  pair: number,
  setup: ForkSetup,
  { path, output }: Extract<CompiledReference, { state: "compiled" }>,
): Promise<FidelityPair[]> {
  const { strategies } = setup.options;
  const fork = new ForkProcess(forkModule, new AbortController().signal);
  try {
    const { calibration } = await fork.ask({ kind: "setup", setup }, "ready", patienceMs);
    const measured: FidelityPair[] = [];
    for (const [index, spec] of trialSpecsOf(setup.options).entries()) {
      const seed = pair * 1000 + index;
      const request = { ...spec, pageBytes: setup.pageBytes, anchored: true, at: undefined };
      const arena = planArena(request, readMaps());
      const { windows } = arena;
      const words = referenceWords(referenceSpecOf(spec, arena, strategies, seed));
      const native = async (): Promise<ReferenceResult> => {
        const message = { kind: "reference", library: path, words, output, windows } as const;
        await fork.ask(message, "reference", patienceMs);
        return readReference(output);
      };
      const first = pair % 2 === 0 ? undefined : await native();
      const plan = { spec, seed, blocks: planBlocks(strategies, { rounds, blockMs }, seed) };
      const answer = await fork.ask({ kind: "trial", plan }, "trial", patienceMs);
      const { arms } = trialOf(answer.measured, spec, strategies, calibration);
      measured.push({ spec, arms, reference: first ?? (await native()) });
    }
    return measured;
  } finally {
    fork.kill();
  }
}

/** The same windows, asked for in the same way. */
function referenceSpecOf(
  spec: TrialSpec,
  { windows, anchors }: Arena,
  strategies: readonly string[],
  seed: number,
): ReferenceSpec {
  const [first, second] = windows;
  if (!first) throw new Error("A scenario without windows");
  const { occupied, order } = scenarioOf(spec.scenario);
  return {
    start: first.start,
    strideBytes: second ? second.start - first.start : 2 * first.bytes,
    windows: spec.windows,
    windowBytes: spec.windowBytes,
    hold: spec.hold,
    actors: spec.actors,
    order,
    occupied,
    blocks: rounds,
    blockMs,
    warmupMs,
    strategies,
    seed,
    anchors,
  };
}

function print(specs: readonly TrialSpec[], measured: readonly FidelityPair[]): void {
  const all = specs.map((spec) => {
    const pairs = measured.filter(
      (pair) => pair.spec.scenario === spec.scenario && pair.spec.actors === spec.actors,
    );
    const rows = fidelityRows(pairs);
    const title = `${spec.scenario}, ${spec.actors} ${spec.actors === 1 ? "actor" : "actors"}`;
    process.stdout.write(`${renderFidelity(title, rows)}\n\n`);
    return rows;
  });
  const rows = all.flat();
  const judged = rows.filter((row) => row.holds !== undefined);
  const off = judged.filter((row) => row.holds === false);
  const rates = rows.filter((row) => row.isRate).map((row) => row.ratio);
  process.stdout.write(
    `${judged.length - off.length} of ${judged.length} figures hold: ` +
      "rates at least 0.95 of native, p50 within 5 % or 15 ns of it.\n" +
      `The lowest rate is ${Math.min(...rates).toFixed(2)} of native. ` +
      "Medians over pairs; the ratio is the median of the pairs' ratios.\n",
  );
}
