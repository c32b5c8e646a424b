import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { changedRun } from "../report/sample-run.test.data.ts";
import type { Run } from "../results/schema.ts";
import { forksToRank, incomparable, refuseDifferentOptions, refuseUnfit } from "./comparable.ts";

const choice = { forks: 3, actors: [1], scenarios: ["solo"] };
const changed = (change: (run: Run) => void = () => {}) => changedRun(change, choice);

/** Every fork ended like this. */
const ended = (status: Run["forks"][number]["status"], error?: string) => (run: Run) => {
  for (const fork of run.forks) Object.assign(fork, { status, ...(error && { error }) });
};

function refusesWith(act: () => unknown, message: string): void {
  assert.throws(act, { name: "UsageError", message });
}

describe("refuseUnfit()", () => {
  const table: readonly [what: string, change: (run: Run) => void, sentence: string][] = [
    [
      "a run that is still measuring",
      (run) => Object.assign(run, { status: "running" }),
      "The baseline x.json is not finished: 3 forks. Measure it again, whole.",
    ],
    [
      "an interrupted run",
      (run) => Object.assign(run, { status: "interrupted", forks: run.forks.slice(0, 1) }),
      "The baseline x.json is interrupted: 1 fork. Measure it again, whole.",
    ],
    [
      "a run whose forks all crashed",
      ended("crashed", "killed by SIGSEGV"),
      "The baseline x.json has no complete fork of 3; the first: killed by SIGSEGV. " +
        "Measure it again.",
    ],
    [
      "a run whose forks all hung, and left no word",
      ended("hung"),
      "The baseline x.json has no complete fork of 3. Measure it again.",
    ],
    [
      "a run without forks",
      (run) => Object.assign(run, { forks: [] }),
      "The baseline x.json has no complete fork of 0. Measure it again.",
    ],
  ];
  for (const [what, change, sentence] of table) {
    test(`refuses ${what}`, () => {
      refusesWith(() => refuseUnfit(changed(change), "The baseline x.json"), sentence);
    });
  }

  test("takes a complete run, and one that lost forks, but not all", () => {
    refuseUnfit(changed(), "It");
    const rest = changed((run) => {
      ended("crashed")(run);
      Object.assign(run.forks[2] ?? {}, { status: "complete" });
    });
    refuseUnfit(rest, "It");
  });
});

describe("incomparable()", () => {
  const machines: readonly [change: (run: Run) => void, said: string][] = [
    [({ host }) => Object.assign(host, { cpuModel: "other" }), "CPU model AMD EPYC 7B13 and other"],
    [({ host }) => Object.assign(host, { onlineCpus: "0-3" }), "online CPUs 0-1 and 0-3"],
    [({ host }) => Object.assign(host, { allowedCpus: [1] }), "allowed CPUs 2 and 1"],
    [({ host }) => Object.assign(host, { pageBytes: 16_384 }), "page size 4 KiB and 16 KiB"],
    [({ host }) => Object.assign(host, { virtualisation: "none" }), "virtualisation kvm and none"],
    [
      ({ host }) => Object.assign(host, { architecture: "aarch64", cpuModel: "Neoverse" }),
      "architecture x86_64 and aarch64; CPU model AMD EPYC 7B13 and Neoverse",
    ],
    [
      // Another machine's probe is no mistake: its clock is its own.
      ({ host, probe }) => {
        Object.assign(host, { cpuModel: "other" });
        Object.assign(probe, { kind: "libc", clock: "CLOCK_MONOTONIC" });
      },
      "CPU model AMD EPYC 7B13 and other",
    ],
  ];
  for (const [change, said] of machines) {
    test(`says of another machine: ${said}`, () => {
      assert.equal(
        incomparable(changed(), changed(change)),
        `The baseline is of another machine, so no time is compared: ${said}.`,
      );
    });
  }

  const probes: readonly [change: (run: Run) => void, said: string][] = [
    [({ probe }) => Object.assign(probe, { kind: "libc" }), "probe native and libc"],
    [
      ({ probe }) => Object.assign(probe, { kind: "libc", clock: "CLOCK_MONOTONIC" }),
      "probe native and libc; probe clock time-stamp counter (rdtscp) and CLOCK_MONOTONIC",
    ],
  ];
  for (const [change, said] of probes) {
    test(`refuses another probe: ${said}`, () => {
      refusesWith(
        () => incomparable(changed(), changed(change)),
        `The sides were measured in different ways, so no figure compares: ${said}. ` +
          "Measure both with the same --probe; a run's file says why its probe was chosen.",
      );
    });
  }

  test("has nothing against what may be compared: kernel, Node.js, commit, day, load", () => {
    const other = changed((run) => {
      run.startedAt = "2026-03-01T00:00:00Z";
      Object.assign(run.host, { kernelRelease: "7.0", nodeVersion: "22.0.0", loadAverage: 3 });
      Object.assign(run.tool, { version: "0.2.0", commit: "abcdef" });
      run.flagVerdict = "ignored";
    });
    assert.equal(incomparable(changed(), other), undefined);
    assert.equal(incomparable(changed(), changed()), undefined);
  });

  test("refuses two answers of one kernel", () => {
    const blind = changed((run) => {
      run.flagVerdict = "rejected";
    });
    assert.throws(() => incomparable(changed(), blind), {
      name: "UsageError",
      message: /^On the same kernel the baseline found .* supported and the candidate rejected/,
    });
  });
});

describe("forksToRank()", () => {
  test("is as many as the baseline has, at least the pairs, as far as can be ranked", () => {
    assert.equal(forksToRank(12, 20), 20);
    assert.equal(forksToRank(30, 20), 30);
    assert.equal(forksToRank(400, 20), 36);
    assert.throws(() => forksToRank(1000, 20), /^UsageError: 1000 and 20 forks are more than can/);
  });
});

describe("refuseDifferentOptions()", () => {
  test("names every option that differs, and what to do", () => {
    const candidate = changed(({ options }) => Object.assign(options, { hold: 3, blockMs: 4 }));
    refusesWith(
      () => refuseDifferentOptions(changed(), candidate),
      "Baseline and candidate did not measure the same: --hold each scenario's own and 3; " +
        "--block-ms 24 and 4. Measure the candidate as the baseline was: gate --baseline without " +
        "--candidate does.",
    );
  });

  test("takes other seeds, times and numbers of forks", () => {
    const candidate = changed(({ options }) =>
      Object.assign(options, { seed: 7, timeSeconds: 7, forks: 7 }),
    );
    refuseDifferentOptions(changed(), candidate);
  });

  test("refuses more forks than can be ranked, and takes the most that can", () => {
    const [fork] = changed().forks;
    const runOf = (forks: number) =>
      changed((run) => Object.assign(run, { forks: Array.from({ length: forks }, () => fork) }));
    refuseDifferentOptions(runOf(120), runOf(120));
    refuseDifferentOptions(runOf(40), runOf(360));
    refusesWith(
      () => refuseDifferentOptions(runOf(120), runOf(121)),
      "120 and 121 forks are more than can be ranked: 14400 pairs of a baseline's and a " +
        "candidate's fork at most. Measure with fewer --forks.",
    );
  });
});
