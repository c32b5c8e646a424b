/**
 * The history of gates: one JSON line a gate's result, the newest last. It belongs to its owner: a
 * line that is not ours is refused and left as it is, never dropped.
 */

import { readFileSync, statSync } from "node:fs";
import { z } from "zod";
import { InvariantError, messageOf, UsageError } from "../errors.ts";
import { type Change, type Gate, gateSchema, verdictSchema } from "./gate-schema.ts";
import { writeAtomically } from "./store.ts";

/** Where gates append, from the working folder. */
export const historyPath = "results/history.jsonl";

/** Older lines make room: a thousand gates say enough of any level. */
export const mostLines = 1000;

/** Ten times what the most lines take. */
export const mostHistoryBytes = 16 * 2 ** 20;

const metricSchema = z.strictObject({
  name: z.string(),
  candidate: z.number().nullable().describe("median over forks of the within-fork ratio"),
  baseline: z.number().nullable(),
  slowdown: z
    .strictObject({ estimate: z.number(), lo: z.number(), hi: z.number() })
    .nullable()
    .describe("null where there were too few for an interval"),
  verdict: verdictSchema,
});

export const historyLineSchema = z.strictObject({
  schemaVersion: z.literal(1),
  at: z.iso.datetime(),
  fingerprint: z.string().describe("of the machine and probe that measured the candidate"),
  commit: z.string().optional().describe("of the candidate"),
  comparison: gateSchema.shape.comparison,
  verdict: verdictSchema,
  baselineAt: z.iso.datetime().nullable().describe("when the baseline's run began"),
  run: z.string().describe("the gate's result file"),
  metrics: z.array(metricSchema),
});

export type HistoryLine = z.infer<typeof historyLineSchema>;

/** What is kept of a gate whose result file is `run`. */
export function historyLineOf(gate: Gate, run: string): HistoryLine {
  const candidate = gate.sides.find(({ role }) => role === "candidate");
  if (!candidate) throw new InvariantError("A gate's result has no candidate");
  const { commit } = candidate.tool;
  return {
    schemaVersion: 1,
    at: gate.startedAt,
    fingerprint: candidate.fingerprint,
    ...(commit !== undefined && { commit }),
    comparison: gate.comparison,
    verdict: gate.verdict,
    baselineAt: gate.sides.find(({ role }) => role === "baseline")?.startedAt ?? null,
    run,
    metrics: gate.metrics.map((metric) => ({
      name: metric.name,
      candidate: metric.candidate.median,
      baseline: metric.baseline.median,
      slowdown: intervalOf(metric.slowdown),
      verdict: metric.verdict,
    })),
  };
}

function intervalOf(change: Change): HistoryLine["metrics"][number]["slowdown"] {
  if (change.state === "too-few") return null;
  const { estimate, lo, hi } = change;
  return { estimate, lo, hi };
}

/** Every line, the oldest first; none where there is no file. @throws UsageError */
export function readHistory(path: string): HistoryLine[] {
  return linesOf(path).map(({ line }) => line);
}

/**
 * Adds a line and keeps the newest {@link mostLines}; the file is written whole or not at all. Two
 * gates that end in the same instant may keep one line of two.
 *
 * @throws UsageError where the file is not a history or cannot be written; it is as it was, then
 */
export function appendHistory(path: string, line: HistoryLine): void {
  const added = JSON.stringify(historyLineSchema.parse(line));
  const kept = [...linesOf(path).map(({ text }) => text), added].slice(-mostLines);
  try {
    writeAtomically(path, `${kept.join("\n")}\n`);
  } catch (error) {
    throw new UsageError(
      `Cannot write ${path}: ${messageOf(error)}. The history is as it was: make room for it, or ` +
        "make its folder writable.",
    );
  }
}

/** A line as it stands in the file, and what it says. */
interface TextLine {
  readonly text: string;
  readonly line: HistoryLine;
}

function linesOf(path: string): TextLine[] {
  const found: TextLine[] = [];
  for (const [index, text] of readText(path).split("\n").entries()) {
    if (text.trim() !== "")
      found.push({ text, line: parseLine(text, `${path}, line ${index + 1}`) });
  }
  return found;
}

/** "" where there is no file. */
function readText(path: string): string {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    if (!found) return "";
    if (!found.isFile()) throw new Error("it is not a regular file");
    if (found.size > mostHistoryBytes) {
      throw new Error(`it has ${found.size} bytes, ${mostHistoryBytes} at most`);
    }
    // Not as it comes: what is no UTF-8 would be written back as something else.
    return new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(path));
  } catch (error) {
    throw new UsageError(
      `Cannot read ${path}: ${messageOf(error)}. Move it out of the way; the next gate begins a ` +
        "new history.",
    );
  }
}

function parseLine(text: string, where: string): HistoryLine {
  const remedy = "Correct or delete that line, or move the file out of the way.";
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new UsageError(`${where} is not JSON (${text.length} characters). ${remedy}`);
  }
  const version = (json as { schemaVersion?: unknown } | null)?.schemaVersion;
  if (typeof version === "number" && version > 1) {
    throw new UsageError(
      `${where} has schema version ${version}, this noclobber reads 1. Use the version that ` +
        "wrote it, or move the file out of the way.",
    );
  }
  const parsed = historyLineSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.join(".") || "the whole";
  throw new UsageError(`${where} is not a gate's: ${field}: ${issue?.message}. ${remedy}`);
}
