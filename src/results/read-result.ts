/**
 * Reads a result file of whichever command wrote it, and tells the kinds apart by what they say of
 * themselves.
 */

import { UsageError } from "../errors.ts";
import { type Gate, gateSchema, gateSchemaVersion } from "./gate-schema.ts";
import { type LitmusRun, litmusRunSchema, litmusSchemaVersion } from "./litmus-schema.ts";
import { type Run, runSchema, schemaVersion } from "./schema.ts";
import { parseAs, readJson } from "./store.ts";

export type Result =
  | { readonly kind: "bench"; readonly run: Run }
  | { readonly kind: "litmus"; readonly run: LitmusRun }
  | { readonly kind: "gate"; readonly gate: Gate };

export type ResultKind = Result["kind"];

/** The result that a file holds. @throws UsageError that says what is wrong with it */
export function readResult(path: string): Result {
  const remedy = "Name a result file of `noclobber bench`, litmus or gate, or measure again.";
  const json = readJson(path, remedy);
  const fields = typeof json === "object" && json !== null ? json : {};
  if ("doctorSchemaVersion" in fields) {
    throw new UsageError(`${path} is a doctor's report, which doctor alone renders. ${remedy}`);
  }
  if ("litmusSchemaVersion" in fields) {
    const version = { field: "litmusSchemaVersion", version: litmusSchemaVersion };
    return { kind: "litmus", run: parseAs(litmusRunSchema, json, { path, remedy, ...version }) };
  }
  if ("kind" in fields && fields.kind === "gate") {
    const version = gateSchemaVersion;
    return { kind: "gate", gate: parseAs(gateSchema, json, { path, remedy, version }) };
  }
  if ("schemaVersion" in fields && "forks" in fields) {
    const version = schemaVersion;
    return { kind: "bench", run: parseAs(runSchema, json, { path, remedy, version }) };
  }
  throw new UsageError(`${path} is JSON, but no result of noclobber. ${remedy}`);
}
