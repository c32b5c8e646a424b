/**
 * What a finished run tells about itself that its reader should know: warnings with remedies, from
 * the run's own record. Pure.
 */

import type { Run, Warning } from "../results/schema.ts";

/** Share of the machine that others may take before it is worth a word. */
const quietShare = 0.1;

/** Warnings that only the finished run can give. */
export function findingsOf(run: Run, plannedForks: number): Warning[] {
  const arms = run.forks.flatMap((fork) => fork.trials.flatMap((trial) => trial.arms));
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  const lost = run.forks.filter((fork) => fork.status !== "complete");
  const refused = run.forks.flatMap((fork) => fork.trials.filter((t) => t.refusedWindows > 0));
  const voided = sum(arms.map((arm) => arm.voidedBlocks));
  const cut = sum(arms.map((arm) => arm.cutBlocks));
  const outOfMemory = sum(arms.map((arm) => arm.errnos["ENOMEM"] ?? 0));
  const wallMs = sum(arms.flatMap((arm) => arm.blocks.wallNs)) / 1e6;
  const othersMs = sum(arms.flatMap((arm) => arm.blocks.othersCpuMs));
  const othersShare = othersMs / (wallMs * run.host.allowedCpus.length);
  const warnings: (Warning | false)[] = [
    run.status === "complete" &&
      run.forks.length < plannedForks && {
        code: "fewer-forks",
        message: `The time was up after ${run.forks.length} of ${plannedForks} forks.`,
        remedy: "Give it more --time, or ask for fewer --scenario or --actors.",
      },
    lost.length > 0 &&
      run.status === "complete" && {
        code: "forks-lost",
        message:
          `${lost.length} of ${run.forks.length} forks are not complete: ` +
          `${lost[0]?.error?.replace(/\.$/, "")}.`,
        remedy: "Their finished trials count; look at the fork's error in the result file.",
      },
    refused.length > 0 && {
      code: "refused-windows",
      message:
        `${refused[0]?.refusedWindows} free windows of ${refused[0]?.spec.scenario} are refused: ` +
        "a hint does not get them although nobody has them.",
      remedy: "Choose another --arena or --window-size; misplacements there are not all conflicts.",
    },
    voided > 0 && {
      code: "voided-blocks",
      message: `${voided} blocks are voided: something else was mapped inside a window.`,
      remedy: "Choose another --arena if it happens often.",
    },
    cut > 0 && {
      code: "cut-blocks",
      message: `${cut} blocks ended early: this machine makes more calls than a log holds.`,
      remedy: "Their rates hold; the last part of each block had fewer actors.",
    },
    outOfMemory > 0 && {
      code: "enomem",
      message: `${outOfMemory} attempts failed with ENOMEM.`,
      remedy: "Raise RLIMIT_AS, the cgroup's memory limit or vm.max_map_count, or ask for less.",
    },
    othersShare > quietShare && {
      code: "disturbed",
      message: `Other processes took ${Math.round(othersShare * 100)} % of the CPUs meanwhile.`,
      remedy: "Trust ratios within the run more than absolute times, or repeat it undisturbed.",
    },
  ];
  return warnings.filter((warning) => warning !== false);
}
