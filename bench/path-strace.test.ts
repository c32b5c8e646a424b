/**
 * A path's accounts against strace's, which sees every system call of the run: what the result file
 * says that the actors called, measured and around it, is what the kernel was asked.
 */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { type SystemCall, systemCalls } from "../src/probe/timed-calls.ts";
import { profileOf } from "../src/profiles/index.ts";
import { type PathCase, pathRunSchema } from "../src/results/path-schema.ts";
import { canQueryMappings } from "../src/sys/procmap-query.ts";
import { runProgram, temporaryFolder } from "./program.test.data.ts";

/** Calls that are not traced run on without a stop: strace 5.3 and later. */
const strace = ["strace", "-f", "--seccomp-bpf"] as const;
const [command, ...flags] = strace;
const canTrace = spawnSync(command, [...flags, "-c", "true"], { stdio: "ignore" }).status === 0;
const skip =
  (!canTrace && "strace is missing, may not trace, or is older than 5.3") ||
  (!canQueryMappings() && "this kernel has no PROCMAP_QUERY, by which actors are told apart");

/** One call of one thread, put together where another thread interrupted it. */
interface Call {
  readonly thread: string;
  readonly name: string;
  /** From behind the opening bracket to the end. */
  readonly rest: string;
  /** An address or a descriptor; NaN where it is neither, or did not return. */
  readonly result: number;
}

type CallCounts = Partial<Record<SystemCall, number>>;

/** Every call in the order of its begin. */
function parseLog(text: string): Call[] {
  const calls: { thread: string; text: string }[] = [];
  const unfinished = new Map<string, { thread: string; text: string }>();
  for (const line of text.split("\n")) {
    const [, thread = "", what = ""] = /^(\d+) +(.*)$/.exec(line) ?? [];
    const [, end] = /^<\.\.\. \w+ resumed>(.*)$/.exec(what) ?? [];
    const begun = unfinished.get(thread);
    if (end !== undefined && begun) {
      begun.text += end;
      unfinished.delete(thread);
    } else if (/^\w+\(/.test(what)) {
      const call = { thread, text: what.replace(/<unfinished \.\.\.>$/, "") };
      calls.push(call);
      if (call.text !== what) unfinished.set(thread, call);
    }
  }
  return calls.map(({ thread, text: whole }) => {
    const [, name = "", rest = ""] = /^(\w+)\((.*)$/.exec(whole) ?? [];
    return { thread, name, rest, result: Number(/ = (\w+)(?: |$)/.exec(rest)?.[1]) };
  });
}

function isQuery({ name, rest }: Call): boolean {
  return name === "ioctl" && /^\d+, (PROCMAP_QUERY|_IOC\([^)]*0x66, 0x11, 0x68\)),/.test(rest);
}

function countNames(calls: readonly Call[]): CallCounts {
  const counts: Record<string, number> = {};
  for (const { name } of calls) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

/**
 * Those that map and change a profile's range, and the unmaps of what landed elsewhere. Between a
 * thread's mmap and the unmap of its answer it may make calls of its own, for V8 or for malloc.
 */
function callsWithin(calls: readonly Call[], id: string): Call[] {
  const { low, high } = profileOf(id).constraints;
  const landed = new Map<string, number>();
  return calls.filter(({ thread, name, rest, result }) => {
    const at = Number(/^0x\w+/.exec(rest)?.[0]);
    const isCleanup = name === "munmap" && landed.get(thread) === at;
    const isWithin = /^(mmap|munmap|mprotect|madvise)$/.test(name) && at >= low && at < high;
    if (isCleanup) landed.delete(thread);
    else if (isWithin && name === "mmap") landed.set(thread, result);
    return isWithin || isCleanup;
  });
}

/** Calls on an open maps file, from its opening to its closing; V8 opens it without O_CLOEXEC. */
function callsOnMaps(calls: readonly Call[]): Call[] {
  const open = new Set<string>();
  return calls.filter((call) => {
    const { thread, name, rest, result } = call;
    if (name === "openat" && rest.includes('"/proc/self/maps", O_RDONLY|O_CLOEXEC')) {
      open.add(`${thread} ${result}`);
      return true;
    }
    const descriptor = `${thread} ${Number.parseInt(rest, 10)}`;
    if (!open.has(descriptor)) return false;
    if (name === "close") open.delete(descriptor);
    return name === "read" || name === "close" || isQuery(call);
  });
}

/** What the result file says of these calls, over all ways. */
function saidOf(cases: readonly PathCase[], names: readonly SystemCall[]): CallCounts {
  const arms = cases.flatMap((each) => each.arms);
  const entries = names.map((name): [SystemCall, number] => {
    const each = arms.map((arm) => (arm.systemCalls[name] ?? 0) + (arm.warmupCalls[name] ?? 0));
    return [name, each.reduce((sum, count) => sum + count, 0)];
  });
  return Object.fromEntries(entries.filter(([, count]) => count > 0));
}

test("what the actors called is what strace counts, call by call", { skip }, (context) => {
  const folder = temporaryFolder(context);
  const [log, file] = [join(folder, "strace.log"), join(folder, "run.json")];
  // Interlopers are not in the file: carve has none, those of dynamorio-region never query.
  const words = ["profiles", "--profile", "dynamorio-region,carve", "--forks", "1", "--time", "2"];
  const traced = `trace=execve,${systemCalls.join()}`;
  const { code, stderr } = runProgram([...words, "-o", file], {
    through: [...strace, "-e", traced, "-o", log],
  });
  assert.equal(code, 0, stderr);
  const [fork] = pathRunSchema.parse(JSON.parse(readFileSync(file, "utf8"))).forks;
  const [region, carve] = fork?.cases ?? [];
  assert.ok(region && carve);

  const all = parseLog(readFileSync(log, "latin1"));
  const mains = new Set(all.filter(({ name }) => name === "execve").map(({ thread }) => thread));
  const workers = all.filter(({ thread }) => !mains.has(thread));
  const searchers = new Set(workers.filter(isQuery).map(({ thread }) => thread));
  assert.equal(searchers.size, region.actors);

  const ofSearchers = workers.filter(({ thread }) => searchers.has(thread));
  assert.deepEqual(
    countNames(callsWithin(ofSearchers, "dynamorio-region")),
    saidOf([region], ["mmap", "munmap"]),
  );
  assert.deepEqual(
    countNames(callsWithin(workers, "carve")),
    saidOf([carve], ["mmap", "munmap", "mprotect", "madvise"]),
  );
  assert.deepEqual(
    countNames(callsOnMaps(workers)),
    saidOf([region, carve], ["openat", "read", "close", "ioctl"]),
  );
});
