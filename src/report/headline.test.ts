import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Run } from "../results/schema.ts";
import { type Digest, digestRun } from "./digest.ts";
import { armsOf, changedRun, type SampleChoice, sampleRun } from "./sample-run.test.data.ts";

function digestOf(change: (run: Run) => void, choice?: SampleChoice): Digest {
  return digestRun(changedRun(change, choice));
}

function sentencesOf({ headline }: Digest): string[] {
  return headline.claims.map((claim) =>
    claim.state === "nothing" ? claim.sentence : `${claim.sentence} | ${claim.basis}`,
  );
}

describe("digestHeadline()", () => {
  test("tells the price in occupied and the gain in spread, with intervals over forks", () => {
    const told = digestRun(sampleRun()).headline.claims.map((claim) => {
      assert.equal(claim.state, "told");
      return claim.state === "told" ? [claim.sentence, claim.basis] : [];
    });
    const [[price = "", priceBasis] = [], [gain = "", gainBasis] = []] = told;
    const interval = String.raw`[\d.]+ \[[\d.]+, [\d.]+\]`;
    const priceText = `costs ${interval} times less with fixed-noreplace than with hint-munmap$`;
    assert.match(price, new RegExp(`^A lost attempt ${priceText}`));
    assert.equal(
      priceBasis,
      "p50 of a lost attempt in occupied, 1 actor; 95 % interval over 12 forks",
    );
    const gainText = `gets ${interval} times the reservations per second of hint-munmap$`;
    assert.match(gain, new RegExp(`^With fixed-noreplace a caller ${gainText}`));
    assert.equal(gainBasis, "spread, 2 actors, 33 % conflicts; 95 % interval over 12 forks");
  });

  test("takes the most actors that have a CPU each, else the fewest", () => {
    const at = (actors: number[], cpus: number[]) => {
      const digest = digestOf(
        (run) => {
          run.host.allowedCpus = cpus;
        },
        { actors },
      );
      return digest.headline.claims.map((claim) => claim.state !== "nothing" && claim.actors);
    };
    assert.deepEqual(at([1, 2, 4], [0, 1, 2]), [1, 2]);
    assert.deepEqual(at([2, 4, 8], [0, 1, 2, 3]), [2, 4]);
    assert.deepEqual(at([4, 8], [0]), [4, 4]);
  });

  test("falls back to a scenario that has the pair", () => {
    const [price = "", gain = ""] = sentencesOf(
      digestRun(sampleRun({ scenarios: ["hot", "solo"] })),
    );
    assert.match(price, /in hot, 2 actors/);
    assert.match(gain, /hot, 2 actors, 45 % and 70 % conflicts/);
  });

  test("says that it cannot tell where the interval includes 1, without a number", () => {
    const sentences = sentencesOf(
      digestOf((run) => {
        for (const { fork, arm } of armsOf(run)) {
          const lost = arm.distributions.lost ?? arm.distributions.rejected;
          if (lost)
            lost.quantiles.p50 = 1000 + (arm.strategy === "hint-munmap" ? fork * 10 - 55 : 0);
          arm.counts.placed = 1000;
        }
      }),
    );
    for (const sentence of sentences) {
      assert.match(sentence, /^This run cannot tell whether [^\d]* \| .* includes 1$/);
    }
  });

  test("turns the price over where fixed-noreplace is the dearer one", () => {
    const [price = ""] = sentencesOf(
      digestOf((run) => {
        for (const { arm } of armsOf(run)) {
          const lost = arm.distributions.lost ?? arm.distributions.rejected;
          if (lost) lost.quantiles.p50 = arm.strategy === "hint-munmap" ? 100 : 400;
        }
      }),
    );
    assert.match(price, /^A lost attempt costs 4\.00 \[4\.00, 4\.00\] times more with fixed-/);
  });

  test("shows a median and what it lacks where there are fewer than 6 forks", () => {
    for (const forks of [1, 5]) {
      const sentences = sentencesOf(digestRun(sampleRun({ forks })));
      const noun = forks === 1 ? "1 fork" : "5 forks";
      for (const sentence of sentences) {
        assert.match(
          sentence,
          new RegExp(`(cost|got) [\\d.]+ times .*no interval: ${noun}, 6 needed`),
        );
      }
    }
  });

  test("says why there is nothing to say", () => {
    const none = digestOf((run) => {
      for (const fork of run.forks)
        Object.assign(fork, { status: "hung", error: "no heartbeat", trials: [] });
    });
    assert.deepEqual(
      new Set(sentencesOf(none)),
      new Set(["Nothing to compare: no fork has finished a trial"]),
    );
    const alone = sentencesOf(digestRun(sampleRun({ strategies: ["fixed-noreplace"] })));
    assert.match(alone[0] ?? "", /did not run side by side/);
    const [price, gain] = sentencesOf(digestRun(sampleRun({ scenarios: ["solo"] })));
    assert.match(price ?? "", /in solo no fork has both .* that lost an attempt/);
    assert.match(gain ?? "", /in solo no fork has both .* that placed windows and lost some/);
    const [, noGain] = sentencesOf(digestRun(sampleRun({ scenarios: ["occupied"] })));
    assert.match(noGain ?? "", /in occupied no fork has both .* that placed windows and lost some/);
  });

  test("puts what must be read with it beside it", () => {
    const codes = (change: (run: Run) => void) =>
      digestOf(change).headline.labels.map((l) => l.code);
    assert.deepEqual(
      codes(() => {}),
      [],
    );
    for (const verdict of ["ignored", "rejected", "buggy", "relocating"] as const) {
      const change = (run: Run) => {
        run.flagVerdict = verdict;
      };
      assert.deepEqual(codes(change), ["flag"]);
    }
    assert.deepEqual(
      codes((run) => {
        run.probe.kind = "libc";
        run.status = "interrupted";
        run.forks[0]?.trials[0]?.violations.push("attempts 3, outcomes 2");
      }),
      ["violation", "probe", "interrupted"],
    );
  });
});
