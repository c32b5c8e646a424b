import assert from "node:assert/strict";
import { test } from "node:test";
import { runScript } from "./run-script.ts";
import type { Script } from "./script.ts";
import { contextOf } from "./scripts/script-threads.test.data.ts";

const context = contextOf({
  script: "sample",
  variant: "only",
  actor: 0,
  steps: 0,
  arena: 0,
  memory: new SharedArrayBuffer(64),
});

/** A script that notes what is called, and whose steps come to `outcomes`, again and again. */
function sample(outcomes: readonly (string | undefined)[], calls: string[] = []): Script {
  return {
    id: "sample",
    summary: "for tests",
    actors: 1,
    variants: ["only"],
    outcomes: () => [{ id: "seen", expectation: "acceptable", meaning: "a step was made" }],
    open: () => {
      let steps = 0;
      calls.push("open");
      return {
        step: () => {
          calls.push("step");
          return outcomes[steps++ % outcomes.length];
        },
        close: () => {
          calls.push("close");
        },
      };
    },
  };
}

test("runScript() counts steps and outcomes, undeclared ones under their name", () => {
  const script = sample(["seen", undefined, "seen", "surprise"]);
  const { steps, outcomes } = runScript(script, context, { shouldStop: (made) => made === 10 });
  assert.equal(steps, 10);
  assert.deepEqual(
    [...outcomes],
    [
      ["seen", 5],
      ["surprise", 2],
    ],
  );
});

test("runScript() meets the others before the first step, and after the last, then closes", () => {
  const calls: string[] = [];
  runScript(sample(["seen"], calls), context, {
    shouldStop: (made) => made === 2,
    meet: () => calls.push("meet"),
  });
  assert.deepEqual(calls, ["open", "meet", "step", "step", "meet", "close"]);
});

test("runScript() makes one step when the time is up already, and ends when it is", () => {
  const past = runScript(sample(["seen"]), context, { untilNs: 0n });
  assert.equal(past.steps, 1);
  const untilNs = process.hrtime.bigint() + 1_000_000n;
  assert.ok(runScript(sample(["seen"]), context, { untilNs }).steps > 0);
  assert.ok(process.hrtime.bigint() >= untilNs);
});

test("runScript() closes the actor when a step throws", () => {
  const calls: string[] = [];
  const script = sample([], calls);
  const shouldStop = () => {
    throw new Error("broken");
  };
  assert.throws(() => runScript(script, context, { shouldStop }), /broken/);
  assert.equal(calls.at(-1), "close");
});
