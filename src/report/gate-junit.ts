/**
 * A gate's result as JUnit XML, for whatever shows test reports: a case for each exact law and each
 * metric. Broken and regressed are failures, inconclusive is skipped. The only door to
 * junit-report-builder.
 */

import junit, { type Builder, type TestSuite } from "junit-report-builder";
import type { Gate, JudgedMetric, LawResult } from "../results/gate-schema.ts";
import { changeWords, comparisonWords, oneLine, ratioWords, verdictWords } from "./gate-wording.ts";
import { plural } from "./wording.ts";

/** A document with two suites, "exact" and "metrics"; ends with a newline. */
export function renderGateJunit(gate: Gate): string {
  // The package's types tell of a default export, but what it exports is the builder itself.
  const builder = (junit as unknown as Builder).newBuilder().name("noclobber gate");
  const exact = suiteOf(builder, "exact", gate);
  for (const law of gate.laws) addLaw(exact, law);
  const metrics = suiteOf(builder, "metrics", gate);
  for (const metric of gate.metrics) addMetric(metrics, metric, gate);
  return `${builder.build()}\n`;
}

function suiteOf(builder: Builder, name: string, gate: Gate): TestSuite {
  const suite = builder.testSuite().name(name).timestamp(gate.startedAt);
  return suite
    .property("verdict", gate.verdict)
    .property("sentence", legal(gate.sentence))
    .property("compared", comparisonWords(gate))
    .property("command", legal(gate.command.join(" ")));
}

function addLaw(suite: TestSuite, { law, checked, broken, brokenCount }: LawResult): void {
  const testCase = suite.testCase().className("noclobber.exact").name(legal(law));
  testCase.property("checked", String(checked));
  if (brokenCount === 0) return;
  const rest = brokenCount - broken.length;
  const sentences = rest > 0 ? [...broken, `and ${rest} more`] : broken;
  testCase
    .failure(`broken ${plural(brokenCount, "time")}`, "violated")
    .stacktrace(sentences.map(legal).join("\n"));
}

function addMetric(suite: TestSuite, metric: JudgedMetric, { policy }: Gate): void {
  const { name, verdict, slowdown, baseline, candidate } = metric;
  const reason = legal(metric.reason);
  const testCase = suite
    .testCase()
    .className("noclobber.metrics")
    .name(legal(name))
    .property("verdict", verdictWords(verdict, policy))
    .property("slowdown", changeWords(slowdown))
    .property("n", String(slowdown.n))
    .property("baseline", ratioWords(baseline.median))
    .property("candidate", ratioWords(candidate.median));
  // "skipped" takes no message in this package, so the reason is what the case printed.
  if (verdict === "regressed") testCase.failure(reason, verdict);
  else if (verdict === "inconclusive") testCase.skipped().standardOutput(reason);
  else testCase.standardOutput(reason);
}

/** Without the end of a CDATA section, of which the package splits the first one only. */
function legal(text: string): string {
  return oneLine(text).replaceAll("]]>", "]] >");
}
