/**
 * Measures the sides of a gate: `bench --paced` in a process of its own for each, of whichever
 * checkout, and nothing but what these processes wrote now is taken for their result.
 */

import { existsSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { UsageError } from "../src/errors.ts";
import { refuseUnfit } from "../src/gate/comparable.ts";
import type { SideRun } from "../src/gate/digest.ts";
import { ForkLost } from "../src/orchestrate/fork-process.ts";
import { lockMachine } from "../src/orchestrate/lock.ts";
import type { Side } from "../src/orchestrate/pacing.ts";
import { PairedRuns, planPairs, type Role } from "../src/orchestrate/pairs.ts";
import { readRun, refuseForeignFile } from "../src/results/store.ts";
import { pacedWords } from "./race-words.ts";

export interface Measuring {
  readonly seed: number;
  /** Where fresh runs are saved. */
  readonly folder: string;
  /** Files that the question names, which no fresh run may replace. */
  readonly inputs: readonly string[];
  readonly signal: AbortSignal;
  /** Told between forks, when nothing is measured. */
  readonly onPair: (done: number, of: number) => void;
}

/** A side to be measured: the words of its bench and the checkout that has the program. */
export interface SidePlan {
  readonly role: Role;
  readonly root: string;
  readonly words: readonly string[];
}

interface Range {
  readonly from: number;
  readonly to: number;
  /** Pairs or forks; beyond, nobody will judge what is left, and forks that hang take minutes. */
  readonly mostLost: number;
}

/** The sides, open and ready: their forks come in pairs, one of each. */
export class Sides {
  readonly #measuring: Measuring;
  readonly #sides: readonly Side[];
  readonly #runs: PairedRuns;
  #ended = 0;

  constructor(measuring: Measuring, plans: readonly SidePlan[], mostForks: number) {
    this.#measuring = measuring;
    this.#sides = plans.map((plan) => sideOf(measuring, plan, mostForks));
    this.#runs = new PairedRuns(this.#sides, measuring.signal);
  }

  /**
   * Opens the sides, lets `work` measure, and closes them, whatever happens. Returns the finished
   * runs in the order of the plans.
   * @throws UsageError where a side cannot measure, or did not save what it measured
   */
  async measure(work: () => Promise<void>): Promise<SideRun[]> {
    await lockMachine();
    // What an earlier gate left here is not an answer to this question.
    for (const { output } of this.#sides) rmSync(output, { force: true });
    try {
      await this.#runs.open();
      await work();
      await this.#runs.close();
    } catch (error) {
      if (!(error instanceof ForkLost) || error.status === "interrupted") throw error;
      throw new UsageError(
        `${error.message}. A side must be a built checkout of noclobber whose bench has --paced, ` +
          "its words must be options of that bench, and it must be able to save its result.",
      );
    } finally {
      await this.#runs.leave();
    }
    const runs = this.runs();
    for (const [at, { run, path }] of runs.entries()) {
      const who = `The ${this.#sides[at]?.role} ${path}`;
      refuseUnfit(run, who);
      if (run.forks.length === this.#ended) continue;
      throw new UsageError(
        `${who} has ${run.forks.length} forks, but ${this.#ended} were measured: it was not ` +
          "saved whole. See whether the disk is full, then gate again.",
      );
    }
    return runs;
  }

  /** What is saved so far. */
  runs(): SideRun[] {
    return this.#sides.map(({ output }) => ({ run: readRun(output), path: output }));
  }

  /** Pairs `from` to `to` of one plan: an extension goes on where the first look stopped. */
  async range({ from, to, mostLost }: Range): Promise<void> {
    const { seed, onPair } = this.#measuring;
    const roles = this.#sides.map(({ role }) => role);
    const orders = planPairs(roles, to, seed).slice(from);
    let lost = 0;
    onPair(from, to);
    for await (const { pair, forks } of this.#runs.measure(orders)) {
      this.#ended = pair + 1;
      onPair(pair + 1, to);
      if (forks.some(({ status }) => status !== "complete")) lost++;
      if (lost > mostLost) return;
    }
  }
}

function sideOf(
  { folder, inputs }: Measuring,
  { role, root, words }: SidePlan,
  mostForks: number,
): Side {
  const program = join(root, "dist", "bench", "cli.js");
  if (!existsSync(program)) {
    throw new UsageError(
      `The ${role}'s checkout ${root} has no ${join("dist", "bench", "cli.js")}. ` +
        "Name a checkout of noclobber, and run `npm ci && npm run build` in it.",
    );
  }
  const output = join(folder, `${role}.json`);
  if (inputs.some((path) => resolve(path) === resolve(output))) {
    throw new UsageError(
      `The ${role} measured now would replace ${output}, which is compared. ` +
        "Name another --output.",
    );
  }
  refuseForeignFile(output);
  return { role, program, words: [...words, ...pacedWords(mostForks)], output };
}
