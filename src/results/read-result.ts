/**
 * Reads a result file of whichever command wrote it, and tells the kinds apart by what they say of
 * themselves.
 */

import { UsageError } from "../errors.ts";
import { type Gate, gateSchema, gateSchemaVersion } from "./gate-schema.ts";
import { type LitmusRun, litmusRunSchema, litmusSchemaVersion } from "./litmus-schema.ts";
import { type PathRun, pathRunSchema, pathSchemaVersion } from "./path-schema.ts";
import { kindOf, kindPhrases } from "./result-kind.ts";
import { type Run, runSchema, schemaVersion } from "./schema.ts";
import { noResult, parseAs, readJson } from "./store.ts";
import { type SweepRun, sweepRunSchema, sweepSchemaVersion } from "./sweep-schema.ts";

export type Result =
  | { readonly kind: "bench"; readonly run: Run }
  | { readonly kind: "path"; readonly run: PathRun }
  | { readonly kind: "sweep"; readonly run: SweepRun }
  | { readonly kind: "litmus"; readonly run: LitmusRun }
  | { readonly kind: "gate"; readonly gate: Gate };

export type ResultKind = Result["kind"];

/** The result that a file holds. @throws UsageError that says what is wrong with it */
export function readResult(path: string): Result {
  const remedy =
    "Name a result file of `noclobber bench`, profiles, litmus or gate, or measure again.";
  const json = readJson(path, remedy);
  const kind = kindOf(json);
  switch (kind) {
    case "bench": {
      const version = schemaVersion;
      return { kind, run: parseAs(runSchema, json, { path, remedy, version }) };
    }
    case "path": {
      const version = { field: "pathSchemaVersion", version: pathSchemaVersion };
      return { kind, run: parseAs(pathRunSchema, json, { path, remedy, ...version }) };
    }
    case "sweep": {
      const version = { field: "sweepSchemaVersion", version: sweepSchemaVersion };
      return { kind, run: parseAs(sweepRunSchema, json, { path, remedy, ...version }) };
    }
    case "litmus": {
      const version = { field: "litmusSchemaVersion", version: litmusSchemaVersion };
      return { kind, run: parseAs(litmusRunSchema, json, { path, remedy, ...version }) };
    }
    case "gate": {
      const version = gateSchemaVersion;
      return { kind, gate: parseAs(gateSchema, json, { path, remedy, version }) };
    }
    case "doctor":
      throw new UsageError(
        `${path} is ${kindPhrases.doctor}, which doctor alone renders. ${remedy}`,
      );
    case undefined:
      throw noResult(path, remedy);
    default:
      return kind satisfies never;
  }
}
