/** One sweep for each thing that can be odd about one. Only tests import it. */

import type { SweepRun } from "../results/sweep-schema.ts";
import { changedSweep, raceArmsOf, sampleSweep, searchArmsOf } from "./sweep-sample.test.data.ts";

export const oddSweeps: Readonly<Record<string, () => SweepRun>> = {
  "of actors": () => sampleSweep("actors"),
  "of mappings": () => sampleSweep("vmas"),
  "of windows": () => sampleSweep("windows"),
  "of sizes": () => sampleSweep("size"),
  "of one fork a value": () => sampleSweep("actors", { forks: 1 }),
  "of four forks a value": () => sampleSweep("vmas", { forks: 4 }),
  "of one value": () => sampleSweep("actors", { values: [4] }),
  "of one value, 0": () => sampleSweep("vmas", { values: [0] }),
  "of three values": () => sampleSweep("actors", { values: [1, 2, 4] }),
  "of many values": () =>
    sampleSweep("actors", {
      values: Array.from({ length: 24 }, (_, index) => index + 1),
      forks: 1,
    }),
  "of one value in one fork": () => sampleSweep("size", { values: [2 ** 21], forks: 1 }),
  "without a fork": () => sampleSweep("actors", { forks: 0 }),
  "of crashed forks": () =>
    changedSweep((run) => {
      for (const fork of run.forks) {
        Object.assign(fork, { status: "crashed", error: "SIGKILL", trials: [], searches: [] });
      }
    }),
  "with a value that failed": () =>
    changedSweep((run) => {
      for (const fork of run.forks.filter(({ value }) => value === 16)) {
        Object.assign(fork, { status: "failed", error: "ENOMEM", trials: [], searches: [] });
      }
    }),
  "that was interrupted": () =>
    changedSweep((run) => {
      run.status = "interrupted";
      run.forks.splice(13);
      run.forks[12]?.trials.splice(1);
      Object.assign(run.forks[12] ?? {}, { status: "interrupted", searches: [] });
    }),
  "without searches": () =>
    changedSweep((run) => {
      for (const fork of run.forks) fork.searches = [];
    }),
  "without races": () =>
    changedSweep((run) => {
      for (const fork of run.forks) fork.trials = [];
    }, "vmas"),
  "without histograms": () =>
    changedSweep((run) => {
      for (const { arm } of searchArmsOf(run)) {
        for (const distribution of Object.values(arm.distributions)) distribution.histogram = null;
      }
    }, "vmas"),
  "of the control alone": () =>
    changedSweep((run) => {
      for (const { trials } of run.forks) {
        for (const trial of trials) {
          trial.arms = trial.arms.filter(({ strategy }) => strategy === "kernel-chosen");
        }
      }
    }),
  "in which nothing was placed": () =>
    changedSweep((run) => {
      for (const { trial, arm } of raceArmsOf(run)) {
        if (trial.spec.scenario !== "spread") continue;
        Object.assign(arm.counts, { placed: 0, releases: 0 });
        arm.distributions = {};
      }
    }),
  "that falls too steeply for a law": () =>
    changedSweep(
      (run) => {
        for (const { fork, arm } of raceArmsOf(run)) {
          arm.blocks.wallNs = arm.blocks.wallNs.map(() => 1e6 * fork.value ** 4);
          arm.counts.placed = Math.min(arm.counts.placed, 1000);
        }
      },
      "actors",
      { values: [4, 8, 16, 32] },
    ),
  "that no law describes": () =>
    changedSweep((run) => {
      for (const { fork, arm } of raceArmsOf(run)) {
        const factor = fork.value === 2 || fork.value === 8 ? 4 : 1;
        arm.blocks.wallNs = arm.blocks.wallNs.map((ns) => ns * factor);
      }
    }),
  "with implausible times": () =>
    changedSweep((run) => {
      for (const { fork, arm } of raceArmsOf(run)) {
        const factor = [0, 1e300, 1e-300][fork.index % 3] ?? 1;
        for (const { quantiles } of Object.values(arm.distributions)) quantiles.p50 *= factor;
      }
    }),
  "of several actors at every value": () =>
    changedSweep((run) => {
      for (const { trials } of run.forks) {
        const more = structuredClone(trials);
        for (const trial of more) trial.spec.actors = 1024;
        trials.push(...more);
      }
    }, "vmas"),
  "with an arm that is unsafe": () =>
    changedSweep((run) => {
      const { arms, violations } = run.forks[3]?.trials[1] ?? {};
      violations?.push(...Array.from({ length: 30 }, () => "attempts 7, outcomes 6"));
      Object.assign(arms?.[1]?.safety ?? {}, { clobbers: 1 });
    }, "vmas"),
  "with a search that is unsafe": () =>
    changedSweep((run) => {
      const found = run.forks[3]?.searches[1];
      found?.violations.push("mappings 3, known 2");
      Object.assign(found?.arms[1]?.safety ?? {}, { leaks: 2 });
    }, "vmas"),
  "of the libc probe": () =>
    changedSweep((run) => {
      Object.assign(run.probe, { kind: "libc", reason: "executable memory is denied" });
    }, "windows"),
  "of a kernel that ignores the flag": () =>
    changedSweep((run) => {
      run.flagVerdict = "ignored";
    }, "size"),
};

/** The sweep with this text wherever it may stand. */
export function hostileSweep(text: string): SweepRun {
  return changedSweep((run) => {
    Object.assign(run.host, { hostname: text, kernelRelease: text, cpuModel: text });
    Object.assign(run.host, { onlineCpus: text, virtualisation: text, governor: text });
    Object.assign(run.tool, { version: text, commit: text });
    Object.assign(run.probe, { kind: "libc", reason: text, clock: text });
    run.command = ["noclobber", "bench", text, text];
    run.warnings.push({ code: "x", message: text, remedy: text });
    Object.assign(run.forks[0] ?? {}, { status: "failed", error: text });
    for (const { ways, ...profile } of run.profiles) {
      Object.assign(profile, { summary: text, source: text, scaled: text });
      for (const way of ways) {
        if (way.id !== "maps-text") way.id = text;
        way.summary = text;
      }
    }
    for (const { trial, arm } of raceArmsOf(run)) {
      if (arm.strategy === "kernel-chosen") arm.strategy = text;
      arm.errnos = { [`E${text}`]: 3 };
      trial.violations = [text];
    }
    for (const { found, arm } of searchArmsOf(run)) {
      if (arm.way !== "maps-text") arm.way = text;
      arm.errnos = { [`E${text}`]: 3 };
      found.violations = [text];
    }
  });
}
