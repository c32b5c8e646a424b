import assert from "node:assert/strict";
import { test } from "node:test";
import { type Address, address, type Mapping } from "../model.ts";
import { four, mapping, pageBytes, process64 } from "./plan.test.data.ts";
import { anchorsOf, planArena, slotBytes, userSpaceEnd } from "./plan.ts";

test("userSpaceEnd() is the power of two above the highest mapping of user space", () => {
  const table: [mappings: Mapping[], end: number][] = [
    [process64, 2 ** 47],
    [[mapping(0x1000, 2 ** 47)], 2 ** 47],
    [[mapping(2 ** 48 - 8192, 2 ** 48 - 4096)], 2 ** 48],
    [[mapping(0x7f_f000_0000, 0x7f_f002_1000)], 2 ** 39],
    [[], 0],
  ];
  for (const [mappings, end] of table) assert.equal(userSpaceEnd(mappings), end);
});

test("anchorsOf() has both ends of every slot touched, and of no other", () => {
  const slot = (n: number, offset: number): Address => address(n * slotBytes + offset);
  const table: [start: number, end: number, slots: number[]][] = [
    [slot(5, 0), slot(5, 1), [5]],
    [slot(5, pageBytes), slot(6, 0), [5]],
    [slot(5, pageBytes), slot(6, 1), [5, 6]],
    [slot(5, 0), slot(8, 0), [5, 6, 7]],
  ];
  for (const [start, end, slots] of table) {
    assert.deepEqual(
      anchorsOf(start, end, { pageBytes, userEnd: 2 ** 47 }),
      slots.flatMap((n) => [slot(n, 0), slot(n + 1, -pageBytes)]),
    );
  }
});

test("planArena() gives each window its own claim, and anchors only where asked for", () => {
  const { windows, anchors } = planArena(four, process64);
  const claims = windows.map((window) => [window.bytes, window.firstClaim, window.claims]);
  assert.deepEqual(
    claims,
    [0, 1, 2, 3].map((index) => [2 ** 20, index, 1]),
  );
  assert.equal(anchors.length, 2);
  assert.deepEqual(planArena({ ...four, anchored: false }, process64).anchors, []);
});

test("planArena() goes on to the next slot where anything is in the way", () => {
  const first = planArena(four, process64);
  const [, secondAnchor] = first.anchors as [Address, Address];
  const inTheWay = [
    mapping(first.start, first.start + pageBytes),
    mapping(first.end - pageBytes, first.end),
    mapping(secondAnchor, secondAnchor + pageBytes),
  ];
  for (const occupant of inTheWay) {
    const next = planArena(four, [occupant, ...process64]);
    assert.equal(next.start, first.start + slotBytes);
  }
});

test("planArena() says what is wrong with a place that was asked for", () => {
  const at = address(0x2000_0000_0000);
  const occupants: [Mapping, string][] = [
    [mapping(at + 2 ** 21, at + 2 ** 22, "/lib/a.so"), "0x200000200000-0x200000400000 /lib/a.so"],
    [mapping(at, at + pageBytes), "0x200000000000-0x200000001000 (anonymous)"],
  ];
  for (const [occupant, text] of occupants) {
    assert.throws(() => planArena({ ...four, at }, [occupant, ...process64]), {
      name: "UsageError",
      message:
        `Cannot place the arena at 0x200000000000: ${text} is mapped there. ` +
        "Choose another --arena, or leave it out to have one found.",
    });
  }
  assert.throws(() => planArena({ ...four, at: address(2 ** 47 - 2 ** 21) }, process64), {
    name: "UsageError",
    message: /it would end at 0x800000\w+, beyond user space \(0x800000000000\)\. Choose a lower/,
  });
});

test("planArena() says when no slot has room", () => {
  const full = [mapping(2 ** 45, 2 ** 47)];
  for (const request of [four, { ...four, windows: 16_384, windowBytes: 2 ** 38 }]) {
    assert.throws(() => planArena(request, full), {
      name: "UsageError",
      message: /^Cannot find room for \d+ windows of .* Ask for fewer or smaller windows\.$/,
    });
  }
});

test("planArena() anchors nothing where no page can be", () => {
  const raspberry = [
    mapping(0x55_0000_0000, 0x55_0000_1000),
    mapping(0x7f_f000_0000, 0x7f_f002_1000),
  ];
  const arenas = [
    planArena(four, raspberry),
    planArena({ ...four, at: address(2 ** 38) }, process64),
    planArena({ ...four, at: address(0x7f90_0000_0000) }, process64),
  ];
  for (const { anchors } of arenas) {
    assert.ok(!anchors.includes(address(0)), "below vm.mmap_min_addr");
    assert.ok(!anchors.includes(address(2 ** 47 - pageBytes)), "the page that x86-64 keeps free");
  }
});

test("planArena() stays above V8's random hints", () => {
  // V8's GetRandomMmapAddr() masks with 0x3ffffffff000 there: half of its mappings are above 2^45.
  assert.ok(planArena(four, process64).start >= 2 ** 46);
});
