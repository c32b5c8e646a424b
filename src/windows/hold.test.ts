import assert from "node:assert/strict";
import { test } from "node:test";
import { address, type Window } from "../model.ts";
import { PROT_NONE, PROT_READ, PROT_WRITE } from "../sys/constants.ts";
import { freeRange } from "../sys/free-range.test.data.ts";
import { kernel, readMemory, writeMemory } from "../sys/libc.ts";
import { readMaps } from "../sys/maps.ts";
import { auditWindows } from "./audit.ts";
import {
  holdAgain,
  holdBallast,
  holdByThirdParty,
  holdPages,
  permsOf,
  releaseAll,
  releasePages,
} from "./hold.ts";
import { userSpaceEnd } from "./plan.ts";

const pageBytes = 4096;
const start = freeRange(16 * pageBytes);
const windows: readonly Window[] = [1, 6].map((page, index) => ({
  start: address(start + page * pageBytes),
  bytes: 3 * pageBytes,
  firstClaim: index,
  claims: 1,
}));
const maps = () => readMaps(start, start + 16 * pageBytes);

test("permsOf() writes what the maps show", () => {
  const table: [prot: number, perms: string][] = [
    [PROT_NONE, "---p"],
    [PROT_READ, "r--p"],
    [PROT_READ | PROT_WRITE, "rw-p"],
  ];
  for (const [prot, perms] of table) assert.equal(permsOf(prot), perms);
});

test("holdByThirdParty() fills every window as an audit wants it, until releaseAll()", () => {
  for (const prot of [PROT_NONE, PROT_READ, PROT_READ | PROT_WRITE]) {
    holdByThirdParty(windows, prot);
    assert.equal(auditWindows(windows, permsOf(prot), maps()).lostOccupants, 0);
    assert.equal(maps().length, 2);
    releaseAll(windows);
    assert.deepEqual(maps(), []);
  }
});

test("holdByThirdParty() clobbers nothing", () => {
  holdByThirdParty(windows.slice(0, 1), PROT_READ);
  assert.throws(() => holdByThirdParty(windows, PROT_NONE), /EEXIST|it landed/);
  assert.equal(maps()[0]?.perms, "r--p");
  releaseAll(windows);
});

test("holdAgain() puts back what a clobber left", () => {
  holdByThirdParty(windows, PROT_NONE);
  kernel.munmap(windows[1]?.start as number, pageBytes);
  assert.equal(auditWindows(windows, "---p", maps()).lostOccupants, 1);
  holdAgain(windows, PROT_NONE);
  assert.deepEqual(auditWindows(windows, "---p", maps()), {
    unexpectedMappings: 0,
    lostOccupants: 0,
  });
  releaseAll(windows);
});

test("holdPages() maps single pages, never over what is there, until releasePages()", () => {
  const pages = [0, 2, 4].map((page) => address(start + page * pageBytes));
  holdPages(pages, pageBytes);
  assert.deepEqual(
    maps().map((mapping) => [mapping.start, mapping.end - mapping.start, mapping.perms]),
    pages.map((page) => [page, pageBytes, "---p"]),
  );
  assert.throws(() => holdPages(pages.slice(1, 2), pageBytes), {
    name: "UsageError",
    message: /^Cannot map 4096 bytes at 0x\w+: (EEXIST|it landed at 0x\w+)\. Ask for fewer/,
  });
  releasePages(pages, pageBytes);
  assert.deepEqual(maps(), []);
});

test("holdPages() leaves bytes alone that others own", () => {
  const [window] = windows as [Window];
  holdByThirdParty([window], PROT_READ | PROT_WRITE);
  writeMemory(window.start, Uint8Array.of(42));
  assert.throws(() => holdPages([window.start], pageBytes));
  assert.equal(readMemory(window.start, 1)[0], 42);
  releaseAll([window]);
});

test("holdBallast() makes as many mappings as were asked for, that do not merge", () => {
  const all = readMaps();
  const from = userSpaceEnd(all) / 2;
  const ballast = () => readMaps(from, from + 200 * pageBytes);
  holdBallast(0, pageBytes, all);
  assert.equal(ballast().length, 0);
  holdBallast(100, pageBytes, all);
  assert.equal(ballast().length, 100);
});
