/** The README against the program: its options, scripts and links are those that exist. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { scenarios } from "../src/scenarios/index.ts";
import { strategies } from "../src/strategies/index.ts";

const readme = readFileSync("README.md", "utf8");

test("the README has the options of bench --help, word for word", () => {
  const cli = new URL("../bench/cli.js", import.meta.url).pathname;
  const { stdout } = spawnSync(process.execPath, [cli, "bench", "--help"], { encoding: "utf8" });
  assert.ok(readme.includes(stdout.slice(stdout.indexOf("Options:")).trim()));
});

test("the README names every scenario and strategy", () => {
  for (const { id } of [...scenarios, ...strategies]) assert.ok(readme.includes(`\`${id}\``), id);
});

test("every script and file that the README names exists", () => {
  const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: object };
  const named = [...readme.matchAll(/npm run (?:--silent )?([\w-]+)/g)].map(
    (match) => match[1] as string,
  );
  for (const script of named) assert.ok(script in scripts, `npm run ${script}`);
  const links = [...readme.matchAll(/\]\(([^)#:]+)\)/g)].map((match) => match[1] as string);
  for (const path of links) assert.ok(existsSync(path), path);
});

test("the documentation has no placeholder left", () => {
  for (const path of ["README.md", "docs/METHODOLOGY.md", "docs/BIAS.md"]) {
    assert.doesNotMatch(readFileSync(path, "utf8"), /@@|TODO|TBD/, path);
  }
});
