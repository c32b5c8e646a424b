import assert from "node:assert/strict";
import { test } from "node:test";
import { address, type Mapping, type Window } from "../model.ts";
import { type Audit, auditWindows } from "./audit.ts";

const bytes = 0x4000;
const windows: readonly Window[] = [0x10000, 0x20000].map((start, index) => ({
  start: address(start),
  bytes,
  firstClaim: index,
  claims: 1,
}));
const mapping = (start: number, size: number, perms = "---p", name = ""): Mapping => ({
  start: address(start),
  end: address(start + size),
  perms,
  name,
});
const held = [mapping(0x10000, bytes), mapping(0x20000, bytes)];

const table: readonly [
  what: string,
  occupantPerms: string | undefined,
  mappings: readonly Mapping[],
  audit: Audit,
][] = [
  ["free windows", undefined, [], { unexpectedMappings: 0, lostOccupants: 0 }],
  [
    "mappings that only touch",
    undefined,
    [mapping(0xf000, 0x1000), mapping(0x14000, 0x1000)],
    { unexpectedMappings: 0, lostOccupants: 0 },
  ],
  ["a mapping in one", undefined, held.slice(1), { unexpectedMappings: 1, lostOccupants: 0 }],
  [
    "a mapping across both, once for each",
    undefined,
    [mapping(0xf000, 0x20000)],
    { unexpectedMappings: 2, lostOccupants: 0 },
  ],
  [
    "two in one window",
    undefined,
    [mapping(0x10000, 0x1000), mapping(0x12000, 0x1000)],
    { unexpectedMappings: 2, lostOccupants: 0 },
  ],
  ["held windows", "---p", held, { unexpectedMappings: 0, lostOccupants: 0 }],
  ["a third party gone", "---p", held.slice(1), { unexpectedMappings: 0, lostOccupants: 1 }],
  ["both gone", "---p", [], { unexpectedMappings: 0, lostOccupants: 2 }],
  [
    "a third party replaced in part",
    "---p",
    [mapping(0x10000, 0x3000), mapping(0x13000, 0x1000, "rw-p"), ...held.slice(1)],
    { unexpectedMappings: 2, lostOccupants: 1 },
  ],
  [
    "other permissions than the third party's",
    "rw-p",
    [mapping(0x10000, bytes, "rw-p"), ...held.slice(1)],
    { unexpectedMappings: 1, lostOccupants: 1 },
  ],
  [
    "a file where the third party was",
    "---p",
    [mapping(0x10000, bytes, "---p", "/lib/a.so"), ...held.slice(1)],
    { unexpectedMappings: 1, lostOccupants: 1 },
  ],
];

for (const [what, occupantPerms, mappings, audit] of table) {
  test(`auditWindows() sees ${what}`, () => {
    assert.deepEqual(auditWindows(windows, occupantPerms, mappings), audit);
  });
}
