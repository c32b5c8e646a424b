import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { PathRun } from "../results/path-schema.ts";
import { digestPath } from "./path-digest.ts";
import { changedPath, oddPaths, pathArmsOf, samplePath } from "./sample-path.test.data.ts";

function claimsOf(run: PathRun): string[] {
  return digestPath(run).headline.claims.map((claim) =>
    claim.state === "nothing" ? claim.sentence : `${claim.sentence} | ${claim.basis}`,
  );
}

/** Multiplies quantiles of reservations of a way, by fork. */
function scaled(way: string, factorOf: (fork: number) => number): PathRun {
  return changedPath((run) => {
    for (const { fork, arm } of pathArmsOf(run)) {
      const { quantiles } = arm.distributions.reservation ?? {};
      if (arm.way !== way || !quantiles) continue;
      quantiles.p50 *= factorOf(fork);
      quantiles.p99 *= factorOf(fork);
    }
  });
}

const ratio = String.raw`[\d.]+ \[[\d.]+, [\d.]+\]`;

describe("digestPathClaims()", () => {
  test("tells where the time goes, what the flag changes, and what losing costs", () => {
    const [time = "", saving = "", losing = ""] = claimsOf(scaled("fixed-noreplace", () => 0.5));
    assert.equal(
      time,
      "Of a reservation's time in cuda-startup, 84 % [84 %, 84 %] is search and 5.8 % [5.8 %, " +
        "5.8 %] losing | hint-munmap, as it is done today, 2 actors, 1 interloper; shares of " +
        "the mean, the search after a loss is search; 95 % interval over 6 forks",
    );
    const costs = `${ratio} times less at p50 and ${ratio} times less at p99 than today`;
    assert.match(saving, new RegExp(`^With fixed-noreplace a reservation costs ${costs} \\| `));
    assert.match(saving, /fixed-noreplace to hint-munmap in cuda-startup, .* over 6 forks$/);
    const text = `A lost attempt costs ${ratio} times less with fixed-noreplace than today`;
    assert.match(losing, new RegExp(`^${text}; a reservation makes 17.4 system calls instead of`));
    assert.match(
      losing,
      /instead of 18\.4 \(0\.95 .* times\) \| p50; fixed-noreplace to hint-munmap in cuda-startup/,
    );
  });

  test("says so where the flag costs more", () => {
    const [, saving = ""] = claimsOf(scaled("fixed-noreplace", () => 4));
    assert.match(
      saving,
      /^With fixed-noreplace a reservation costs 4\.00 \[.*\] times more at p50/,
    );
  });

  test("does not tell apart what an interval does not", () => {
    const [, saving = ""] = claimsOf(samplePath());
    assert.match(saving, /costs 1\.12 \[.*\] times less at p99 than today; at p50 this run cannot/);
    const [, nothing = ""] = claimsOf(scaled("fixed-noreplace", (fork) => (fork % 2 ? 3 : 1 / 3)));
    assert.match(nothing, /^This run cannot tell whether a reservation costs less [^\d]* \| /);
  });

  test("tells of the cheapest sound way, where that is yet another one", () => {
    const claims = (sound: "sound" | "unsound") => {
      const run = scaled("check-then-fixed", () => 0.1);
      Object.assign(run.profiles[0]?.ways[2] ?? {}, { sound });
      return claimsOf(run).filter((claim) => claim.startsWith("Of the sound ways"));
    };
    const [cheapest = ""] = claims("sound");
    assert.match(
      cheapest,
      /^Of the sound ways check-then-fixed costs least: 10\.0 \[.* times less/,
    );
    assert.deepEqual(claims("unsound"), []);
  });

  test("sets no way against today's that may leave the range, or that got no place", () => {
    const claims = (change: (run: PathRun) => void) => {
      const run = scaled("check-then-fixed", () => 0.1);
      Object.assign(run.profiles[0]?.ways[2] ?? {}, { sound: "sound" });
      change(run);
      return claimsOf(run).filter((claim) => claim.includes("check-then-fixed"));
    };
    assert.equal(claims(() => {}).length, 1);
    const anywhere = claims(({ profiles: [first] }) => {
      Object.assign(first?.ways[2] ?? {}, { keepsRange: false });
    });
    assert.deepEqual(anywhere, []);
    const gaveUp = claims((run) => {
      for (const { arm } of pathArmsOf(run)) {
        if (arm.way === "check-then-fixed") arm.counts.givenUp = 0.9 * arm.counts.reservations;
      }
    });
    assert.deepEqual(gaveUp, []);
  });

  test("counts system calls against today's only where the difference can be told", () => {
    const losing = (factorOf: (fork: number) => number) =>
      claimsOf(
        changedPath((run) => {
          for (const { fork, arm } of pathArmsOf(run)) {
            if (arm.way !== "fixed-noreplace") continue;
            const { mmap = 0 } = arm.systemCalls;
            arm.systemCalls["mmap"] = Math.round(mmap * factorOf(fork));
          }
        }),
      ).find((claim) => claim.startsWith("A lost attempt")) ?? assert.fail();
    assert.match(
      losing(() => 1),
      / instead of 18\.4 \(0\.95 \[0\.95, 0\.95\] times\) \| /,
    );
    assert.doesNotMatch(
      losing((fork) => (fork % 2 ? 1.5 : 0.7)),
      /instead of/,
    );
  });

  test("shows medians of few forks in the past tense, and says what lacks", () => {
    const [time = "", ...others] = claimsOf(samplePath(5));
    assert.match(time, /84 % is search and 5\.8 % losing .* no interval: 5 forks, 6 needed$/);
    for (const claim of others) assert.match(claim, / cost [^[]* no interval: 5 forks, 6 needed$/);
  });

  test("falls back to the first profile that ran, and to a sound way without the flag", () => {
    const run = changedPath(({ forks, profiles }) => {
      profiles.shift();
      for (const { cases } of forks) cases.shift();
      for (const { ways } of profiles) Object.assign(ways[1] ?? {}, { id: "other" });
      for (const { arms } of forks.flatMap(({ cases }) => cases)) {
        Object.assign(arms[1] ?? {}, { way: "other" });
      }
    });
    assert.match(
      claimsOf(run)[1] ?? "",
      /^With other a reservation .* other to hint-munmap in lua/,
    );
  });

  test("recommends no way that is unsound", () => {
    const run = changedPath(({ profiles }) => {
      for (const way of profiles[0]?.ways ?? []) {
        if (way.id === "fixed-noreplace") way.sound = "unsound";
      }
    });
    assert.equal(claimsOf(run).length, 1);
  });

  test("says why there is nothing to say", () => {
    const table: readonly [run: string, sentence: RegExp][] = [
      ["no fork", /^Nothing to say: no fork has finished a profile$/],
      ["nothing measured", /^Nothing to say: no fork has finished a profile$/],
      ["today's way missing", /^Nothing to say: no profile was run the way its program does it/],
      ["everything given up", /^Nothing to say: today's ways made no reservation that was timed$/],
    ];
    for (const [name, sentence] of table) {
      const claims = claimsOf(oddPaths[name]?.() ?? assert.fail(name));
      assert.equal(claims.length, 1);
      assert.match(claims[0] ?? "", sentence);
    }
  });

  test("puts what must be read with it beside it", () => {
    const codes = (name: string) =>
      digestPath(oddPaths[name]?.() ?? assert.fail(name)).headline.labels.map(({ code }) => code);
    assert.deepEqual(codes("plain"), []);
    assert.deepEqual(codes("unsafe"), ["violation", "unsafe"]);
    assert.deepEqual(codes("the libc probe"), ["probe"]);
    assert.deepEqual(codes("a kernel that ignores the flag"), ["flag"]);
    assert.deepEqual(codes("a failed fork"), ["interrupted"]);
  });
});
