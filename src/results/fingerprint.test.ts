import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { changedRun } from "../report/sample-run.test.data.ts";
import type { Run } from "../results/schema.ts";
import { differencesOf, differingOptions, fingerprintFacts, fingerprintOf } from "./fingerprint.ts";

const choice = { forks: 1, actors: [1], scenarios: ["solo"] };
const changed = (change: (run: Run) => void) => changedRun(change, choice);
const baseline = changed(() => {});

type Change = readonly [fact: string, theirs: string, ours: string, change: (run: Run) => void];

/** What makes another machine, or another instrument. */
const comparable: readonly Change[] = [
  [
    "architecture",
    "x86_64",
    "aarch64",
    ({ host }) => Object.assign(host, { architecture: "aarch64" }),
  ],
  ["CPU model", "AMD EPYC 7B13", "other", ({ host }) => Object.assign(host, { cpuModel: "other" })],
  ["online CPUs", "0-1", "0-3", ({ host }) => Object.assign(host, { onlineCpus: "0-3" })],
  ["allowed CPUs", "0-1", "0", ({ host }) => host.allowedCpus.pop()],
  ["page size", "4 KiB", "16 KiB", ({ host }) => Object.assign(host, { pageBytes: 16_384 })],
  ["virtualisation", "kvm", "none", ({ host }) => Object.assign(host, { virtualisation: "none" })],
  ["probe", "native", "libc", ({ probe }) => Object.assign(probe, { kind: "libc" })],
  [
    "probe clock",
    "time-stamp counter (rdtscp)",
    "CLOCK_MONOTONIC",
    ({ probe }) => Object.assign(probe, { clock: "CLOCK_MONOTONIC" }),
  ],
];

/** What may be what is compared, or is told beside it. */
const told: readonly Change[] = [
  hostChange("hostname", "bench1", "hostname"),
  hostChange("kernel release", "6.18.2", "kernelRelease"),
  hostChange("kernel version", "#1 SMP PREEMPT_DYNAMIC", "kernelVersion"),
  hostChange("Node.js", "20.20.2", "nodeVersion"),
  hostChange("transparent huge pages", "madvise", "transparentHugePages"),
  hostChange("ASLR", "2", "aslr"),
  hostChange("governor", "performance", "governor"),
  hostChange("clocksource", "tsc", "clocksource"),
  hostChange("cgroup CPU limit", "max", "cgroupCpuMax"),
  hostChange("cgroup memory limit", "max", "cgroupMemoryMax"),
  hostChange("vm.mmap_min_addr", "65536", "mmapMinAddr"),
  hostChange("vm.max_map_count", "65530", "maxMapCount"),
  hostChange("vm.overcommit_memory", "0", "overcommit"),
  ["memory", "8192 MiB", "4096 MiB", ({ host }) => Object.assign(host, { memoryBytes: 2 ** 32 })],
  [
    "allowed CPUs",
    "0-1",
    "2-4,7",
    ({ host }) => Object.assign(host, { allowedCpus: [2, 3, 4, 7] }),
  ],
  [
    "MAP_FIXED_NOREPLACE",
    "supported",
    "buggy",
    (run) => Object.assign(run, { flagVerdict: "buggy" }),
  ],
  ["version", "0.1.0", "0.2.0", ({ tool }) => Object.assign(tool, { version: "0.2.0" })],
  ["commit", "e6217015c87b", "none", ({ tool }) => delete tool.commit],
];

function hostChange(fact: string, theirs: string, field: keyof Run["host"]): Change {
  return [fact, theirs, "another", ({ host }) => Object.assign(host, { [field]: "another" })];
}

describe("fingerprintOf()", () => {
  test("is 12 hexadecimal digits, the same for the same machine at any time", () => {
    assert.match(fingerprintOf(baseline), /^[0-9a-f]{12}$/);
    const later = changed((run) => {
      run.startedAt = "2026-02-01T00:00:00Z";
      run.options.seed = 7;
      run.host.loadAverage = 3;
      run.host.allowedCpus = [1, 0];
    });
    assert.equal(fingerprintOf(later), fingerprintOf(baseline));
  });

  test("stays what it is, because committed files are named by it", () => {
    assert.equal(fingerprintOf(baseline), "5c5f4ee1ea0b");
  });

  for (const [fact, , , change] of comparable) {
    test(`is another where the ${fact} differs`, () => {
      assert.notEqual(fingerprintOf(changed(change)), fingerprintOf(baseline));
    });
  }

  for (const [fact, , ours, change] of told.filter(([name]) => name !== "allowed CPUs")) {
    test(`is the same where the ${fact} is ${ours}`, () => {
      assert.deepEqual(fingerprintFacts(changed(change)), fingerprintFacts(baseline));
      assert.equal(fingerprintOf(changed(change)), fingerprintOf(baseline));
    });
  }
});

describe("differencesOf()", () => {
  test("has nothing to say of a run and itself, nor of the load", () => {
    assert.deepEqual(differencesOf(baseline, baseline), []);
    const busy = changed(({ host }) => Object.assign(host, { loadAverage: 9 }));
    assert.deepEqual(differencesOf(baseline, busy), []);
  });

  for (const [fact, theirs, ours, change] of [...comparable, ...told]) {
    test(`tells the ${fact}: ${theirs} and ${ours}`, () => {
      const found = differencesOf(baseline, changed(change));
      assert.deepEqual(found, [{ fact, baseline: theirs, candidate: ours }]);
    });
  }

  test("looks at every fact of the host but the load", () => {
    const facts = Object.keys(baseline.host).filter((name) => name !== "loadAverage");
    for (const name of facts) {
      const other = changed(({ host }) => {
        const value = host[name as keyof Run["host"]];
        const another = typeof value === "number" ? value * 2 : `${value}!`;
        Object.assign(host, { [name]: Array.isArray(value) ? [7] : another });
      });
      assert.equal(differencesOf(baseline, other).length, 1, name);
    }
  });
});

describe("differingOptions()", () => {
  const table: readonly [field: keyof Run["options"], value: unknown, differences: string[]][] = [
    ["seed", 7, []],
    ["timeSeconds", 7, []],
    ["forks", 7, []],
    ["scenarios", ["solo", "hot"], ["--scenario solo and hot,solo"]],
    [
      "strategies",
      ["kernel-chosen"],
      ["--strategy fixed-noreplace,hint-munmap,kernel-chosen and kernel-chosen"],
    ],
    ["strategies", ["kernel-chosen", "hint-munmap", "fixed-noreplace"], []],
    ["actors", [1, 2], ["--actors 1 and 1,2"]],
    ["windows", 8, ["--windows each scenario's own and 8"]],
    ["windowBytes", 4096, ["--window-size 1 MiB and 4 KiB"]],
    ["hold", 0, ["--hold each scenario's own and 0"]],
    ["prot", "rw", ["--prot none and rw"]],
    ["touch", true, ["--touch no and yes"]],
    ["arena", "0x200000000000", ["--arena chosen from the maps and 0x200000000000"]],
    ["anchored", false, ["--no-anchor no and yes"]],
    ["pinned", false, ["--no-pin no and yes"]],
    ["vmas", 100, ["--vmas 0 and 100"]],
    ["interlopers", { map: 2, fault: 1 }, ["--interlopers map:0,fault:0 and map:2,fault:1"]],
    ["rounds", 12, ["--rounds what the time allows and 12"]],
    ["blockMs", 4, ["--block-ms 24 and 4"]],
    ["probe", "native", ["--probe auto and native"]],
    ["pretendOldKernel", true, ["--pretend-old-kernel no and yes"]],
  ];
  for (const [field, value, differences] of table) {
    test(`says of ${field} ${JSON.stringify(value)}: ${differences.join() || "nothing"}`, () => {
      const candidate = changed(({ options }) => Object.assign(options, { [field]: value }));
      const found = differingOptions(baseline, candidate);
      assert.deepEqual(
        found.map((each) => `${each.fact} ${each.baseline} and ${each.candidate}`),
        differences,
      );
    });
  }

  test("looks at every option", () => {
    const tried = new Set(table.map(([field]) => field));
    assert.deepEqual([...tried].sort(), Object.keys(baseline.options).sort());
  });
});
