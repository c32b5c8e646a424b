import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { InvariantError, UsageError } from "../errors.ts";
import { entryOf, insertIntoChangelog, isChangelog } from "./changelog-insert.ts";

const entry = entryOf("2026-02-01T08:00:00Z", ["- slower", "  From a to b."]);
const block = entry.slice(entry.indexOf("<!--"), -1);
const later = entryOf("2026-02-02T08:00:00Z", ["- faster"]);
const laterBlock = later.slice(later.indexOf("<!--"), -1);

/** Lines that a changelog may be made of, those that mislead among them. */
const lines = fc.constantFrom(
  ...["# Changelog", "# Other", "## [Unreleased]", "## Unreleased", "## [1.0.0] - 2026-01-01"],
  ...["### Changed", "### Added", "- a change", "  more of it", "", "", "text", "```", "~~~~"],
  ...["<!--", "-->", "<!-- one line -->", "[1.0.0]: https://example.org", "#no heading", "\ufeff"],
  ...["---", "===", "Unreleased", "> quoted", "title: x", "[Unreleased]"],
);

const files = fc
  .tuple(fc.array(lines, { maxLength: 25 }), fc.constantFrom("\n", "\r\n"), fc.boolean())
  .map(([all, newline, isOpen]) => all.join(newline) + (isOpen ? "" : newline));

test("isChangelog() knows Markdown with headings, and what is empty", () => {
  const own = [
    "",
    " \n",
    "\ufeff",
    "# C",
    "## [1.0.0]\n",
    "Text\n\n## 1.0.0",
    "C\n===\n",
    "[a]: b",
  ];
  for (const text of [...own, "---\ntitle: x\n---\n\n# C\n"]) assert.ok(isChangelog(text), text);
  const others = [
    '{"schemaVersion":2}\n',
    "[\n1]",
    "my notes",
    "#!/bin/sh\n",
    "- a\n---\n",
    "a,b\n",
  ];
  for (const text of [...others, "```\n# C\n```", "<!--\n# C\n-->", "### Changed\n"]) {
    assert.ok(!isChangelog(text), text);
  }
});

describe("insertIntoChangelog()", () => {
  const table: [name: string, existing: string, result: string][] = [
    ["an empty file", "", `# Changelog\n\n## [Unreleased]\n\n### Changed\n\n${block}\n`],
    [
      "a title alone",
      "# Changelog\n",
      `# Changelog\n\n## [Unreleased]\n\n### Changed\n\n${block}\n`,
    ],
    [
      "no Unreleased",
      "# Changelog\n\nAll changes.\n\n## [1.0.0]\n\n- a\n",
      `# Changelog\n\nAll changes.\n\n## [Unreleased]\n\n### Changed\n\n${block}\n\n` +
        "## [1.0.0]\n\n- a\n",
    ],
    [
      "an empty Unreleased",
      "# Changelog\n\n## [Unreleased]\n\n## [1.0.0]\n",
      `# Changelog\n\n## [Unreleased]\n\n### Changed\n\n${block}\n\n## [1.0.0]\n`,
    ],
    [
      "an Unreleased with other sections",
      "# Changelog\n\n## Unreleased\n### Added\n- a\n",
      `# Changelog\n\n## Unreleased\n\n### Changed\n\n${block}\n\n### Added\n- a\n`,
    ],
    [
      "an Unreleased that has changes",
      "# C\n\n## [Unreleased]\n\n### Added\n\n- a\n\n### Changed\n\n- b\n\n## [1.0.0]\n",
      "# C\n\n## [Unreleased]\n\n### Added\n\n- a\n\n### Changed\n\n" +
        `${block}\n\n- b\n\n## [1.0.0]\n`,
    ],
    [
      "changes of a release alone",
      "# C\n\n## [Unreleased]\n\n## [1.0.0]\n\n### Changed\n\n- b",
      `# C\n\n## [Unreleased]\n\n### Changed\n\n${block}\n\n## [1.0.0]\n\n### Changed\n\n- b`,
    ],
    [
      "headings in code and in a comment",
      "# C\n\n```\n## [Unreleased]\n```\n\n<!--\n## [Unreleased]\n-->\n\n## [1.0.0]\n",
      "# C\n\n```\n## [Unreleased]\n```\n\n<!--\n## [Unreleased]\n-->\n\n" +
        `## [Unreleased]\n\n### Changed\n\n${block}\n\n## [1.0.0]\n`,
    ],
    [
      "headings that are underlined",
      "Changelog\n=========\n\nUnreleased\n----------\n\n1.0.0\n-----\n\n- a\n",
      `Changelog\n=========\n\nUnreleased\n----------\n\n### Changed\n\n${block}\n\n` +
        "1.0.0\n-----\n\n- a\n",
    ],
    [
      "underlined releases alone",
      "Changelog\r\n===\r\n\r\n**1.0.0**\r\n---\r\n",
      "Changelog\n===\n\n## [Unreleased]\n\n### Changed\n\n".replaceAll("\n", "\r\n") +
        `${block}\n\n**1.0.0**\n---\n`.replaceAll("\n", "\r\n"),
    ],
    [
      "dashes that make no heading",
      "---\ntitle: Unreleased\n---\n# C\n\n- Unreleased\n---\n\n> Unreleased\n---\n\n" +
        "<!-- a -->\n---\n\n## 1.0.0\n",
      "---\ntitle: Unreleased\n---\n# C\n\n- Unreleased\n---\n\n> Unreleased\n---\n\n" +
        `<!-- a -->\n---\n\n## [Unreleased]\n\n### Changed\n\n${block}\n\n## 1.0.0\n`,
    ],
    [
      "a file that ends with links",
      "# C\n\nText.\n\n[1.0.0]: https://example.org\n\n[a]: b\n",
      `# C\n\nText.\n\n## [Unreleased]\n\n### Changed\n\n${block}\n\n` +
        "[1.0.0]: https://example.org\n\n[a]: b\n",
    ],
    [
      "a file of links alone",
      "[a]: b",
      `# Changelog\n\n## [Unreleased]\n\n### Changed\n\n${block}\n\n[a]: b`,
    ],
    [
      "a paragraph whose last line looks like a link",
      "# C\n\nText\n[a]: b\n",
      `# C\n\nText\n[a]: b\n\n## [Unreleased]\n\n### Changed\n\n${block}\n`,
    ],
    [
      "no end of its last line",
      "# C\n\n## [Unreleased]",
      `# C\n\n## [Unreleased]\n\n### Changed\n\n${block}\n`,
    ],
  ];
  for (const [name, existing, result] of table) {
    test(`puts the entry into ${name}`, () => {
      assert.equal(insertIntoChangelog(existing, entry), result);
    });
  }

  test("keeps everything outside of the entry, byte for byte", () => {
    fc.assert(
      fc.property(files, (existing) => {
        const result = insertIntoChangelog(existing, entry);
        const inserted = result.length - existing.length;
        const from = result.indexOf("<!-- noclobber 2026");
        const isSplice = Array.from({ length: existing.length + 1 }, (_, at) => at).some(
          (at) => at <= from && result.slice(0, at) + result.slice(at + inserted) === existing,
        );
        assert.ok(isSplice);
        assert.equal(result.split("<!-- noclobber 2026").length, 2);
      }),
      { numRuns: 300 },
    );
  });

  test("does nothing the second time, and replaces in place what has changed", () => {
    const renewed = entry.replace("- slower", "- faster\n- slower");
    fc.assert(
      fc.property(files, (existing) => {
        const once = insertIntoChangelog(existing, entry);
        assert.equal(insertIntoChangelog(once, entry), once);
        const changed = insertIntoChangelog(once, renewed);
        const newline = existing.includes("\r\n") ? "\r\n" : "\n";
        assert.equal(changed, once.replace("- slower", `- faster${newline}- slower`));
        assert.equal(insertIntoChangelog(changed, entry), once);
      }),
      { numRuns: 300 },
    );
  });

  test("ends its lines as the file does", () => {
    fc.assert(
      fc.property(files, (existing) => {
        const result = insertIntoChangelog(existing, entry);
        const [crlf, lf] = [/\r\n/g, /(?<!\r)\n/g].map((end) => result.match(end)?.length ?? 0);
        assert.ok(crlf === 0 || lf === 0, `${crlf} and ${lf}`);
        assert.equal(crlf !== 0, existing.includes("\r\n"));
      }),
    );
  });

  test("puts the later of two entries first, under one heading", () => {
    const both = insertIntoChangelog(insertIntoChangelog("# C\n", entry), later);
    assert.equal(both, `# C\n\n## [Unreleased]\n\n### Changed\n\n${laterBlock}\n\n${block}\n`);
  });

  test("follows an entry into the release that it was moved to", () => {
    const moved = `# C\n\n## [Unreleased]\n\n## [1.0.0]\n\n${block}\n`;
    assert.equal(insertIntoChangelog(moved, entry), moved);
  });

  test("refuses an entry that begins and does not end", () => {
    const broken = `# C\n\n## [Unreleased]\n\n${block.split("\n")[0]}\n- slower\n`;
    assert.throws(() => insertIntoChangelog(broken, entry), UsageError);
    assert.throws(() => insertIntoChangelog("# C\n", "- no name\n"), InvariantError);
  });
});
