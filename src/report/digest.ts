/**
 * The digest: everything that a report shows, computed once from a validated run. Renderers turn
 * it into text and decide nothing, so no two formats can disagree.
 */

import type { Fork, Run, Warning } from "../results/schema.ts";
import { formatBytes } from "../units.ts";
import { digestBeforeAfter } from "./before-after.ts";
import type { FigureChange } from "./change.ts";
import { type Disturbance, digestDisturbance } from "./disturbance.ts";
import { digestHeadline, type Headline } from "./headline.ts";
import { commandWords, mergedWords, seedWords, toolsWords } from "./merged-words.ts";
import { digestNotes } from "./notes.ts";
import { digestRatios, type RatioRow } from "./ratios.ts";
import { roleOf } from "./roles.ts";
import { digestSafety, type SafetyDigest } from "./safety.ts";
import { configurationsOf, countedForks } from "./samples.ts";
import { digestScenarios, type ScenarioDigest } from "./tables.ts";
import { hostWords, plural } from "./wording.ts";

/** What ran, where, and how much of it. */
export interface Identity {
  /** "noclobber 0.1.0 (e621701)". */
  readonly tool: string;
  /** What to type to run it again. */
  readonly command: string;
  /** The machine in one line. */
  readonly host: string;
  /** The probe, its clock and its floor in one line. */
  readonly probe: string;
  /** The settings that shape every trial, in one line. */
  readonly setting: string;
  readonly startedAt: string;
  /** "2 runs merged"; none of these is the first's alone then. */
  readonly merged?: string | undefined;
  readonly elapsedMs: number;
  readonly status: Run["status"];
  readonly forks: ForkCounts;
}

/** Forks of the contenders; those of the negative control stand apart. */
export interface ForkCounts {
  readonly planned: number;
  readonly complete: number;
  /** Forks that finished a trial: those that figures rest on. */
  readonly counted: number;
  readonly negativeControl: number;
}

/** A fork that did not end as it should. */
export interface IncompleteFork {
  readonly fork: number;
  readonly status: Exclude<Fork["status"], "complete">;
  /** Whether figures rest on the trials that it finished. */
  readonly counted: boolean;
  readonly error: string;
}

/** A law that did not hold. */
export interface Violation {
  readonly fork: number;
  readonly scenario: string;
  readonly actors: number;
  readonly text: string;
}

/** What casts doubt on figures, whatever was measured. */
export interface Doubts {
  readonly warnings: readonly Warning[];
  readonly incompleteForks: readonly IncompleteFork[];
  readonly violations: readonly Violation[];
}

export interface Digest extends Doubts {
  readonly identity: Identity;
  readonly headline: Headline;
  readonly scenarios: readonly ScenarioDigest[];
  readonly ratios: readonly RatioRow[];
  /** hint-munmap against fixed-noreplace. */
  readonly beforeAfter: readonly FigureChange[];
  readonly safety: SafetyDigest;
  readonly disturbance: Disturbance;
  readonly notes: readonly string[];
}

/** Pure: the same run gives the same digest. Reads no histogram. */
export function digestRun(run: Run): Digest {
  const configurations = configurationsOf(run);
  const safety = digestSafety(run);
  return {
    identity: identityOf(run),
    headline: digestHeadline(run, configurations, safety),
    scenarios: digestScenarios(configurations),
    ratios: digestRatios(configurations),
    beforeAfter: digestBeforeAfter(configurations),
    safety,
    disturbance: digestDisturbance(run),
    notes: digestNotes(run),
    warnings: run.warnings,
    incompleteForks: incompleteForksOf(run),
    violations: violationsOf(run),
  };
}

function identityOf(run: Run): Identity {
  return {
    tool: toolsWords(run),
    command: commandWords(run),
    host: hostLine(run),
    probe: probeLine(run),
    setting: settingLine(run),
    startedAt: run.startedAt,
    merged: mergedWords(run),
    elapsedMs: run.elapsedMs,
    status: run.status,
    forks: forkCountsOf(run),
  };
}

function forkCountsOf(run: Run): ForkCounts {
  const counted = countedForks(run);
  const isControl = ({ strategies }: Fork) =>
    strategies.length > 0 && strategies.every((id) => roleOf(id) === "negative-control");
  const racing = run.forks.filter((fork) => !isControl(fork));
  return {
    planned: Math.max(run.options.forks, racing.length),
    complete: racing.filter(({ status }) => status === "complete").length,
    counted: racing.filter((fork) => counted.includes(fork)).length,
    negativeControl: run.forks.length - racing.length,
  };
}

/** More names than this are counted. */
const mostHosts = 4;

/** Of a merged run the machines' names, and the first in full. */
export function hostLine({ host, sources = [] }: Pick<Run, "host" | "sources">): string {
  const names = [...new Set(sources.map((source) => source.host.hostname))];
  const rest = names.length > mostHosts ? ` and ${names.length - mostHosts} more` : "";
  const all = `${names.length} hosts: ${names.slice(0, mostHosts).join(", ")}${rest}; the first: `;
  return `${names.length > 1 ? all : ""}${machineLine(host)}`;
}

function machineLine(host: Run["host"]): string {
  const virtual = ["", "none"].includes(host.virtualisation) ? "" : `, ${host.virtualisation}`;
  return `${hostWords(host)}${virtual}`;
}

export function probeLine({ probe, sources = [] }: Pick<Run, "probe" | "sources">): string {
  const { emptyRegionNs, cheapestCallNs, ffiCallNs } = probe.floor;
  const ofWhich = sources.length > 1 ? " of the first" : "";
  return (
    `${probe.kind}, ${probe.clock}; floor${ofWhich}: ` +
    `empty region ${Math.round(emptyRegionNs.p50)} ns, ` +
    `getppid ${Math.round(cheapestCallNs.p50)} ns, ` +
    `through the FFI ${Math.round(ffiCallNs)} ns`
  );
}

/** Without what is swept, which each fork has its own of. */
export function settingLine(
  run: Pick<Run, "options" | "sources">,
  swept?: "actors" | "vmas" | "windows" | "size",
): string {
  const { options } = run;
  const { map, fault } = options.interlopers;
  return [
    ...(swept === "size" ? [] : [`windows of ${formatBytes(options.windowBytes)}`]),
    `prot ${options.prot}${options.touch ? ", touched" : ""}`,
    options.anchored ? "anchored" : "not anchored",
    options.pinned ? "pinned" : "not pinned",
    ...(options.vmas > 0 && swept !== "vmas" ? [plural(options.vmas, "other mapping")] : []),
    ...(map + fault > 0 ? [`interlopers: ${map} map, ${fault} fault`] : []),
    seedWords(run),
  ].join(", ");
}

function incompleteForksOf(run: Run): IncompleteFork[] {
  return run.forks.flatMap((fork) => incompleteFork(fork, fork.trials.length > 0));
}

/** One or none; `counted`: figures rest on trials of it. */
export function incompleteFork(
  { index, status, error = "no reason recorded" }: Pick<Fork, "index" | "status" | "error">,
  counted: boolean,
): IncompleteFork[] {
  return status === "complete" ? [] : [{ fork: index, status, counted, error }];
}

function violationsOf(run: Run): Violation[] {
  return run.forks.flatMap((fork) =>
    fork.trials.flatMap(({ spec, violations }) =>
      violations.map((text) => ({
        fork: fork.index,
        scenario: spec.scenario,
        actors: spec.actors,
        text,
      })),
    ),
  );
}
