/** The snippets, compiled and run as a reader would: warnings are errors, threads are several. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import type { AdviceRequest } from "../results/advice-schema.ts";
import type { Parts } from "./candidates.ts";
import { everyParts, sampleRequest } from "./sample-advice.test.data.ts";
import { snippetFor } from "./snippet.ts";

const flags = ["-Wall", "-Wextra", "-Werror", "-std=c11"];

const requests: Readonly<Record<string, AdviceRequest>> = {
  "64 MiB in a range": sampleRequest,
  "a page and a half, anywhere": {
    ...sampleRequest,
    ...{ bytes: 3 * 4096, alignBytes: 8192, stepBytes: 2 ** 31, prot: "rw", anywhere: true },
    ...{ low: "0x10000", high: "0x7ffffffff000", minKernel: "4.14", threads: 2, hold: 4 },
  },
};

test("snippetFor() passes the flag only where the strategy does", () => {
  for (const parts of everyParts) {
    const code = snippetFor(parts, sampleRequest);
    const passes = parts.strategy === "fixed-noreplace" || parts.strategy === "noreplace-or-hint";
    assert.equal(code.includes("MAP_FIXED_NOREPLACE"), passes, JSON.stringify(parts));
    assert.equal(code.includes("void test_flag"), parts.strategy === "noreplace-or-hint");
    assert.equal(/MAP_FIXED;/.test(code), parts.kind === "reserve-once");
    assert.match(code, /^void \*reserve\(void\)$/m);
    assert.ok(Math.max(...code.split("\n").map((line) => line.length)) <= 100);
  }
});

const main = (code: string): string => `
#include <pthread.h>
#include <stdio.h>

enum { threads = 2, each = 5 };
static void *had[threads][each];

static void *work(void *row)
{
    void **own = row;
    for (int i = 0; i < each; i++)
        own[i] = reserve();
    ${code.includes("void release(") ? "release(own[1]); own[1] = reserve();" : ""}
    return NULL;
}

int main(void)
{
    ${code.includes("void test_flag(") ? "test_flag();" : ""}
    ${code.includes("int open_arena(") ? "if (open_arena() != 0) return 2;" : ""}
    pthread_t thread[threads];
    for (int i = 0; i < threads; i++)
        pthread_create(&thread[i], NULL, work, had[i]);
    for (int i = 0; i < threads; i++)
        pthread_join(thread[i], NULL);
    for (int i = 0; i < threads * each; i++)
        printf("%p\\n", had[i / each][i % each]);
    return 0;
}
`;

const compiler = "gcc";
const isThere = spawnSync(compiler, ["--version"]).error === undefined;
const skip =
  (process.platform !== "linux" && "the snippets are for Linux") ||
  (!isThere && `no ${compiler} here`);

describe("snippetFor() compiles, and takes places of its own in the range", { skip }, () => {
  const folder = skip ? "" : mkdtempSync(join(tmpdir(), "noclobber-snippet-"));
  after(() => skip || rmSync(folder, { recursive: true, force: true }));

  for (const [what, request] of Object.entries(requests)) {
    for (const parts of everyParts) {
      const name = Object.values(parts).join("+");
      test(`${name}, ${what}`, () => {
        const code = snippetFor(parts, request);
        const path = join(folder, `${name}.c`);
        // As it stands once, and with somebody who calls it.
        writeFileSync(path, code);
        if (request === sampleRequest) compile(["-c", path, "-o", join(folder, "alone.o")]);
        writeFileSync(path, code + main(code));
        const program = join(folder, name);
        compile([path, "-pthread", "-o", program]);
        const ran = spawnSync(program, { encoding: "utf8", timeout: 20_000 });
        assert.equal(ran.status, 0, `${ran.stderr}${ran.signal}`);
        assertPlaces(ran.stdout, request, parts.kind === "over-reserve");
      });
    }
  }
});

interface Trouble {
  readonly what: string;
  readonly parts: Partial<Parts>;
  /** C before `main`, and in it: what it returns other than 0 is wrong. */
  readonly before?: string;
  readonly steps: string;
}

const fullRange = `
    size_t all = HIGH - LOW;
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE;
    void *others = mmap((void *)LOW, all, PROT_NONE, flags, -1, 0);
    if (others != (void *)LOW || reserve() || errno != ENOMEM) return 1;
    munmap(others, all);
    if (!reserve()) return 2;`;

const troubles: readonly Trouble[] = [
  ...["maps-text", "cached-maps"].map((search) => ({
    what: `${search} finds what was given back after the range was full`,
    parts: { search, retry: "next-gap" },
    steps: fullRange,
  })),
  {
    what: "procmap-query takes no other error for a free place",
    parts: { search: "procmap-query", retry: "next-gap" },
    before:
      "int ioctl(int of, unsigned long asks, ...) { errno = 25; return of < 0 || asks ? -1 : 0; }",
    steps: "return find(LOW) == 0 ? 0 : 1;",
  },
  {
    what: "an arena keeps a piece that it cannot map over",
    parts: { kind: "reserve-once", search: "none", retry: "next-step" },
    before: `#include <sys/syscall.h>
#include <unistd.h>
static int fails;
void *mmap(void *at, size_t bytes, int prot, int flags, int of, off_t from)
{
    errno = ENOMEM;
    return fails ? MAP_FAILED : (void *)syscall(SYS_mmap, at, bytes, prot, flags, of, from);
}`,
    steps: `
    if (open_arena() != 0) return 1;
    void *first = reserve();
    fails = 1;
    if (!first || release(first) == 0) return 2;
    fails = 0;
    if (reserve() == first) return 3;
    if (release(first) != 0 || reserve() != first) return 4;`,
  },
];

describe("snippetFor() in trouble", { skip }, () => {
  const folder = skip ? "" : mkdtempSync(join(tmpdir(), "noclobber-snippet-"));
  after(() => skip || rmSync(folder, { recursive: true, force: true }));
  for (const [index, { what, parts, before = "", steps }] of troubles.entries()) {
    test(what, () => {
      const whole = { kind: "race", strategy: "fixed-noreplace", search: "", retry: "" } as const;
      const code = snippetFor({ ...whole, ...parts }, sampleRequest);
      const program = join(folder, String(index));
      writeFileSync(
        `${program}.c`,
        `${code}\n${before}\nint main(void)\n{\n${steps}\n    return 0;\n}\n`,
      );
      compile([`${program}.c`, "-o", program]);
      const ran = spawnSync(program, { encoding: "utf8", timeout: 20_000 });
      assert.equal(ran.status, 0, `${ran.stderr}${ran.signal}`);
    });
  }
});

function compile(words: readonly string[]): void {
  const { status, stderr } = spawnSync(compiler, [...flags, ...words], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  assert.equal(stderr, "");
}

/** Ten places that share no byte, each aligned and inside the range. */
function assertPlaces(stdout: string, request: AdviceRequest, anywhere: boolean): void {
  const { bytes, alignBytes, low, high } = request;
  const places = stdout.trim().split("\n").map(Number);
  assert.equal(places.length, 10);
  const sorted = places.toSorted((a, b) => a - b);
  for (const [index, at] of sorted.entries()) {
    assert.equal(at % alignBytes, 0);
    const next = sorted[index + 1];
    assert.ok(next === undefined || at + bytes <= next, `${at} and ${next} overlap`);
    if (anywhere) continue;
    assert.ok(at >= Number(low) && at + bytes <= Number(high), `${at} is out of the range`);
  }
}
