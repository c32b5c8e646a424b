import assert from "node:assert/strict";
import { test } from "node:test";
import { InvalidArgumentError } from "@commander-js/extra-typings";
import {
  addressRange,
  hexAddress,
  integer,
  integerList,
  interlopers,
  kernelNumber,
  seconds,
  size,
  wordList,
} from "./options.ts";

const scenario = wordList(["occupied", "hot", "spread", "solo"], "scenario");
const oneTo64 = integer(1, 64);
const actors = integerList(1, 64);
const time = seconds(1, 86_400);
const windowSize = size(4096, 2 ** 38);

/** What each parser makes of a word; undefined: it refuses it. */
const table: readonly [parser: string, parse: (text: string) => unknown, [string, unknown][]][] = [
  [
    "integer()",
    oneTo64,
    [
      ["1", 1],
      ["64", 64],
      [" 7 ", 7],
      ["007", 7],
      ["0", undefined],
      ["65", undefined],
      ["-1", undefined],
      ["1.5", undefined],
      ["1e1", undefined],
      ["0x10", undefined],
      ["two", undefined],
      ["", undefined],
      ["99999999999999999999999", undefined],
    ],
  ],
  [
    "integerList()",
    (text) => actors(text, undefined),
    [
      ["2", [2]],
      ["4,1,2,4", [1, 2, 4]],
      ["1, 2", [1, 2]],
      ["1,,2", undefined],
      ["1,", undefined],
      ["0,1", undefined],
      ["1,many", undefined],
      ["", undefined],
    ],
  ],
  [
    "seconds()",
    time,
    [
      ["1", 1],
      ["2.5", 2.5],
      ["86400", 86_400],
      ["0", undefined],
      ["0.9", undefined],
      ["-5", undefined],
      ["86401", undefined],
      ["1e3", undefined],
      ["5s", undefined],
      ["Infinity", undefined],
      ["NaN", undefined],
      [".5", undefined],
      ["", undefined],
    ],
  ],
  [
    "size()",
    windowSize,
    [
      ["4096", 4096],
      ["64K", 65_536],
      ["1M", 2 ** 20],
      ["256G", 2 ** 38],
      ["0", undefined],
      ["4095", undefined],
      ["257G", undefined],
      ["-1M", undefined],
      ["9999999999T", undefined],
      ["big", undefined],
      ["", undefined],
    ],
  ],
  [
    "addressRange()",
    addressRange,
    [
      ["0x10000-0x20000", { low: 0x10000, high: 0x20000 }],
      [" 0xD00000000-0xd00000000 ", { low: 0xd00000000, high: 0xd00000000 }],
      ["0x10000", undefined],
      ["0x10000-", undefined],
      ["10000-20000", undefined],
      ["0x1-0x2-0x3", undefined],
      ["0x1-0xfffffffffffffffff", undefined],
      ["", undefined],
    ],
  ],
  [
    "kernelNumber()",
    kernelNumber,
    [
      ["4.14", "4.14"],
      ["6.1.128", "6.1"],
      ["6", undefined],
      ["6.", undefined],
      ["v6.1", undefined],
      ["6.1-rc2", undefined],
      ["", undefined],
    ],
  ],
  [
    "hexAddress()",
    hexAddress,
    [
      ["0x200000000000", "0x200000000000"],
      ["0X7F00", "0x7f00"],
      ["0x0", undefined],
      ["0x", undefined],
      ["200000000000", undefined],
      ["0xffffffffffffffff", undefined],
      ["-0x1000", undefined],
      ["0xg", undefined],
      ["", undefined],
    ],
  ],
  [
    "wordList()",
    (text) => scenario(text, undefined),
    [
      ["hot", ["hot"]],
      ["hot, solo,hot", ["hot", "solo"]],
      ["Hot", undefined],
      ["hot,", undefined],
      ["", undefined],
      ["all", undefined],
    ],
  ],
  [
    "interlopers()",
    interlopers,
    [
      ["map", { map: 1, fault: 0 }],
      ["map:2,fault:1", { map: 2, fault: 1 }],
      ["fault:3,fault:2", { map: 0, fault: 5 }],
      ["map:16", { map: 16, fault: 0 }],
      ["map:0", undefined],
      ["map:17", undefined],
      ["map:-1", undefined],
      ["map:", undefined],
      ["read:1", undefined],
      ["", undefined],
    ],
  ],
];

for (const [parser, parse, words] of table) {
  for (const [text, value] of words) {
    test(`${parser} ${value === undefined ? "refuses" : "takes"} "${text}"`, () => {
      if (value !== undefined) assert.deepEqual(parse(text), value);
      else assert.throws(() => parse(text), InvalidArgumentError);
    });
  }
}

test("lists grow where an option is repeated", () => {
  assert.deepEqual(scenario("solo", scenario("hot", undefined)), ["hot", "solo"]);
  assert.deepEqual(actors("1,8", actors("2", undefined)), [1, 2, 8]);
});

const refusals: readonly [act: () => unknown, message: string][] = [
  [() => oneTo64("65"), "Want a whole number from 1 to 64."],
  [() => actors("1,0", undefined), "Want a whole number from 1 to 64."],
  [() => time("0"), "Want seconds from 1 to 86400, like 30 or 2.5."],
  [() => windowSize("1"), "Want a size from one page to 256G, like 64K, 1M or 2G."],
  [() => hexAddress("10"), "Want an address like 0x200000000000."],
  [
    () => scenario("spraed", undefined),
    'There is no scenario "spraed". Did you mean spread? Known: occupied, hot, spread, solo.',
  ],
  [
    () => scenario("hot,ocupied", undefined),
    'There is no scenario "ocupied". Did you mean occupied? Known: occupied, hot, spread, solo.',
  ],
  [
    () => scenario("everything", undefined),
    'There is no scenario "everything". Known: occupied, hot, spread, solo.',
  ],
  [
    () => interlopers("falut"),
    'There is no interloper "falut". Did you mean fault? Known: map, fault.',
  ],
  [() => interlopers("map:99"), "Want a whole number from 1 to 16."],
];

for (const [act, message] of refusals) {
  test(`a refusal says "${message}"`, () => assert.throws(act, { message }));
}

test("wordList() suggests nothing for a word unlike all", () => {
  for (const word of ["xyz", "", "all"]) {
    assert.throws(
      () => scenario(word, undefined),
      (error: Error) => !error.message.includes("Did you mean"),
    );
  }
});

test("interlopers() takes spaces and no surplus", () => {
  assert.deepEqual(interlopers("map:1, fault:1"), { map: 1, fault: 1 });
  assert.throws(() => interlopers("map:2:3"), InvalidArgumentError);
  assert.throws(() => interlopers("map:16,map:16"), InvalidArgumentError);
  assert.throws(() => interlopers("falut:1"), /no interloper "falut"\. Did you mean fault\?/);
});
