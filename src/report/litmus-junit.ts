/**
 * A litmus run as JUnit XML: a suite a scenario, a case a strategy. What must never be seen is a
 * failure with its evidence; a control that nobody saw clobber is an error, because it makes the
 * others prove nothing; an interesting outcome passes, with a note of how often.
 */

import type { LitmusRun } from "../results/litmus-schema.ts";
import { type JunitCase, type JunitResult, type JunitSuite, renderJunit } from "./junit.ts";
import { isCrash, type LitmusDigest, type LitmusRow, type LitmusTable } from "./litmus-digest.ts";
import { formatPerMillion, formatShare, formatWhole, plural } from "./wording.ts";

/** A document; ends with a newline. */
export function renderLitmusJunit(run: LitmusRun, digest: LitmusDigest): string {
  const properties = {
    verdict: digest.verdict,
    sentence: digest.headline,
    host: `${run.host.hostname}, Linux ${run.host.kernelRelease} ${run.host.architecture}`,
    command: run.command.join(" "),
  };
  const scenarios = [...new Set(digest.tables.map(({ scenario }) => scenario))];
  const suites: JunitSuite[] = scenarios.map((name) => ({
    name,
    properties,
    cases: digest.tables
      .filter(({ scenario }) => scenario === name)
      .map((table) => caseOf(table, digest)),
  }));
  if (run.lostForks.length > 0) {
    suites.push({ name: "processes", properties, cases: run.lostForks.map(lostForkCase) });
  }
  return renderJunit("noclobber litmus", run.startedAt, suites);
}

function caseOf(table: LitmusTable, digest: LitmusDigest): JunitCase {
  const { scenario, strategy, isControl, attempts, forks } = table;
  const output = outputOf(table);
  return {
    className: `noclobber.litmus.${scenario}`,
    name: isControl ? `${strategy} (control)` : strategy,
    properties: { attempts: String(attempts), forks: String(forks) },
    ...(output !== "" && { output }),
    result: resultOf(table, digest),
  };
}

function resultOf(table: LitmusTable, { evidence }: LitmusDigest): JunitResult {
  const { scenario, strategy, state, rows, violations } = table;
  const seen = (wanted: LitmusRow["expectation"]) =>
    rows.filter(({ expectation, count }) => expectation === wanted && count > 0);
  const lines = [
    ...violations,
    ...evidence
      .filter((each) => each.scenario === scenario && each.strategy === strategy)
      .flatMap(({ where, again, lines: calls }) => [where, `again: ${again}`, ...calls]),
  ];
  switch (state) {
    case "unsafe": {
      const broken = violations.length > 0 ? [plural(violations.length, "violation")] : [];
      const message = [...seen("forbidden").map(seenWords), ...broken].join("; ");
      return { state: "failure", type: "forbidden", message, lines };
    }
    case "undeclared": {
      const message = seen("undeclared").map(seenWords).join("; ");
      return { state: "failure", type: "undeclared", message, lines };
    }
    case "blind": {
      const message =
        "The detectors saw no clobber under plain MAP_FIXED: the other cases prove nothing.";
      return { state: "error", type: "blind", message, lines };
    }
    case "not-run":
      return { state: "skipped" };
    case "sound":
      return { state: "passed" };
    default:
      return state satisfies never;
  }
}

/** Why nothing ran; else what was interesting, and the bounds of what was not seen. */
function outputOf({ state, skipped, rows }: LitmusTable): string {
  if (state === "not-run") return skipped ?? "Nothing ran.";
  const told = rows.filter(
    ({ expectation, count }) =>
      expectation === "interesting" || (expectation === "forbidden" && count === 0),
  );
  return told.map(seenWords).join("; ");
}

function seenWords({ outcome, count, outOf, share, expectation, meaning }: LitmusRow): string {
  const often =
    count > 0
      ? `${formatWhole(count)} in ${formatWhole(outOf)}, ${formatShare(share)}`
      : `0 in ${formatWhole(outOf)}, at most ${formatPerMillion(share)}`;
  return `${outcome}, ${expectation}: ${often} (${meaning})`;
}

/** A fork that crashed may have met a clobbered page; another is merely missing. */
function lostForkCase(lost: LitmusRun["lostForks"][number]): JunitCase {
  const { index, status, error } = lost;
  return {
    className: "noclobber.litmus",
    name: `fork ${index + 1}`,
    result: {
      state: isCrash(lost) ? "failure" : "error",
      type: status,
      message: `${status}: ${error}`,
      lines: [],
    },
  };
}
