import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { ProcFile } from "./proc-file.ts";

test("ProcFile.read() has the whole text as it is now, longer or shorter than before", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "noclobber-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "counters");
  const file = new ProcFile(path);
  for (const length of [10, 65_535, 65_536, 65_537, 300_000, 3, 0]) {
    const text = "line\n".repeat(length / 5 + 1).slice(0, length);
    writeFileSync(path, text);
    assert.equal(file.read(), text);
    assert.equal(file.read(), text);
  }
});

test("ProcFile.read() is empty where there is no file, and reads it when there is", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "noclobber-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = new ProcFile(join(folder, "late"));
  assert.equal(file.read(), "");
  writeFileSync(join(folder, "late"), "here");
  assert.equal(file.read(), "here");
});
