/** What kind of result a file's JSON is, by what it says of itself. */

/** As in "run.json is a litmus result". */
export const kindPhrases = {
  bench: "a run of bench",
  path: "a result of profiles",
  sweep: "a sweep",
  litmus: "a litmus result",
  gate: "a gate's result",
  doctor: "a doctor's report",
} as const;

/** undefined where it is nothing of ours. The version may be any, and the rest may be missing. */
export function kindOf(json: unknown): keyof typeof kindPhrases | undefined {
  if (typeof json !== "object" || json === null) return undefined;
  if ("doctorSchemaVersion" in json) return "doctor";
  if ("litmusSchemaVersion" in json) return "litmus";
  if ("pathSchemaVersion" in json) return "path";
  if ("sweepSchemaVersion" in json) return "sweep";
  if ("kind" in json && json.kind === "gate") return "gate";
  return "schemaVersion" in json ? "bench" : undefined;
}
