import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { test } from "node:test";
import { readCommit } from "./commit.ts";

test("readCommit() is undefined outside of a checkout", () => {
  assert.equal(readCommit(tmpdir()), undefined);
});
