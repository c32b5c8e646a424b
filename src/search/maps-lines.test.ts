import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseMaps } from "../sys/maps.ts";
import { type FakeRange, pageBytes, printMaps } from "./fake-calls.test.data.ts";
import { MapsLines, stackGuardPages } from "./maps-lines.ts";
import { ascending } from "./naive-fit.test.data.ts";

function rangesOf(text: string): FakeRange[] {
  const lines = new MapsLines(pageBytes);
  lines.begin(Buffer.from(text));
  const ranges: FakeRange[] = [];
  for (let at = 0; lines.seek(at); at = lines.end) {
    ranges.push({ start: lines.start, end: lines.end });
  }
  return ranges;
}

test("MapsLines reads every range of a text, as parseMaps() does", () => {
  const name = fc.constantFrom("", "[heap]", "/usr/lib/a b", "/tmp/7 up\\012down", "[anon:x]");
  fc.assert(
    fc.property(ascending(), fc.infiniteStream(name), fc.boolean(), (ranges, names, cut) => {
      const named = ranges.map((range) => ({ ...range, name: names.next().value as string }));
      const text = printMaps(named);
      assert.deepEqual(rangesOf(cut ? text.slice(0, -1) : text), ranges);
      assert.deepEqual(
        parseMaps(text).map(({ start, end }) => ({ start, end })),
        ranges,
      );
    }),
    { seed: 1 },
  );
});

test("MapsLines skips what does not end above the address", () => {
  const lines = new MapsLines(pageBytes);
  lines.begin(
    Buffer.from(
      printMaps([
        { start: 0x1000, end: 0x2000 },
        { start: 0x2000, end: 0x3000 },
        { start: 0x5000, end: 0x6000 },
      ]),
    ),
  );
  assert.ok(lines.seek(0x2000));
  assert.deepEqual([lines.start, lines.end], [0x2000, 0x3000]);
  assert.ok(lines.seek(0x5fff));
  assert.deepEqual([lines.start, lines.end], [0x5000, 0x6000]);
  assert.ok(!lines.seek(0x6000));
});

test("MapsLines reads 16 digits, and the vsyscall page as far above user space", () => {
  const text =
    "000fffffffffe000-000ffffffffff000 rw-p 00000000 00:00 0 \n" +
    "ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]\n";
  const [highest, vsyscall] = rangesOf(text);
  assert.deepEqual(highest, { start: 2 ** 52 - 0x2000, end: 2 ** 52 - 0x1000 });
  assert.ok(vsyscall && vsyscall.start > 2 ** 63 && vsyscall.end > vsyscall.start);
});

const guardBytes = stackGuardPages * pageBytes;
const stack = { start: 0x7ffc00000000, end: 0x7ffc00021000, name: "[stack]" };

test("MapsLines begins a stack at its guard gap, as far as that is not mapped", () => {
  const table: [below: FakeRange[], start: number][] = [
    [[], stack.start - guardBytes],
    [[{ start: 0x1000, end: 0x2000 }], stack.start - guardBytes],
    [[{ start: 0x1000, end: stack.start - guardBytes }], stack.start - guardBytes],
    [[{ start: 0x1000, end: stack.start - 0x1000 }], stack.start - 0x1000],
    [[{ start: 0x1000, end: stack.start }], stack.start],
  ];
  for (const [below, start] of table) {
    const lines = new MapsLines(pageBytes);
    lines.begin(Buffer.from(printMaps([...below, stack])));
    assert.ok(lines.seek(stack.start) && lines.isStack);
    assert.deepEqual([lines.start, lines.end], [start, stack.end]);
  }
});

test("MapsLines takes nothing else for a stack", () => {
  for (const name of ["[heap]", "/tmp/[stack]", "[stack]x", "[stack:123]", "stack]", ""]) {
    const lines = new MapsLines(pageBytes);
    lines.begin(Buffer.from(printMaps([{ ...stack, name }])));
    assert.ok(lines.seek(0) && !lines.isStack, name);
    assert.equal(lines.start, stack.start);
  }
});

test("MapsLines throws on a line of another form, and shows it", () => {
  const tail = " rw-p 00000000 00:00 0 ";
  const bad = ["", "hello", "1000", "1000-2000", `1000 2000${tail}`, `-2000${tail}`, "1000- rw-p"];
  for (const line of bad) {
    assert.throws(() => rangesOf(`${printMaps([{ start: 0x100, end: 0x200 }])}${line}\n`), {
      message: `Cannot read a line of the maps file: "${line}"`,
    });
  }
});
