/**
 * JUnit XML as the tools that read it take it: the schema of https://github.com/testmoapp/junitxml,
 * in which Jenkins, GitLab and others agree, as a table. Only tests import it.
 */

import assert from "node:assert/strict";

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
}

/** What may stand in an element: its attributes, and its children in the order that is wanted. */
const schema: Readonly<Record<string, { attributes: string; children: string; needs?: string }>> = {
  testsuites: {
    attributes: "name tests failures errors skipped assertions time timestamp",
    children: "testsuite",
  },
  testsuite: {
    attributes:
      "name tests failures errors skipped assertions time timestamp file hostname id package",
    children: "properties testcase system-out system-err",
    needs: "name tests",
  },
  properties: { attributes: "", children: "property" },
  property: { attributes: "name value", children: "", needs: "name" },
  testcase: {
    attributes: "name classname assertions time file line",
    children: "properties skipped failure error system-out system-err",
    needs: "name classname",
  },
  skipped: { attributes: "message", children: "" },
  failure: { attributes: "message type", children: "" },
  error: { attributes: "message type", children: "" },
  "system-out": { attributes: "", children: "" },
  "system-err": { attributes: "", children: "" },
};

const token =
  /<\?xml [^?]*\?>|<!\[CDATA\[[\s\S]*?\]\]>|<(\/?)([a-z-]+)((?: [a-z]+="[^"<]*")*)(\/?)>|[^<]+/gy;
const entity = /&(?!(?:amp|lt|gt|quot|apos|#x?[0-9A-Fa-f]+);)/;

/** The text is well-formed, fits the schema, and its suites count their cases right. */
export function assertJunit(xml: string): void {
  const root = parse(xml);
  assert.equal(root.name, "testsuites");
  assertFits(root);
  for (const suite of root.children) {
    const cases = suite.children.filter(({ name }) => name === "testcase");
    assert.equal(suite.attributes["tests"], String(cases.length));
    for (const [attribute, element] of Object.entries(countedElements)) {
      const count = cases.filter((each) => each.children.some(({ name }) => name === element));
      assert.equal(suite.attributes[attribute], String(count.length), attribute);
    }
  }
}

const countedElements = { failures: "failure", errors: "error", skipped: "skipped" } as const;

/** Every character belongs to a tag, a CDATA section or a text, and tags are balanced. */
function parse(xml: string): Element {
  const root: Element = { name: "", attributes: {}, children: [] };
  const open = [root];
  let end = 0;
  for (const { 0: text, 1: slash, 2: name, 3: rest = "", 4: empty, index } of xml.matchAll(token)) {
    end = index + text.length;
    if (!text.startsWith("<![CDATA[")) assert.doesNotMatch(text, entity);
    if (name === undefined) {
      if (!text.startsWith("<")) assert.doesNotMatch(text, /\]\]>/);
    } else if (slash === "/") assert.equal(open.pop()?.name, name);
    else {
      const found = [...rest.matchAll(/ ([a-z]+)="([^"]*)"/g)];
      const attributes = Object.fromEntries(found.map(([, key = "", value = ""]) => [key, value]));
      const element = { name, attributes, children: [] };
      open.at(-1)?.children.push(element);
      if (empty !== "/") open.push(element);
    }
  }
  assert.equal(end, xml.length, `not XML: ${xml.slice(end, end + 80)}`);
  assert.deepEqual(open, [root]);
  // What XML 1.0 does not know as a character.
  assert.doesNotMatch(xml, /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u);
  return root.children[0] ?? assert.fail("no element");
}

function assertFits({ name, attributes, children }: Element): void {
  const { attributes: known, children: inside, needs = "" } = schema[name] ?? assert.fail(name);
  const words = (text: string) => text.split(" ").filter((word) => word !== "");
  for (const key of Object.keys(attributes)) assert.ok(words(known).includes(key), key);
  for (const key of words(needs)) assert.ok(key in attributes, `${name} has no ${key}`);
  const places = children.map((child) => words(inside).indexOf(child.name));
  assert.ok(!places.includes(-1), `${name} holds ${children.map((child) => child.name)}`);
  for (const child of children) assertFits(child);
}
