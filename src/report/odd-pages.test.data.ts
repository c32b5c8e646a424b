/** One run for each thing that can be odd about one, with histograms. Only tests import it. */

import { soundRun } from "../gate/sound-run.test.data.ts";
import type { Run } from "../results/schema.ts";
import { armsOf } from "./sample-run.test.data.ts";

/** Text that would be markup, or end a script, an attribute or a comment, if it were believed. */
export const hostile =
  "</script><script>alert(1)</script>\"'><img src=x onerror=alert(1)>--&lt;\u202e";

/** Two configurations that lose attempts, and two that win some. */
function small(forks: number): Run {
  return soundRun({ forks, scenarios: ["occupied", "spread"] });
}

function changed(change: (run: Run) => void, forks = 2): Run {
  const run = small(forks);
  change(run);
  return run;
}

export const oddRuns: Readonly<Record<string, () => Run>> = {
  "of seven forks": () => small(7),
  "of one fork": () => small(1),
  "without a fork": () =>
    changed((run) => {
      run.forks = [];
    }),
  "of crashed forks": () =>
    changed((run) => {
      for (const fork of run.forks) {
        Object.assign(fork, { status: "crashed", error: "SIGKILL", trials: [] });
      }
    }),
  "that was interrupted": () =>
    changed((run) => {
      run.status = "interrupted";
      run.forks[1]?.trials.splice(3);
      Object.assign(run.forks[1] ?? {}, { status: "interrupted", error: "Ctrl-C" });
    }),
  "of a baseline": () =>
    changed((run) => {
      for (const { arm } of armsOf(run)) {
        for (const distribution of Object.values(arm.distributions)) distribution.histogram = null;
      }
    }),
  "with broken histograms": () =>
    changed((run) => {
      for (const { arm } of armsOf(run)) {
        for (const distribution of Object.values(arm.distributions)) distribution.histogram = "x";
      }
    }),
  "of the libc probe": () =>
    changed((run) => {
      Object.assign(run.probe, { kind: "libc", reason: "executable memory is denied" });
    }),
  "with violations": () =>
    changed((run) => {
      const trial = run.forks[1]?.trials[0];
      trial?.violations.push(...Array.from({ length: 30 }, () => "attempts 7, outcomes 6"));
      Object.assign(trial?.arms[1]?.safety ?? {}, { clobbers: 1 });
    }),
  "of the control alone": () =>
    changed((run) => {
      for (const trial of run.forks.flatMap(({ trials }) => trials)) {
        trial.arms = trial.arms.filter(({ strategy }) => strategy === "kernel-chosen");
      }
    }),
  "with markup in every text": () =>
    changed((run) => {
      for (const trial of run.forks.flatMap(({ trials }) => trials)) {
        trial.violations.push(hostile);
        trial.spec.scenario += hostile;
        const [arm] = trial.arms;
        if (arm) arm.strategy = hostile;
      }
      run.command = ["noclobber", hostile];
      Object.assign(run.tool, { version: hostile, commit: hostile });
      Object.assign(run.probe, { kind: "libc", reason: hostile, clock: hostile });
      for (const name of ["hostname", "cpuModel", "kernelRelease", "governor"] as const) {
        run.host[name] = hostile;
      }
      run.warnings.push({ code: hostile, message: hostile, remedy: hostile });
      Object.assign(run.forks[0] ?? {}, { status: "failed", error: hostile });
    }),
};
