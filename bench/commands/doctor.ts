/**
 * `noclobber doctor`: what does this kernel make of MAP_FIXED_NOREPLACE, and of every case that a
 * caller can meet? Asks it, one thread and one case after another, in about a second.
 */

import { performance } from "node:perf_hooks";
import { Command } from "@commander-js/extra-typings";
import { exitCodes } from "../../src/errors.ts";
import { examineKernel } from "../../src/facts/examine.ts";
import { renderDoctor } from "../../src/report/doctor.ts";
import { type DoctorVerdict, digestDoctor } from "../../src/report/doctor-digest.ts";
import {
  type DoctorReport,
  doctorSchema,
  doctorSchemaVersion,
} from "../../src/results/doctor-schema.ts";
import { outputStyle } from "../output.ts";
import { toolIdentity } from "../program.ts";

const exitCodeOf: Readonly<Record<DoctorVerdict, number>> = {
  sound: exitCodes.ok,
  unsafe: exitCodes.violation,
  unusable: exitCodes.inconclusive,
  unexpected: exitCodes.inconclusive,
};

export const doctorCommand = new Command("doctor")
  .summary("ask this kernel what MAP_FIXED_NOREPLACE does, case by case")
  .description(
    "Asks the running kernel, not its version number: a verdict on MAP_FIXED_NOREPLACE, then " +
      "every known case for a hint and for the flag, each answer compared with what is declared, " +
      "and what of this host changes the answers. Nothing is measured, nothing stays mapped.",
  )
  .option("--json", "print the report as JSON (results/doctor.schema.json)")
  .addHelpText(
    "after",
    `
Exit codes:
  0  supported, and every answer as expected
  1  unsafe: buggy on partial overlap, or an occupant was destroyed
  2  the kernel could not be asked; the message says why
  3  safe, but the flag is ignored, rejected or relocating here, or an answer differs`,
  )
  .action(({ json }) => {
    process.exitCode = runDoctor(json ?? false);
  });

function runDoctor(json: boolean): number {
  const report = examine();
  const digest = digestDoctor(report);
  process.stdout.write(
    json
      ? `${JSON.stringify(report, null, 2)}\n`
      : renderDoctor(report, digest, outputStyle(process.stdout)),
  );
  return exitCodeOf[digest.verdict];
}

function examine(): DoctorReport {
  const startedAt = new Date();
  const from = performance.now();
  const examination = examineKernel();
  return doctorSchema.parse({
    doctorSchemaVersion,
    tool: toolIdentity(),
    startedAt: startedAt.toISOString(),
    elapsedMs: Math.round(performance.now() - from),
    ...examination,
  });
}
