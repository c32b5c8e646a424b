import assert from "node:assert/strict";
import { test } from "node:test";
import { hasRawIo } from "./conditions.ts";
import { describeCounter, judgeMapsReads } from "./examine.ts";

test("judgeMapsReads() says what it judges by", () => {
  assert.equal(judgeMapsReads("6.17.0-rc1").state, "lock-free");
  assert.equal(judgeMapsReads("6.16.9").state, "take mmap_lock");
  assert.equal(judgeMapsReads("5.15.167.4-microsoft-standard-WSL2").state, "take mmap_lock");
  const unknown = judgeMapsReads("rolling");
  assert.equal(unknown.state, "cannot be told");
  assert.match(unknown.judgedBy, /"rolling"/);
});

test("describeCounter() names what a usable counter lacks", () => {
  const flags = (text: string): string => `flags\t\t: fpu ${text}\n`;
  assert.match(describeCounter("x64", flags("rdtscp constant_tsc nonstop_tsc")), /^invariant/);
  assert.match(describeCounter("x64", flags("rdtscp constant_tsc")), /lacks nonstop_tsc$/);
  assert.equal(describeCounter("arm64", ""), "generic timer");
  assert.match(describeCounter("riscv64", ""), /none known/);
});

test("hasRawIo() reads the effective capabilities", () => {
  assert.equal(hasRawIo("CapPrm:\t000001ffffffffff\nCapEff:\t0000000000000000\n"), false);
  assert.equal(hasRawIo("CapEff:\t0000000000020000\n"), true);
  assert.equal(hasRawIo("CapEff:\t00000000a80425fb\n"), false);
  assert.equal(hasRawIo("unknown"), false);
});
