/**
 * One run for each thing that can be odd about one, with texts that a commit message, a changelog
 * or Markdown may take amiss, and pairs of runs to compare. Only tests import it.
 */

import type { Arm, Run } from "../results/schema.ts";
import { armsOf, changedRun, type SampleChoice, sampleRun } from "./sample-run.test.data.ts";

export const everyStrategy = ["hint-munmap", "fixed-noreplace", "kernel-chosen", "fixed"];

/** Small enough to be read in a golden text. */
export const small: SampleChoice = { actors: [1, 2], scenarios: ["occupied", "spread", "solo"] };

/** What a file may hold wherever it may hold any text. */
export const hostileTexts: readonly string[] = [
  "\u001b[31mred\u0007 ::error::x\r\n##[error]z</details><script>alert(1)</script> & `b` $(d) \\ |",
  "x\n--- a/mm/mmap.c\n+++ b/mm/mmap.c\n@@ -1,2 +1,2 @@\ndiff --git a/mm b/mm\nIndex: mm",
  "Change-Id: Iabc\n# dropped\nSigned-off-by: A <a@b>\n Cc: b@c\nFixes: 0123456789ab\nFrom me\t#12",
  "commit 0123456789ab commit\n0123456789abcdef0123 deadbeef Link: x foo: http://x v2: http",
  "\u202e\ufffe\ud800 @someone #1 *_~[l](u) \u00e4\u00b1\u{1f600} <!-- --> <!-- /noclobber x -->",
  `${"--- ".repeat(60)}${"#".repeat(200)} ${"% ".repeat(120)}`,
  "",
];

/** The run with this text wherever it may stand. */
export function hostileRun(text: string, choice: SampleChoice = small): Run {
  return changedRun((run) => {
    Object.assign(run.host, { hostname: text, kernelRelease: text, cpuModel: text });
    Object.assign(run.host, { onlineCpus: text, virtualisation: text, governor: text });
    Object.assign(run.tool, { version: text, commit: text });
    Object.assign(run.probe, { kind: "libc", reason: text, clock: text });
    run.command = ["noclobber", "bench", text, text];
    run.warnings.push({ code: "x", message: text, remedy: text });
    const [first, second] = run.forks;
    Object.assign(first ?? {}, { status: "failed", error: text });
    second?.trials[0]?.violations.push(text, text);
    for (const { arm } of armsOf(run)) {
      if (arm.strategy === "kernel-chosen") arm.strategy = text;
      arm.errnos = { [`E${text}`]: 3 };
    }
    for (const { spec } of run.forks.flatMap(({ trials }) => trials)) {
      if (spec.scenario === "solo") spec.scenario = text;
    }
  }, choice);
}

const changedSmall = (change: (run: Run) => void) => changedRun(change, small);

export const oddRuns: Readonly<Record<string, () => Run>> = {
  plain: () => sampleRun(),
  "one fork": () => sampleRun({ ...small, forks: 1 }),
  "fixed arm": () => sampleRun({ ...small, strategies: everyStrategy }),
  "control only": () => sampleRun({ ...small, strategies: ["kernel-chosen"] }),
  "many actors": () => sampleRun({ ...small, actors: [1, 64, 1024], forks: 6 }),
  "all inconclusive": () => inconclusive(),
  "no complete fork": () =>
    changedSmall((run) => {
      for (const fork of run.forks) {
        Object.assign(fork, { status: "crashed", error: "SIGKILL", trials: [] });
      }
    }),
  "no fork": () =>
    changedSmall((run) => {
      run.forks = [];
    }),
  "failed fork": () =>
    changedSmall((run) => {
      run.status = "interrupted";
      run.forks[3]?.trials.splice(3);
      Object.assign(run.forks[3] ?? {}, { status: "failed", error: "mmap: ENOMEM" });
    }),
  "libc probe": () =>
    changedSmall((run) => {
      Object.assign(run.probe, { kind: "libc", reason: "executable memory is denied" });
    }),
  "flag ignored": () =>
    changedSmall((run) => {
      run.flagVerdict = "ignored";
    }),
  broken: () =>
    changedSmall((run) => {
      const trial = run.forks[1]?.trials[3];
      trial?.violations.push(...Array.from({ length: 20 }, () => "attempts 7, outcomes 6"));
      Object.assign(trial?.arms[1]?.safety ?? {}, { clobbers: 1, canaries: 2 });
    }),
  implausible: () =>
    changedSmall((run) => {
      for (const { arm, fork } of armsOf(run)) scaleArm(arm, [0, 1e300, 1e-300][fork % 3] ?? 1);
    }),
  ...Object.fromEntries(hostileTexts.map((text, at) => [`hostile ${at}`, () => hostileRun(text)])),
};

/** Forks that lean either way by turns. */
function inconclusive(): Run {
  return changedSmall((run) => {
    for (const { arm, fork } of armsOf(run)) {
      if (arm.strategy === "hint-munmap") scaleArm(arm, (fork % 2 ? 3 : 1 / 3) / 17.6);
    }
  });
}

/** Multiplies what an arm's calls took; its rate falls as they take longer. */
export function scaleArm(arm: Arm, factor: number): void {
  for (const { quantiles } of Object.values(arm.distributions)) {
    for (const name of ["p50", "p90", "p99", "p999", "max"] as const) quantiles[name] *= factor;
  }
  arm.blocks.wallNs = arm.blocks.wallNs.map((ns) => ns * factor);
}

/**
 * Another kernel on which a lost fixed-noreplace attempt takes `factor` of the time; its forks
 * drift apart from the baseline's.
 */
export function candidateRun(factor: number, choice: SampleChoice = small): Run {
  return changedRun((run) => {
    run.startedAt = "2026-02-01T08:00:00Z";
    run.host.kernelRelease = "6.19.0";
    for (const { arm, fork, actors } of armsOf(run)) {
      scaleArm(arm, 1 + 0.05 * Math.sin(fork * 5 + actors));
      if (arm.strategy === "fixed-noreplace") scaleArm(arm, factor);
    }
  }, choice);
}
