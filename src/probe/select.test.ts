import assert from "node:assert/strict";
import { test } from "node:test";
import { UsageError } from "../errors.ts";
import { loadCode } from "./native.ts";
import { chooseProbe, openProbe, openTimedCalls } from "./select.ts";
import { LibcTimedCalls } from "./timed-calls-libc.ts";
import { NativeTimedCalls } from "./timed-calls-native.ts";

const code = loadCode();

test("chooseProbe() takes libc calls where they are asked for", () => {
  const choice = chooseProbe("libc");
  assert.deepEqual(choice, { kind: "libc", reason: "asked for with --probe libc" });
  assert.equal(openProbe(choice).kind, "libc");
});

test("chooseProbe() takes machine code by default, or says why not", () => {
  const choice = chooseProbe("auto");
  if (code.state === "unavailable") {
    assert.deepEqual(choice, { kind: "libc", reason: code.reason });
    assert.throws(() => chooseProbe("native"), UsageError);
  } else {
    assert.deepEqual([choice.kind, choice.reason], ["native", "the default on this CPU"]);
    assert.equal(chooseProbe("native").reason, "asked for with --probe native");
    assert.equal(openProbe(choice).kind, "native");
  }
});

test("openTimedCalls() makes the calls of the probe that was chosen", () => {
  assert.ok(openTimedCalls(chooseProbe("libc")) instanceof LibcTimedCalls);
  const choice = chooseProbe("auto");
  const native = openTimedCalls(choice) instanceof NativeTimedCalls;
  assert.equal(native, choice.kind === "native");
});
