/** `noclobber doctor` as its users meet it, with and without privileges. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { type DoctorVerdict, digestDoctor } from "../src/report/doctor-digest.ts";
import { doctorSchema } from "../src/results/doctor-schema.ts";
import { type Finished, hasCommand, runProgram } from "./program.test.data.ts";

const codes: Readonly<Record<DoctorVerdict, number>> = {
  sound: 0,
  unsafe: 1,
  unusable: 3,
  unexpected: 3,
};

/** The report is valid, and the exit code is that of its verdict. */
function assertReport({ code, stdout, stderr }: Finished) {
  assert.equal(stderr, "");
  const report = doctorSchema.parse(JSON.parse(stdout));
  const digest = digestDoctor(report);
  assert.equal(code, codes[digest.verdict], digest.headline);
  return { report, digest };
}

test("doctor --json has every row, and an exit code by its verdict", () => {
  const { report } = assertReport(runProgram(["doctor", "--json"]));
  const rows = new Set(report.facts.map(({ row }) => row));
  assert.equal(rows.size, 28);
  if (report.flag.verdict !== "supported") return;
  const [row] = report.facts.filter((fact) => fact.row === "2" && fact.ask === "noreplace");
  assert.equal(row?.state !== "skipped" && row?.answer, "EEXIST");
});

test("doctor prints the verdict first, and a line for every case", () => {
  const { code, stdout, stderr } = runProgram(["doctor"]);
  assert.ok(code !== 2, stderr);
  assert.match(stdout, /^(MAP_FIXED_NOREPLACE is|An occupant was destroyed)/);
  assert.match(stdout, /^pmd-hole /m);
  const lines = stdout.split("\n");
  assert.ok(Math.max(...lines.map((line) => line.length)) <= 110);
});

test("doctor without privileges knows what it may not", {
  skip:
    (process.getuid?.() !== 0 && "not root as it is") ||
    (!hasCommand("setpriv", "--version") && "no setpriv"),
}, (t) => {
  const through = ["setpriv", "--reuid=65534", "--clear-groups"];
  const canRead = runProgram(["--version"], { through });
  if (canRead.code !== 0) return t.skip("nobody may read this folder");
  const { report } = assertReport(runProgram(["doctor", "--json"], { through }));
  assert.equal(report.surroundings.mayMapLow, false);
  const [zero] = report.facts.filter((fact) => fact.row === "16" && fact.ask === "noreplace");
  if (report.flag.verdict === "supported" && Number(report.host.mmapMinAddr) > 0) {
    assert.equal(zero?.state !== "skipped" && zero?.answer, "EPERM");
  }
});

test("doctor under a tight RLIMIT_AS skips with a reason, or ends with a sentence", {
  skip: !hasCommand("prlimit", "-V") && "no prlimit",
}, () => {
  const through = ["prlimit", `--as=${64 * 2 ** 30}`];
  const { report } = assertReport(runProgram(["doctor", "--json"], { through }));
  assert.ok(report.facts.some(({ row }) => row === "20"));
});

test("doctor --help lists the exit codes", () => {
  const { code, stdout } = runProgram(["doctor", "--help"]);
  assert.equal(code, 0);
  for (const exit of ["0", "1", "2", "3"]) assert.match(stdout, new RegExp(`^  ${exit}  `, "m"));
});
