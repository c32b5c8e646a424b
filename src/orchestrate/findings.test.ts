import assert from "node:assert/strict";
import { test } from "node:test";
import { sampleRun } from "../report/sample-run.test.data.ts";
import type { Arm, Fork, Run } from "../results/schema.ts";
import { findingsOf } from "./findings.ts";

const choice = { forks: 3, scenarios: ["hot"], actors: [2] };
const quiet = sampleRun(choice);

/** The same run with its forks changed; `change` may tell them apart by index. */
function withForks(change: (fork: Fork) => Partial<Fork>, others: Partial<Run> = {}): Run {
  return { ...quiet, forks: quiet.forks.map((fork) => ({ ...fork, ...change(fork) })), ...others };
}

function withArms(change: (arm: Arm, fork: Fork) => Partial<Arm>): Run {
  return withForks((fork) => ({
    trials: fork.trials.map((trial) => ({
      ...trial,
      arms: trial.arms.map((arm) => ({ ...arm, ...change(arm, fork) })),
    })),
  }));
}

const crashed = withForks(({ index }) =>
  index === 1 ? { status: "crashed", error: "killed by SIGSEGV", trials: [] } : {},
);
const othersCpuMs = (ms: number) => (arm: Arm) => ({
  blocks: { ...arm.blocks, othersCpuMs: arm.blocks.othersCpuMs.map(() => ms) },
});

const table: readonly [
  what: string,
  run: Run,
  planned: number,
  findings: readonly [code: string, message: string][],
][] = [
  ["nothing of a complete and quiet run", withArms(othersCpuMs(0)), 3, []],
  ["a run without a fork", { ...quiet, forks: [] }, 0, []],
  [
    "forks that the time did not allow",
    withArms(othersCpuMs(0)),
    5,
    [["fewer-forks", "The time was up after 3 of 5 forks."]],
  ],
  ["nothing missing of an interrupted run", { ...crashed, status: "interrupted" }, 9, []],
  [
    "lost forks, and the first one's reason",
    crashed,
    3,
    [["forks-lost", "1 of 3 forks are not complete: killed by SIGSEGV."]],
  ],
  [
    "refused windows",
    withForks((fork) => ({ trials: fork.trials.map((t) => ({ ...t, refusedWindows: 2 })) })),
    3,
    [
      [
        "refused-windows",
        "2 free windows of hot are refused: a hint does not get them although nobody has them.",
      ],
    ],
  ],
  [
    "voided blocks",
    withArms((_, { index }) => ({ voidedBlocks: index })),
    3,
    [["voided-blocks", "9 blocks are voided: something else was mapped inside a window."]],
  ],
  [
    "attempts without memory, and no other errno",
    withArms(() => ({ errnos: { ENOMEM: 5, EPERM: 1 } })),
    3,
    [["enomem", "45 attempts failed with ENOMEM."]],
  ],
  ["others within a tenth of the CPUs", withArms(othersCpuMs(4)), 3, []],
  [
    "others beyond a tenth of the CPUs",
    withArms(othersCpuMs(10)),
    3,
    [["disturbed", "Other processes took 25 % of the CPUs meanwhile."]],
  ],
];

for (const [what, run, planned, wanted] of table) {
  test(`findingsOf() tells ${what}`, () => {
    const found = findingsOf(run, planned);
    assert.deepEqual(
      found.map(({ code, message }) => [code, message]),
      wanted,
    );
    for (const { remedy } of found) assert.match(remedy, /\.$/);
  });
}
