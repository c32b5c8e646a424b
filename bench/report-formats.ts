/**
 * The formats of a report: what each takes, how a file of it begins, and what renders it. A
 * renderer is loaded when it is asked for, because some take longer to load than to run.
 */

import { InvariantError } from "../src/errors.ts";
import type { ChartId, SweepChartId } from "../src/report/chart.ts";
import type { Comparison } from "../src/report/comparison.ts";
import type { Digest } from "../src/report/digest.ts";
import type { PathDigest } from "../src/report/path-digest.ts";
import type { SweepDigest } from "../src/report/sweep-digest.ts";
import type { Gate } from "../src/results/gate-schema.ts";
import type { LitmusRun } from "../src/results/litmus-schema.ts";
import type { PathRun } from "../src/results/path-schema.ts";
import type { Run } from "../src/results/schema.ts";
import { serializePath, serializeRun, serializeSweep } from "../src/results/store.ts";
import type { SweepRun } from "../src/results/sweep-schema.ts";
import type { OutputStyle } from "./output.ts";
import type { Marks } from "./own-report.ts";

/** A run of bench, and how it is to be shown. */
export interface RunToShow {
  readonly run: Run;
  readonly style: OutputStyle;
  /** The run that it is compared with. */
  readonly baseline?: Run | undefined;
  /** How a reader of the report finds the run's file. */
  readonly link: string;
  readonly chart?: ChartId | undefined;
}

/** A sweep, and how it is to be shown. */
export interface SweepToShow {
  readonly run: SweepRun;
  readonly style: OutputStyle;
  readonly chart?: SweepChartId | undefined;
}

/** Renders what it has a function for, and refuses the rest. */
export interface Format extends Marks {
  /** Whether two runs can be compared in it, or have to be. */
  readonly against: "never" | "if asked" | "always";
  readonly bench?: (shown: RunToShow) => Promise<string>;
  readonly path?: (run: PathRun, style: OutputStyle) => Promise<string>;
  readonly sweep?: (shown: SweepToShow) => Promise<string>;
  readonly litmus?: (run: LitmusRun, style: OutputStyle) => Promise<string>;
  readonly gate?: (gate: Gate, style: OutputStyle) => Promise<string>;
}

export type FormatName = (typeof formatNames)[number];

export const formatNames = [
  ...["terminal", "markdown", "changelog", "kernel"],
  ...["html", "svg", "junit", "hlog", "hgrm", "csv", "json"],
] as const;

/** The subjects of kernel.ts. A user's own one begins otherwise, or with other words. */
const kernelOpening = new RegExp(
  `^mm: (?:${[
    "measure races for address space (?:with MAP_FIXED_NOREPLACE|before and after)",
    "lose races cheaper with MAP_FIXED_NOREPLACE than with a hint",
    "reserve by hint where a lost MAP_FIXED_NOREPLACE costs more",
    "(?:speed up|accept slower) racing reservations of address space",
    "trade costs between racing reservations of address space",
  ].join("|")})\\n\\n`,
);

/** Every format; "json" is the result file itself, validated. */
export const formats: Readonly<Record<FormatName, Format>> = {
  terminal: {
    against: "if asked",
    seal: (words) => `\n${words}\n`,
    bench: renderRunTerminal,
    path: async (run, style) => {
      const { renderPath } = await import("../src/report/path-terminal.ts");
      return renderPath(await digestOfPath(run), style);
    },
    sweep: async (shown) => {
      const { renderSweep } = await import("../src/report/sweep-terminal.ts");
      return renderSweep(await digestOfSweep(shown), shown.style);
    },
    litmus: async (run, style) => {
      const { digestLitmus } = await import("../src/report/litmus-digest.ts");
      const { renderLitmus } = await import("../src/report/litmus-terminal.ts");
      return renderLitmus(run, digestLitmus(run), style);
    },
    gate: async (gate, style) => {
      const { renderGate } = await import("../src/report/gate-terminal.ts");
      return renderGate(gate, style);
    },
  },
  markdown: {
    against: "if asked",
    seal: (words) => `\n<!-- ${words} -->\n`,
    bench: async (shown) => {
      const { renderMarkdown } = await import("../src/report/markdown.ts");
      return renderMarkdown(...(await digestsOf(shown)));
    },
    path: async (run) => {
      const { renderPathMarkdown } = await import("../src/report/path-markdown.ts");
      return renderPathMarkdown(await digestOfPath(run));
    },
    sweep: async (shown) => {
      const { renderSweepMarkdown } = await import("../src/report/sweep-markdown.ts");
      return renderSweepMarkdown(await digestOfSweep(shown));
    },
  },
  changelog: {
    against: "always",
    opening: /^### Changed\n\n<!-- noclobber /,
    ending: /\n<!-- \/noclobber .* -->\n$/,
    bench: async (shown) => {
      const { renderChangelog } = await import("../src/report/changelog.ts");
      const comparison = await comparisonOf(shown);
      if (!comparison) throw new InvariantError("A changelog's entry without a comparison");
      return renderChangelog(comparison.candidate, comparison, shown.link);
    },
  },
  kernel: {
    against: "if asked",
    opening: kernelOpening,
    ending: /\n\nMeasured with\s+noclobber (?:.+\n)*.*\bwhich\s+wrote\s+this\s+text\.\n$/,
    bench: async (shown) => {
      const { renderKernel } = await import("../src/report/kernel.ts");
      return renderKernel(...(await digestsOf(shown)));
    },
  },
  html: {
    against: "never",
    opening: /^<!doctype html>\n<!-- Made by noclobber report/,
    bench: async (shown) => {
      const { renderHtml } = await import("../src/report/html.ts");
      return renderHtml(shown.run, await digestOf(shown));
    },
    sweep: async (shown) => {
      const { renderSweepHtml } = await import("../src/report/sweep-html.ts");
      return renderSweepHtml(shown.run, await digestOfSweep(shown));
    },
  },
  svg: {
    against: "never",
    opening: /^<!-- Made by noclobber report/,
    bench: async (shown) => {
      const { renderSvg } = await import("../src/report/svg.ts");
      if (shown.chart === undefined) throw new InvariantError("A chart without a name");
      return renderSvg(shown.run, await digestOf(shown), shown.chart);
    },
    sweep: async (shown) => {
      const { svgOf } = await import("../src/report/svg.ts");
      const { sweepChartOf } = await import("../src/report/sweep-charts.ts");
      if (shown.chart === undefined) throw new InvariantError("A chart without a name");
      const digest = await digestOfSweep(shown);
      return svgOf(sweepChartOf(shown.chart, digest), digest.identity);
    },
  },
  junit: {
    against: "never",
    opening: /^<\?xml [^>]*>\s*<testsuites name="noclobber /,
    litmus: async (run) => {
      const { digestLitmus } = await import("../src/report/litmus-digest.ts");
      const { renderLitmusJunit } = await import("../src/report/litmus-junit.ts");
      return renderLitmusJunit(run, digestLitmus(run));
    },
    gate: async (gate) => {
      const { renderGateJunit } = await import("../src/report/gate-junit.ts");
      return renderGateJunit(gate);
    },
  },
  hlog: {
    against: "never",
    opening: /^#\[Logged with noclobber /,
    bench: async ({ run }) => {
      const { renderHlog } = await import("../src/report/hlog.ts");
      return renderHlog(run);
    },
  },
  hgrm: {
    against: "never",
    opening: /^#\[Percentile distributions of noclobber /,
    bench: async ({ run }) => {
      const { renderHgrm } = await import("../src/report/hgrm.ts");
      return renderHgrm(run);
    },
  },
  csv: {
    against: "never",
    opening: /^tool_commit,host,kernel,started_at,fork,/,
    bench: async ({ run }) => {
      const { renderCsv } = await import("../src/report/csv.ts");
      return renderCsv(run);
    },
    path: async (run) => {
      const { renderPathCsv } = await import("../src/report/path-csv.ts");
      return renderPathCsv(run);
    },
    sweep: async ({ run }) => {
      const { renderSweepCsv } = await import("../src/report/sweep-csv.ts");
      return renderSweepCsv(run);
    },
  },
  json: {
    against: "never",
    opening: /^\s*\{\s*"(?:schemaVersion|pathSchemaVersion|sweepSchemaVersion)"/,
    bench: async ({ run }) => serializeRun(run),
    path: async (run) => serializePath(run),
    sweep: async ({ run }) => serializeSweep(run),
  },
};

/** A comparison stands below the report of the candidate. */
async function renderRunTerminal(shown: RunToShow): Promise<string> {
  const { renderTerminal } = await import("../src/report/terminal.ts");
  const [digest, comparison] = await digestsOf(shown);
  const report = renderTerminal(digest, shown.style);
  if (!comparison) return report;
  const { renderComparison } = await import("../src/report/comparison-terminal.ts");
  return `${report}\n${renderComparison(comparison, shown.style)}`;
}

/** What a comparison has computed already is not computed again. */
async function digestsOf(shown: RunToShow): Promise<[Digest, Comparison | undefined]> {
  const comparison = await comparisonOf(shown);
  return [comparison?.candidate ?? (await digestOf(shown)), comparison];
}

async function digestOf({ run }: RunToShow): Promise<Digest> {
  const { digestRun } = await import("../src/report/digest.ts");
  return digestRun(run);
}

async function digestOfPath(run: PathRun): Promise<PathDigest> {
  const { digestPath } = await import("../src/report/path-digest.ts");
  return digestPath(run);
}

async function digestOfSweep({ run }: SweepToShow): Promise<SweepDigest> {
  const { digestSweep } = await import("../src/report/sweep-digest.ts");
  return digestSweep(run);
}

async function comparisonOf({ run, baseline }: RunToShow): Promise<Comparison | undefined> {
  if (!baseline) return undefined;
  const { digestComparison } = await import("../src/report/comparison.ts");
  return digestComparison(baseline, run);
}
