import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { address, type Mapping } from "../model.ts";
import { mappingsIn, parseMaps, readMaps } from "./maps.ts";

const inode = "00000000 00:00 0";

const lines: readonly [line: string, mapping: Omit<Mapping, "start" | "end">][] = [
  [
    "55d0c0a00000-55d0c0a21000 r-xp 00002000 fd:01 131 /usr/bin/node",
    { perms: "r-xp", name: "/usr/bin/node" },
  ],
  [`7f0000000000-7f0000001000 ---p ${inode} `, { perms: "---p", name: "" }],
  [`7f0000001000-7f0000002000 rw-s ${inode}`, { perms: "rw-s", name: "" }],
  [
    `7ffc00000000-7ffc00021000 rw-p ${inode}                          [stack]`,
    { perms: "rw-p", name: "[stack]" },
  ],
  [
    "7f0000002000-7f0000003000 r--p 00000000 00:2c 42                 /tmp/a b  c (deleted)",
    { perms: "r--p", name: "/tmp/a b  c (deleted)" },
  ],
  [
    "7f0000003000-7f0000004000 r--p 00000000 00:2c 42                 /tmp/7 up\\012down",
    { perms: "r--p", name: "/tmp/7 up\\012down" },
  ],
  [
    "7f0000004000-7f0000005000 rw-s 00000000 00:01 9 /memfd:doublemapper (deleted)",
    { perms: "rw-s", name: "/memfd:doublemapper (deleted)" },
  ],
  [`7f0000005000-7f0000006000 rw-p ${inode} [anon:heap]`, { perms: "rw-p", name: "[anon:heap]" }],
];

for (const [line, mapping] of lines) {
  test(`parseMaps() reads "${line.slice(26)}"`, () => {
    const [found, ...others] = parseMaps(`${line}\n`);
    const [start, end] = line.split(/[ -]/).map((word) => address(Number.parseInt(word, 16)));
    assert.deepEqual([found, others], [{ ...mapping, start, end }, []]);
  });
}

test("parseMaps() keeps the vsyscall page above everything, without its lowest bits", () => {
  const [vsyscall] = parseMaps(`ffffffffff600000-ffffffffff601000 --xp ${inode} [vsyscall]\n`);
  assert.equal(vsyscall?.name, "[vsyscall]");
  assert.ok(vsyscall.start > 2 ** 63 && vsyscall.end >= vsyscall.start);
});

test("parseMaps() reads a text with and without its last newline, and none", () => {
  const text = `1000-2000 r--p ${inode}\n3000-4000 r--p ${inode}`;
  assert.deepEqual(parseMaps(text), parseMaps(`${text}\n`));
  assert.equal(parseMaps(text).length, 2);
  assert.deepEqual(parseMaps(""), []);
});

test("parseMaps() throws on a line of another form, and shows it", () => {
  for (const line of ["", "hello", "1000-2000", `1000-2000 ${inode}`, `1000 2000 r--p ${inode}`]) {
    assert.throws(() => parseMaps(`${line}\n`), {
      message: `Cannot read a line of the maps file: "${line}"`,
    });
  }
});

/** Ascending mappings and the text that the kernel prints for them. */
const maps = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 1, max: 8 }), fc.string()))
  .map((gaps) => {
    let at = 0;
    return gaps.map(([gap, pages, word]): Mapping => {
      const start = at + gap * 4096;
      at = start + pages * 4096;
      const name = word.replaceAll(/[^!-~]/g, "x");
      return { start: address(start), end: address(at), perms: "rw-p", name };
    });
  });
const printed = (mappings: readonly Mapping[]): string =>
  mappings
    .map((m) => `${m.start.toString(16)}-${m.end.toString(16)} ${m.perms} ${inode} ${m.name}\n`)
    .join("");

test("parseMaps() is undone by printing, and its range is mappingsIn() of all", () => {
  const page = fc.nat({ max: 64 }).map((number) => number * 4096);
  const bound = fc.oneof(page, fc.nat({ max: 64 * 4096 }));
  fc.assert(
    fc.property(maps, bound, bound, (mappings, one, other) => {
      const text = printed(mappings);
      assert.deepEqual(parseMaps(text), mappings);
      const from = Math.min(one, other);
      const to = Math.max(one, other);
      assert.deepEqual(parseMaps(text, from, to), mappingsIn(mappings, from, to));
    }),
    { seed: 1 },
  );
});

test("mappingsIn() takes what shares a byte, not what touches", () => {
  const mapping = { start: address(0x2000), end: address(0x4000), perms: "r--p", name: "" };
  const table: [start: number, end: number, shares: boolean][] = [
    [0x1000, 0x2000, false],
    [0x1000, 0x2001, true],
    [0x2000, 0x4000, true],
    [0x2fff, 0x3000, true],
    [0x3fff, 0x5000, true],
    [0x4000, 0x5000, false],
  ];
  for (const [start, end, shares] of table) {
    assert.equal(mappingsIn([mapping], start, end).length, shares ? 1 : 0);
  }
});

test("readMaps() sees this process, ascending", () => {
  const mappings = readMaps();
  assert.ok(mappings.some(({ name }) => name === "[stack]"));
  assert.ok(mappings.some(({ perms }) => perms === "r-xp"));
  mappings.reduce((before, mapping) => {
    assert.ok(before.end <= mapping.start && mapping.start < mapping.end);
    return mapping;
  });
});
