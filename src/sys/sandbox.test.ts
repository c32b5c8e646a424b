import assert from "node:assert/strict";
import { test } from "node:test";
import { unknown } from "./host.ts";
import { detectLayers, readSigns, type Signs } from "./sandbox.ts";

const bare: Signs = {
  kernelRelease: "6.18.0",
  kernelVersion: "#1 SMP PREEMPT_DYNAMIC",
  threadMaps: "55d48286a000-55d4829ae000 r-xp 0006c000 fe:00 2170951   /usr/bin/node",
  cgroup: "0::/user.slice",
  cpuinfo: "flags\t\t: fpu vme\n",
  environment: {},
  containerFiles: [],
};

const table: readonly [what: string, change: Partial<Signs>, layers: string[]][] = [
  ["a machine", {}, []],
  ["a machine that hides everything", { threadMaps: unknown, cgroup: unknown }, []],
  ["rr", { environment: { RUNNING_UNDER_RR: "1" } }, ["rr"]],
  [
    "QEMU user mode",
    { threadMaps: `${bare.threadMaps}\n55d4-55d5 r-xp 0 fe:00 1    /usr/bin/qemu-x86_64` },
    ["QEMU user mode"],
  ],
  [
    "a static QEMU",
    { threadMaps: "1-2 r-xp 0 0:0 1 /usr/libexec/qemu-aarch64-static" },
    ["QEMU user mode"],
  ],
  [
    "gVisor",
    { kernelRelease: "4.4.0", kernelVersion: "#1 SMP Sun Jan 10 15:06:54 PST 2016" },
    ["gVisor"],
  ],
  ["WSL1", { kernelRelease: "4.4.0-19041-Microsoft" }, ["WSL1"]],
  [
    "WSL2",
    {
      kernelRelease: "5.15.167.4-microsoft-standard-WSL2",
      cpuinfo: "flags\t\t: fpu hypervisor\n",
    },
    ["WSL2", "virtual machine"],
  ],
  ["docker", { containerFiles: ["/.dockerenv"] }, ["container"]],
  ["kubernetes", { cgroup: "0::/kubepods/besteffort/pod1" }, ["container"]],
  ["nspawn", { environment: { container: "systemd-nspawn" } }, ["container"]],
];

for (const [what, change, layers] of table) {
  test(`detectLayers() recognises ${what}`, () => {
    assert.deepEqual(detectLayers({ ...bare, ...change }), layers);
  });
}

test("readSigns() reads this process's own maps", () => {
  const signs = readSigns({ kernelRelease: "6.18.0", kernelVersion: "#1" });
  assert.match(signs.threadMaps, /\[stack\]|node/);
});
