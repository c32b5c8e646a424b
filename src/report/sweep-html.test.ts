import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseHTML } from "linkedom";
import { hostile } from "./odd-pages.test.data.ts";
import { hostileSweep, oddSweeps } from "./odd-sweeps.test.data.ts";
import { digestSweep } from "./sweep-digest.ts";
import { renderSweepHtml } from "./sweep-html.ts";

const makes = { ...oddSweeps, "with markup in every text": () => hostileSweep(hostile) };

const pages = new Map<string, string>();

/** The page of an odd sweep, rendered once. */
function pageOf(name: string): string {
  const make = makes[name as keyof typeof makes] ?? assert.fail(name);
  const run = pages.has(name) ? undefined : make();
  const text = pages.get(name) ?? (run ? renderSweepHtml(run, digestSweep(run)) : "");
  pages.set(name, text);
  return text;
}

describe("renderSweepHtml()", () => {
  for (const name of Object.keys(makes)) {
    test(`makes a sound page of a sweep ${name}`, () => {
      const text = pageOf(name);
      const { document } = parseHTML(text);
      const all = [...document.querySelectorAll("*")];
      const levels = all.flatMap(({ localName }) => /^h(\d)$/.exec(localName)?.[1] ?? []);
      assert.equal(levels.filter((level) => level === "1").length, 1);
      const ids = all.flatMap(({ id }) => (id === "" ? [] : [id]));
      assert.equal(new Set(ids).size, ids.length, "ids are unique");
      for (const link of document.querySelectorAll("a")) {
        assert.ok(ids.includes(link.getAttribute("href")?.slice(1) ?? ""), link.textContent ?? "");
      }
      for (const svg of document.querySelectorAll("svg.panel")) {
        assert.notEqual(svg.getAttribute("aria-label") ?? "", "");
      }
      const slots = [...document.querySelectorAll("button[data-slot]")].map((button) =>
        button.getAttribute("data-slot"),
      );
      assert.equal(new Set(slots).size, slots.length, "a button hides one series");
      const words = document.querySelector("main")?.textContent ?? "";
      assert.doesNotMatch(words, /NaN|Infinity|undefined\b|\bnull\b/);
      assert.doesNotMatch(text, /https?:|\burl\(|@import|<link\b|<base\b/);
      assert.match(text, /Content-Security-Policy" content="default-src 'none'/);
      assert.ok(Buffer.byteLength(text) < 2 ** 20);
    });
  }

  test("leaves text of the file text", () => {
    const text = pageOf("with markup in every text");
    const { document } = parseHTML(text);
    assert.equal(document.querySelectorAll("script").length, 1);
    assert.equal(document.querySelectorAll("img").length, 0);
    assert.ok(!text.includes(hostile));
    assert.ok(document.querySelector("#repeat")?.textContent?.includes("<script>alert(1)"));
  });

  const says: [run: string, section: string, pattern: RegExp][] = [
    ["of actors", "header", /12\.5× to 43\.2×With fixed-noreplace a lost attempt costs 12\.5/],
    ["of actors", "#growth", /hint-munmap in occupied: a lost attempt takes 5\.06 \[/],
    ["of actors", "#scaling", /64 and 256 actors lies beyond.*fixed-noreplace200.k0\.3000\.00200/s],
    ["of mappings", "header", /a search with maps-text grows linearly \(exponent 1\.00\)/],
    ["of mappings", "#sweep-lost", /in occupied, 2 actors: hint-munmap 7\.50.us at 0 other mapp/],
    ["of windows", "#charts", /^(?!.*Cost of a search)/s],
    ["of one value", "#growth", /gone were/],
    ["of one value, 0", "#growth", /gone were/],
    ["of one value in one fork", "#growth", /There are no two values to compare/],
    ["of three values", "#scaling", /no curve from 3 numbers of actors, 4 needed/],
    ["without a fork", "header", /Nothing to compare: no fork has finished a trial/],
    ["without a fork", "#races", /No fork has finished a race/],
    ["of crashed forks", "#warnings", /Fork 1 crashed: SIGKILL; it finished no trial/],
    ["that was interrupted", "header", /Interrupted: the figures are those of/],
    ["with a search that is unsafe", "header", /UNSAFE: 2 leaks/],
    ["with a search that is unsafe", "#outcomes", /Searches: UNSAFE: 2 leaks/],
  ];
  for (const [name, section, pattern] of says) {
    test(`says of a sweep ${name} in ${section}: ${pattern.source.slice(0, 50)}`, () => {
      const { document } = parseHTML(pageOf(name));
      assert.match(document.querySelector(section)?.textContent ?? "", pattern);
    });
  }
});
