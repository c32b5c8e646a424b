import assert from "node:assert/strict";
import { test } from "node:test";
import { measureSteps } from "./floor.ts";

test("measureSteps() has a cost for every step, none of them free", async () => {
  const steps = await measureSteps();
  assert.deepEqual(Object.keys(steps).sort(), ["ffiCall", "histogramRecord", "javascriptClock"]);
  for (const [step, ns] of Object.entries(steps)) {
    assert.ok(Number.isFinite(ns) && ns > 0, `${step}: ${ns}`);
  }
});
