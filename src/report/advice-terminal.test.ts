import assert from "node:assert/strict";
import { test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { recommend } from "../advice/recommend.ts";
import { adviceRun, type RunPlan, sampleRequest } from "../advice/sample-advice.test.data.ts";
import { type Advice, adviceSchema } from "../results/advice-schema.ts";
import type { PathRun } from "../results/path-schema.ts";
import { renderAdvice } from "./advice-terminal.ts";
import { digestPath } from "./path-digest.ts";

const plan: RunPlan = {
  ways: {
    "hint-munmap+maps-text+next-gap": { p50Ns: 40_000, calls: 20 },
    "fixed-noreplace+none+next-step": { p50Ns: 3000, calls: 2.5 },
    "fixed-noreplace+none+random": { p50Ns: 3000, calls: 2.5, noise: 0.2 },
    "fixed-noreplace+procmap-query+next-gap": { p50Ns: 5000, calls: 4 },
    "fixed-noreplace+none+both-ends": { p50Ns: 900, givenUpShare: 0.3 },
  },
};

function adviceOf(run: PathRun): Advice {
  return adviceSchema.parse({
    adviceSchemaVersion: 1,
    tool: run.tool,
    command: run.command,
    request: { ...sampleRequest, minKernel: "6.1" },
    measured: {
      ...{ runFile: "results/profiles.json", startedAt: run.startedAt, status: run.status },
      ...{ forks: run.forks.length, kernelRelease: run.host.kernelRelease },
      transparentHugePages: run.host.transparentHugePages,
      pageBytes: run.host.pageBytes,
      flagVerdict: run.flagVerdict,
    },
    recommendation: recommend(run, { ...sampleRequest, minKernel: "6.1" }),
  });
}

function render(run: PathRun, width: number, colour = false): string {
  return renderAdvice(adviceOf(run), digestPath(run), { width, colour });
}

test("renderAdvice() begins with the recommendation, and has every part of it", () => {
  const text = render(adviceRun(plan), 110);
  assert.match(text, /^On Linux 6\.18\.2-sample with transparent huge pages madvise, take 64 MiB/);
  assert.match(text, /\nWhy\n- It takes nothing from anybody: 0 clobbers/);
  assert.match(text, /^fixed-noreplace\+none\+next-step .* 1 +1 +recommended$/m);
  assert.match(text, /^hint-munmap\+maps-text\+next-gap .*13\.3 \[.*\] .* slower$/m);
  assert.match(text, /^fixed-noreplace\+none\+random .* tie$/m);
  assert.match(text, /procmap-query\+next-gap: needs Linux 6\.11, and 6\.1 is to be supported\./);
  assert.match(text, /both-ends: gave up 30 % of its reservations\./);
  assert.match(text, /^fallback not needed: /m);
  assert.match(text, /^flags {4}MAP_PRIVATE \| MAP_ANONYMOUS/m);
  assert.match(text, /^check {4}the address asked for: the place is yours\.$/m);
  assert.match(text, /^ {4}void \*reserve\(void\)$/m);
  assert.match(text, /^RLIMIT_AS {4}/m);
  assert.match(
    text,
    /^asked {4}64 MiB at multiples of 2 MiB in 0x200000000-0xd00000000, prot none/m,
  );
  assert.doesNotMatch(text, /Not borne out/);
});

test("renderAdvice() says on its second line what casts doubt on the recommendation", () => {
  const text = render(adviceRun({ ...plan, forks: 2 }), 110);
  assert.match(text, /\n! Not borne out: 2 forks, 6 needed for an interval/);
  assert.match(text, / undecided$/m);
});

test("renderAdvice() keeps to the width, but for the snippet", () => {
  for (const width of [60, 80, 110, 200]) {
    for (const run of [adviceRun(plan), adviceRun({ ...plan, forks: 0 })]) {
      for (const line of render(run, width).split("\n")) {
        const isCode = line.startsWith("    ");
        assert.ok(isCode || line.length <= width, `${width}: ${line}`);
        assert.equal(line, line.trimEnd());
      }
    }
  }
});

test("renderAdvice() says the same in colour", () => {
  const run = adviceRun(plan);
  assert.equal(stripVTControlCharacters(render(run, 110, true)), render(run, 110));
  assert.notEqual(render(run, 110, true), render(run, 110));
});

test("renderAdvice() lets no control character of a file reach the terminal", () => {
  const run = adviceRun(plan);
  const text = "\u001b[2J\u0007";
  Object.assign(run.host, { kernelRelease: text, transparentHugePages: text, maxMapCount: text });
  const way = run.profiles[0]?.ways[2];
  if (way) way.id = `fixed${text}`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  assert.doesNotMatch(render(run, 110), /[\u0000-\u0009\u000b-\u001f]/);
});
