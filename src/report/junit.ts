/**
 * JUnit XML for whatever shows test reports: suites of cases, each passed, failed, skipped or in
 * error. The only door to junit-report-builder.
 */

import junit, { type Builder, type TestSuite } from "junit-report-builder";
import { oneLine } from "./gate-wording.ts";

export interface JunitSuite {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly cases: readonly JunitCase[];
}

export interface JunitCase {
  readonly className: string;
  readonly name: string;
  readonly properties?: Readonly<Record<string, string>>;
  /** What the case prints beside its result; one line. */
  readonly output?: string;
  readonly result: JunitResult;
}

export type JunitResult =
  | { readonly state: "passed" | "skipped" }
  | {
      readonly state: "failure" | "error";
      readonly type: string;
      readonly message: string;
      readonly lines: readonly string[];
    };

/** A document of that name; ends with a newline. */
export function renderJunit(
  name: string,
  startedAt: string,
  suites: readonly JunitSuite[],
): string {
  // The package's types tell of a default export, but what it exports is the builder itself.
  const builder = (junit as unknown as Builder).newBuilder().name(name);
  for (const { name: suiteName, properties, cases } of suites) {
    const suite = builder.testSuite().name(legal(suiteName)).timestamp(startedAt);
    for (const [key, value] of Object.entries(properties)) suite.property(key, legal(value));
    for (const each of cases) addCase(suite, each);
  }
  return `${builder.build()}\n`;
}

function addCase(suite: TestSuite, { className, name, properties, output, result }: JunitCase) {
  const testCase = suite.testCase().className(legal(className)).name(legal(name));
  for (const [key, value] of Object.entries(properties ?? {})) {
    testCase.property(key, legal(value));
  }
  switch (result.state) {
    case "passed":
      break;
    case "skipped":
      testCase.skipped();
      break;
    case "failure":
    case "error":
      testCase[result.state](legal(result.message), result.type);
      if (result.lines.length > 0) testCase.stacktrace(result.lines.map(legal).join("\n"));
      break;
    default:
      result satisfies never;
  }
  if (output !== undefined) testCase.standardOutput(legal(output));
}

/** Without the end of a CDATA section, of which the package splits the first one only. */
function legal(text: string): string {
  return oneLine(text).replaceAll("]]>", "]] >");
}
