import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseHTML } from "linkedom";
import { soundRun } from "../gate/sound-run.test.data.ts";
import { distributionOf } from "../results/histogram.ts";
import type { Run } from "../results/schema.ts";
import { digestRun } from "./digest.ts";
import { renderHtml } from "./html.ts";
import { hostile, oddRuns } from "./odd-pages.test.data.ts";
import { pageScript } from "./page-script.ts";
import { armsOf } from "./sample-run.test.data.ts";

const mostBytes = 2 ** 20;
const mostScriptBytes = 4.5 * 2 ** 10;

function render(run: Run): string {
  return renderHtml(run, digestRun(run));
}

const pages = new Map<string, string>();

/** The page of an odd run, rendered once. */
function pageOf(name: string): string {
  const text = pages.get(name) ?? render(oddRuns[name]?.() ?? assert.fail(name));
  pages.set(name, text);
  return text;
}

/** Ten forks of the default configurations, with as many different latencies as a real run has. */
function defaultSizeRun(): Run {
  const run = soundRun({ forks: 10, actors: [1, 2, 4] });
  const size = 400;
  const counts = Uint32Array.from({ length: size }, (_, index) => 1 + 40_000 / (index + 1) ** 2);
  for (const { fork, arm } of armsOf(run)) {
    for (const [at, kind] of (["placed", "release", "lost", "cleanup"] as const).entries()) {
      const factor = 300 * (at + 1) + 7 * fork;
      const ticks = Uint32Array.from({ length: size }, (_, index) => factor * 1.02 ** index);
      const made = distributionOf([{ ticks, counts }], 2.1);
      if (made && arm.distributions[kind]) arm.distributions[kind] = made;
    }
  }
  return run;
}

describe("renderHtml()", () => {
  for (const name of Object.keys(oddRuns)) {
    test(`makes a sound page of a run ${name}`, () => {
      const text = pageOf(name);
      const { document } = parseHTML(text);
      const all = [...document.querySelectorAll("*")];
      assertHeadings(all.map(({ localName }) => localName));
      const ids = all.flatMap(({ id }) => (id === "" ? [] : [id]));
      assert.equal(new Set(ids).size, ids.length, "ids are unique");
      for (const link of document.querySelectorAll("a")) {
        assert.ok(ids.includes(link.getAttribute("href")?.slice(1) ?? ""), link.textContent ?? "");
      }
      for (const element of document.querySelectorAll("[aria-labelledby]")) {
        assert.ok(ids.includes(element.getAttribute("aria-labelledby") ?? ""));
      }
      for (const svg of document.querySelectorAll("svg.panel")) {
        assert.equal(svg.getAttribute("role"), "img");
        assert.notEqual(svg.getAttribute("aria-label") ?? "", "");
      }
      assert.doesNotMatch(
        document.querySelector("main")?.textContent ?? "",
        /NaN|Infinity|undefined\b/,
      );
    });
  }

  test("loads nothing from anywhere", () => {
    for (const name of Object.keys(oddRuns)) {
      const text = pageOf(name);
      assert.doesNotMatch(text, /https?:|\burl\(|@import|<link\b|<base\b|\bsrcset?=(?!x )/);
      assert.match(text, /Content-Security-Policy" content="default-src 'none'/);
    }
  });

  test("leaves text of the file text", () => {
    const text = pageOf("with markup in every text");
    const { document } = parseHTML(text);
    assert.equal(document.querySelectorAll("script").length, 1);
    assert.equal(document.querySelectorAll("img").length, 0);
    for (const element of document.querySelectorAll("*")) {
      const names = [...element.attributes].map(({ name }) => name);
      assert.ok(!names.some((attribute) => attribute.startsWith("on")));
    }
    assert.ok(!text.includes(hostile));
    assert.ok(
      document.querySelector("#repeat")?.textContent?.includes("</script><script>alert(1)"),
    );
  });

  test("stays under 1 MiB for a run of default size", () => {
    const bytes = Buffer.byteLength(render(defaultSizeRun()));
    assert.ok(bytes > 200_000 && bytes < mostBytes, `${bytes} bytes`);
  });

  test("keeps its script small, and whole", () => {
    assert.ok(Buffer.byteLength(pageScript) < mostScriptBytes, `${pageScript.length}`);
    assert.doesNotMatch(pageScript, /<\/script|<!--/i);
    assert.doesNotThrow(() => new Function(pageScript));
  });

  test("says no limit where a cgroup has none, whichever version wrote it", () => {
    const limits = ([cpu, memory]: readonly [string, string]) => {
      const run = soundRun({ forks: 1, scenarios: ["occupied"] });
      Object.assign(run.host, { cgroupCpuMax: cpu, cgroupMemoryMax: memory });
      const { document } = parseHTML(render(run));
      const rows = [...document.querySelectorAll("#machine div")].map((row) => row.textContent);
      return rows.flatMap((text) => text?.match(/(?<=^cgroup \w+\.max).*/)?.[0] ?? []);
    };
    assert.deepEqual(limits(["max", "max"]), ["no limit", "no limit"]);
    assert.deepEqual(limits(["-1", "9223372036854771712"]), ["no limit", "no limit"]);
    const [cpu, memory] = ["200000 100000", "536870912"];
    assert.deepEqual(limits([cpu, memory]), [cpu, memory]);
    assert.deepEqual(limits(["", ""]), ["unknown", "unknown"]);
  });

  const says: [run: string, section: string, pattern: RegExp][] = [
    ["of seven forks", "header", /A lost attempt costs .* times less with fixed-noreplace/],
    ["of seven forks", "#warnings", /None\./],
    ["of seven forks", "#repeat", /noclobber bench --seed 42/],
    ["of one fork", "header", /no interval: 1 fork/],
    ["of one fork", "#drift", /There are no two forks/],
    ["without a fork", "header", /Nothing to compare: no fork has finished a trial/],
    ["without a fork", "#costs", /No fork has finished a trial/],
    ["of crashed forks", "#warnings", /Fork 1 crashed: SIGKILL; it finished no trial/],
    ["that was interrupted", "header", /Interrupted: the figures are those of/],
    ["that was interrupted", "#warnings", /Fork 2 interrupted: Ctrl-C; the trials it finished/],
    ["of a baseline", "#percentiles-lost", /holds no histograms/],
    ["with broken histograms", "#percentiles-lost", /histograms of this file cannot be read/],
    ["of the libc probe", "header", /Measured with the libc probe/],
    ["with violations", "header", /UNSAFE: 1 clobber/],
    ["with violations", "#warnings", /BROKEN, fork 2, .*and 10 more violations/s],
    ["of the control alone", "header", /did not run side by side/],
  ];
  for (const [name, section, pattern] of says) {
    test(`says of a run ${name} in ${section}: ${pattern.source.slice(0, 50)}`, () => {
      const { document } = parseHTML(pageOf(name));
      assert.match(document.querySelector(section)?.textContent ?? "", pattern);
    });
  }
});

/** One first heading, and no level is left out on the way down. */
function assertHeadings(names: readonly string[]): void {
  const levels = names.flatMap((name) => (/^h[1-6]$/.test(name) ? [Number(name[1])] : []));
  assert.equal(levels.filter((level) => level === 1).length, 1);
  for (const [index, level] of levels.entries()) assert.ok(level <= (levels[index - 1] ?? 0) + 1);
}
