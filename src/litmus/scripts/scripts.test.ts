import assert from "node:assert/strict";
import { test } from "node:test";
import { probeFlag } from "../../sys/flag-verdict.ts";
import { kernel, pageBytes } from "../../sys/libc.ts";
import { scripts } from "./index.ts";
import { runInThreads } from "./script-threads.test.data.ts";

const isSupported = probeFlag(kernel, pageBytes()).verdict === "supported";

/** Steps of each actor: few where a step sleeps, or forks. */
const steps: Readonly<Record<string, readonly number[]>> = {
  "churn-in-place": [500, 500, 500],
  carve: [1000, 1000, 1000],
  "check-then-fixed": [1000, 1000],
  reader: [1000, 300],
  collateral: [3000, 3000, 20],
  refused: [1000, 20],
  "fork-in-the-middle": [500, 500, 10],
  exhaustion: [20, 20],
};

/** What a variant must show on any kernel that it can run on, in this many steps. */
const certain: Readonly<Record<string, string>> = {
  "carve map-fixed": "kept",
  "churn-in-place map-fixed": "kept-out",
  "refused growsdown-gap": "refused",
  "refused clear-of-gap": "placed",
  "fork-in-the-middle noreplace": "forked",
  "exhaustion address-space-hint": "truth-hidden",
  "exhaustion address-space-noreplace": "truth-told",
  "exhaustion map-count-hint": "truth-hidden",
  "exhaustion map-count-noreplace": "truth-hidden",
};

for (const script of scripts) {
  for (const variant of script.variants) {
    const name = `${script.id} ${variant}`;
    test(`${name}: only what is declared, nothing forbidden, nothing left behind`, async (t) => {
      const obstacle = script.unavailable?.(variant);
      if (obstacle !== undefined) return t.skip(obstacle);
      if (!isSupported) return t.skip("this kernel does not know MAP_FIXED_NOREPLACE");
      const declared = script.outcomes(variant);
      const allowed = declared.filter(({ expectation }) => expectation !== "forbidden");
      const seen = await runInThreads(script, variant, steps[script.id] as readonly number[]);
      t.diagnostic([...seen.outcomes].map((entry) => entry.join(" ")).join(", "));
      for (const id of seen.outcomes.keys()) {
        assert.ok(
          allowed.some((outcome) => outcome.id === id),
          `saw ${id}`,
        );
      }
      assert.deepEqual(seen.leftBehind, []);
      const must = certain[name];
      if (must !== undefined) assert.ok((seen.outcomes.get(must) ?? 0) > 0, `never saw ${must}`);
    });
  }
}

test("scripts have ids of their own, and their variants share outcome ids", () => {
  assert.equal(new Set(scripts.map(({ id }) => id)).size, scripts.length);
  for (const { variants, outcomes } of scripts) {
    const ids = variants.map((variant) => outcomes(variant).map(({ id }) => id));
    for (const list of ids) assert.deepEqual(list, ids[0]);
  }
});
