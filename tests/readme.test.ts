/** The README against the program: its options, scripts and links are those that exist. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import { assertPassed, runProgram, temporaryFolder } from "../bench/program.test.data.ts";
import { readRun } from "../src/results/store.ts";
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

test("the README's commands make its charts, byte for byte", (context) => {
  const charts = [...readme.matchAll(/^!\[[^\]]+\]\(([^)]+\.svg)\)$/gm)].map(([, path]) => path);
  const commands = [...readme.matchAll(/^npm run report -- (docs\/.+) -o (docs\/\S+\.svg)$/gm)];
  assert.deepEqual(
    commands.map(([, , path]) => path),
    charts,
  );
  assert.equal(charts.length, 2);
  const folder = temporaryFolder(context);
  for (const [command, words = "", path = ""] of commands) {
    const made = join(folder, basename(path));
    assertPassed(runProgram(["report", ...words.split(" "), "-o", made]));
    const same = readFileSync(made).equals(readFileSync(path));
    assert.ok(same, `${path} is not what its command makes now. Renew it: ${command}`);
  }
});

test("the README says what its charts were measured with, and where", () => {
  const { command, host } = readRun("docs/example-run.json");
  const machine = `${host.cpuModel}, ${host.allowedCpus.length} CPUs, Linux ${host.kernelRelease}`;
  const caption = `\`${command.join(" ")}\` on ${machine}`;
  assert.ok(readme.replaceAll("\n", " ").includes(caption), `the README lacks: ${caption}`);
  const measuring = ["npm run bench --", ...command.slice(2)].join(" ");
  assert.ok(readme.split("\n").includes(measuring), `the README lacks: ${measuring}`);
});

test("the documentation has no placeholder left", () => {
  for (const path of ["README.md", "docs/METHODOLOGY.md", "docs/BIAS.md"]) {
    assert.doesNotMatch(readFileSync(path, "utf8"), /@@|TODO|TBD/, path);
  }
});
