import assert from "node:assert/strict";
import { test } from "node:test";
import { runSchema } from "../results/schema.ts";
import { chosenOf, readFact, readHost } from "./host.ts";

test("readHost() gives every fact that the result file has, known or unknown", () => {
  const host = readHost();
  assert.deepEqual(runSchema.shape.host.parse(host), host);
  assert.ok(Number.isInteger(Math.log2(host.pageBytes)), `pages of ${host.pageBytes} bytes`);
  for (const [name, fact] of Object.entries(host)) assert.notEqual(fact, "", name);
});

test("readFact() is unknown where nothing can be read, and never throws", () => {
  assert.equal(readFact("/proc/no/such/file"), "unknown");
  assert.equal(readFact("/proc"), "unknown");
  assert.match(readFact("/proc/sys/kernel/ostype"), /^Linux$/);
});

test("chosenOf() takes the word in brackets, or the text as it is", () => {
  const table: [choices: string, chosen: string][] = [
    ["always [madvise] never", "madvise"],
    ["[always] madvise never", "always"],
    ["unknown", "unknown"],
    ["", ""],
  ];
  for (const [choices, chosen] of table) assert.equal(chosenOf(choices), chosen);
});
