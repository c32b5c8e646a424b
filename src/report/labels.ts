/**
 * What must stand beside the headline because it changes how every figure is read: broken laws, an
 * unsafe outcome, a kernel without the flag, another probe, a run cut short.
 */

import type { Run } from "../results/schema.ts";
import { roleOf } from "./roles.ts";
import type { SafetyDigest } from "./safety.ts";
import { countedForks } from "./samples.ts";
import { plural } from "./wording.ts";

export interface Label {
  readonly code: "violation" | "unsafe" | "flag" | "probe" | "interrupted" | "values";
  readonly text: string;
}

/** What labels are made of, whatever was measured. */
export interface LabelFacts extends Pick<Run, "probe" | "status"> {
  readonly violations: number;
  readonly safety: Pick<SafetyDigest, "state" | "sentence">;
  /** Of the flag, where something depends on it. */
  readonly flagVerdict: Run["flagVerdict"];
  readonly pretendOldKernel: boolean;
  /** Forks that figures rest on. */
  readonly counted: number;
}

export function digestLabels(run: Run, safety: SafetyDigest): Label[] {
  const { options, flagVerdict, probe, status } = run;
  const violations = run.forks.flatMap(({ trials }) => trials.flatMap((trial) => trial.violations));
  const contenders = options.strategies.some((id) => roleOf(id) === "contender");
  return labelsOf({
    ...{ probe, status, safety, pretendOldKernel: options.pretendOldKernel },
    violations: violations.length,
    flagVerdict: contenders ? flagVerdict : "supported",
    counted: countedForks(run).length,
  });
}

export function labelsOf(facts: LabelFacts): Label[] {
  const { violations, safety, flagVerdict, probe } = facts;
  const labels: Label[] = [];
  if (violations > 0) {
    const text = `${plural(violations, "violation")} of the laws that every figure rests on`;
    labels.push({ code: "violation", text: `${text}: trust no figure of this run` });
  }
  if (safety.state === "broken") {
    labels.push({ code: "unsafe", text: `UNSAFE: ${safety.sentence}` });
  }
  if (flagVerdict !== "supported") labels.push({ code: "flag", text: flagLabels[flagVerdict] });
  if (facts.pretendOldKernel) {
    const text = "Pretending to be an old kernel: MAP_FIXED_NOREPLACE is stripped from every call";
    labels.push({ code: "flag", text });
  }
  if (probe.kind === "libc") {
    const text =
      `Measured with the libc probe (${probe.reason}): every latency holds an FFI call of ` +
      `about ${Math.round(probe.floor.ffiCallNs)} ns and cannot be compared with the ` +
      "native probe's";
    labels.push({ code: "probe", text });
  }
  if (facts.status !== "complete") {
    const counted = plural(facts.counted, "fork");
    const how = facts.status === "running" ? "This run has not ended" : "Interrupted";
    labels.push({ code: "interrupted", text: `${how}: the figures are those of ${counted}` });
  }
  return labels;
}

/** Whether it takes all trust in the run's figures. */
export function isGrave({ code }: Label): boolean {
  return code === "violation" || code === "unsafe";
}

const flagLabels = {
  ignored:
    "This kernel ignores MAP_FIXED_NOREPLACE (Linux before 4.17): fixed-noreplace is a mere hint " +
    "here, and what it loses is misplaced and has to be unmapped",
  rejected:
    "This kernel rejects MAP_FIXED_NOREPLACE: the attempts of fixed-noreplace fail, and say " +
    "nothing about the flag",
  buggy:
    "This kernel's MAP_FIXED_NOREPLACE has the bug of 4.17, mended by 7aa867dd8952: it can " +
    "clobber a mapping that begins inside the window",
  relocating:
    "This system takes MAP_FIXED_NOREPLACE and puts free windows elsewhere all the same: what " +
    "fixed-noreplace loses says nothing about conflicts",
} as const;
