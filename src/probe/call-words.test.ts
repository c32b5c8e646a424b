import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { CallWords, callOffsets, noCall } from "./call-words.ts";

const word = (name: keyof typeof callOffsets) => callOffsets[name] / 8;
const anyNumber = fc.oneof(
  fc.maxSafeInteger(),
  fc.integer(),
  fc.constantFrom(0, -1, -100, 2 ** 31, -(2 ** 31), 2 ** 32 - 1, 2 ** 32, -(2 ** 32)),
);

test("CallWords.setArgument() stores every number as its bigint, modulo 2^64", () => {
  const anyWord = fc.oneof(anyNumber, fc.bigInt(-(2n ** 63n), 2n ** 64n - 1n));
  const call = new CallWords(0n);
  fc.assert(
    fc.property(anyWord, fc.nat({ max: 5 }), (value, index) => {
      const others = call.words.with(1 + index, 0n);
      call.setArgument(index, value);
      assert.equal(call.words[1 + index], BigInt.asIntN(64, BigInt(value)));
      assert.deepEqual(call.words.with(1 + index, 0n), others);
    }),
    { seed: 1 },
  );
});

test("CallWords.setNumber() stores the number, or all ones for no call", () => {
  const call = new CallWords(0n);
  for (const number of [noCall, 0, 257]) {
    call.setNumber(number);
    assert.equal(call.words[word("CALL_NUMBER")], BigInt(number));
  }
});

test("CallWords.result is what the kernel returned, signed", () => {
  const call = new CallWords(0n);
  fc.assert(
    fc.property(anyNumber, (result) => {
      call.words[word("CALL_RESULT")] = BigInt(result);
      assert.equal(call.result, result);
    }),
    { seed: 1 },
  );
});

test("CallWords has ticks since the origin, exact however long the CPU has been up", () => {
  const ticks = fc.bigInt(0n, 2n ** 52n);
  fc.assert(
    fc.property(fc.bigInt(0n, 2n ** 63n), ticks, ticks, (origin, began, ended) => {
      const call = new CallWords(origin);
      call.words[word("CALL_BEGAN")] = origin + began;
      call.words[word("CALL_ENDED")] = origin + ended;
      assert.deepEqual([call.beganTicks, call.endedTicks], [Number(began), Number(ended)]);
    }),
    { seed: 1 },
  );
});
