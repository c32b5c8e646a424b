/**
 * The formats of a report: what each takes, how a file of it begins, and what renders it. A
 * renderer is loaded when it is asked for, because some take longer to load than to run.
 */

import { InvariantError } from "../src/errors.ts";
import type { ChartId } from "../src/report/chart.ts";
import type { Comparison } from "../src/report/comparison.ts";
import type { Digest } from "../src/report/digest.ts";
import type { Gate } from "../src/results/gate-schema.ts";
import type { LitmusRun } from "../src/results/litmus-schema.ts";
import type { Run } from "../src/results/schema.ts";
import { serializeRun } from "../src/results/store.ts";
import type { OutputStyle } from "./output.ts";

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

/** Renders what it has a function for, and refuses the rest. */
export interface Format {
  /** Whether two runs can be compared in it, or have to be. */
  readonly against: "never" | "if asked" | "always";
  /** How a file of ours begins, which a newer one may replace. */
  readonly opening: RegExp;
  readonly bench?: (shown: RunToShow) => Promise<string>;
  readonly litmus?: (run: LitmusRun, style: OutputStyle) => Promise<string>;
  readonly gate?: (gate: Gate, style: OutputStyle) => Promise<string>;
}

export type FormatName = (typeof formatNames)[number];

export const formatNames = [
  ...["terminal", "markdown", "changelog", "kernel"],
  ...["html", "svg", "junit", "hlog", "hgrm", "csv", "json"],
] as const;

/** Every format; "json" is the result file itself, validated. */
export const formats: Readonly<Record<FormatName, Format>> = {
  terminal: {
    against: "if asked",
    // Headlines vary; where and how it was measured does not.
    opening: /^(?:run|command) +noclobber |^ {2}\d.* attempts in .*; MAP_FIXED_NOREPLACE: /m,
    bench: renderRunTerminal,
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
    opening: /^### noclobber(?:: comparison)?\n/,
    bench: async (shown) => {
      const { renderMarkdown } = await import("../src/report/markdown.ts");
      return renderMarkdown(await digestOf(shown), await comparisonOf(shown));
    },
  },
  changelog: {
    against: "always",
    opening: /^### Changed\n\n<!-- noclobber /,
    bench: async (shown) => {
      const { renderChangelog } = await import("../src/report/changelog.ts");
      const comparison = await comparisonOf(shown);
      if (!comparison) throw new InvariantError("A changelog's entry without a comparison");
      return renderChangelog(comparison.candidate, comparison, shown.link);
    },
  },
  kernel: {
    against: "if asked",
    opening: /^mm: [\s\S]*\nMeasured with\s+noclobber /,
    bench: async (shown) => {
      const { renderKernel } = await import("../src/report/kernel.ts");
      return renderKernel(await digestOf(shown), await comparisonOf(shown));
    },
  },
  html: {
    against: "never",
    opening: /^<!doctype html>\n<!-- Made by noclobber report/,
    bench: async (shown) => {
      const { renderHtml } = await import("../src/report/html.ts");
      return renderHtml(shown.run, await digestOf(shown));
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
  },
  json: {
    against: "never",
    opening: /^\s*\{\s*"schemaVersion"/,
    bench: async ({ run }) => serializeRun(run),
  },
};

/** A comparison stands below the report of the candidate. */
async function renderRunTerminal(shown: RunToShow): Promise<string> {
  const { renderTerminal } = await import("../src/report/terminal.ts");
  const report = renderTerminal(await digestOf(shown), shown.style);
  const comparison = await comparisonOf(shown);
  if (!comparison) return report;
  const { renderComparison } = await import("../src/report/comparison-terminal.ts");
  return `${report}\n${renderComparison(comparison, shown.style)}`;
}

async function digestOf({ run }: RunToShow): Promise<Digest> {
  const { digestRun } = await import("../src/report/digest.ts");
  return digestRun(run);
}

async function comparisonOf({ run, baseline }: RunToShow): Promise<Comparison | undefined> {
  if (!baseline) return undefined;
  const { digestComparison } = await import("../src/report/comparison.ts");
  return digestComparison(baseline, run);
}
