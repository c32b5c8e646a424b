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
  readonly code: "violation" | "unsafe" | "flag" | "probe" | "interrupted";
  readonly text: string;
}

export function digestLabels(run: Run, safety: SafetyDigest): Label[] {
  const labels: Label[] = [];
  const violations = run.forks.flatMap(({ trials }) => trials.flatMap((trial) => trial.violations));
  if (violations.length > 0) {
    const text = `${plural(violations.length, "violation")} of the laws that every figure rests on`;
    labels.push({ code: "violation", text: `${text}: trust no figure of this run` });
  }
  if (safety.state === "broken") {
    labels.push({ code: "unsafe", text: `UNSAFE: ${safety.sentence}` });
  }
  const contenders = run.options.strategies.some((id) => roleOf(id) === "contender");
  if (run.flagVerdict !== "supported" && contenders) {
    labels.push({ code: "flag", text: flagLabels[run.flagVerdict] });
  }
  if (run.options.pretendOldKernel) {
    const text = "Pretending to be an old kernel: MAP_FIXED_NOREPLACE is stripped from every call";
    labels.push({ code: "flag", text });
  }
  if (run.probe.kind === "libc") {
    const text =
      `Measured with the libc probe (${run.probe.reason}): every latency holds an FFI call of ` +
      `about ${Math.round(run.probe.floor.ffiCallNs)} ns and cannot be compared with the ` +
      "native probe's";
    labels.push({ code: "probe", text });
  }
  if (run.status !== "complete") {
    const counted = plural(countedForks(run).length, "fork");
    const how = run.status === "running" ? "This run has not ended" : "Interrupted";
    labels.push({ code: "interrupted", text: `${how}: the figures are those of ${counted}` });
  }
  return labels;
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
