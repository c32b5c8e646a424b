import assert from "node:assert/strict";
import { test } from "node:test";
import { UsageError } from "../errors.ts";
import { loadCode } from "./native.ts";
import { chooseProbe, openProbe } from "./select.ts";

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
