import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import type { FromRun, ToRun } from "../src/orchestrate/pacing.ts";
import { sampleRun } from "../src/report/sample-run.test.data.ts";
import { type Channel, Pace } from "./pace.ts";

/** The process's end of an IPC channel, with nobody behind it but the test. */
class FakeChannel extends EventEmitter {
  readonly said: FromRun[] = [];
  connected = true;
  send(message: FromRun): boolean {
    this.said.push(message);
    return true;
  }
  disconnect(): void {
    this.connected = false;
    this.emit("disconnect");
  }
  hear(kind: ToRun["kind"]): void {
    this.emit("message", { kind });
  }
}

function paced() {
  const channel = new FakeChannel();
  const interrupt = new AbortController();
  const pace = new Pace(channel as unknown as Channel, interrupt);
  return { channel, interrupt, pace };
}

test("Pace.mayStart() waits for the parent's word, and takes one that came early", async () => {
  const { channel, pace } = paced();
  channel.hear("prepare");
  assert.deepEqual(channel.said, [{ kind: "ready" }]);
  const waiting = pace.mayStart();
  channel.hear("next-fork");
  assert.equal(await waiting, true);
  channel.hear("next-fork");
  assert.equal(await pace.mayStart(), true);
  channel.hear("stop");
  assert.equal(await pace.mayStart(), false);
});

test("Pace.ended() and saved() tell the parent, and the channel is let go", async () => {
  const { channel, pace } = paced();
  const [fork] = sampleRun().forks;
  pace.ended({ ...(fork ?? assert.fail()), status: "crashed", error: "SIGBUS" });
  const saved = pace.saved(true);
  assert.equal(channel.said.length, 1, "a run with all its forks waits for the word");
  channel.hear("stop");
  await saved;
  assert.deepEqual(channel.said, [
    { kind: "fork-ended", status: "crashed", error: "SIGBUS" },
    { kind: "saved" },
  ]);
  assert.equal(channel.connected, false);
  await pace.saved(true);
  assert.equal(channel.said.length, 2);
});

test("Pace.saved() does not say so where the file could not be written", async () => {
  const { channel, pace } = paced();
  channel.hear("stop");
  await pace.saved(false);
  assert.deepEqual(channel.said, [{ kind: "failed", message: "its result could not be saved" }]);
});

test("Pace takes a parent that has gone, and Ctrl-C, for the end", async () => {
  const gone = paced();
  const waiting = gone.pace.mayStart();
  gone.channel.disconnect();
  assert.equal(await waiting, false);
  assert.equal(gone.interrupt.signal.aborted, true);
  const stopped = paced();
  stopped.interrupt.abort();
  assert.equal(await stopped.pace.mayStart(), false);
});

test("Pace refuses where nobody can pace", () => {
  const alone = new EventEmitter() as unknown as Channel;
  assert.throws(() => new Pace(alone, new AbortController()), {
    name: "UsageError",
    message: /^--paced needs a parent process .* Leave it out\.$/,
  });
});
