/**
 * The HTML report as a reader meets it: in a browser, narrow and wide, light and dark. Skipped
 * where no Chromium is installed. NOCLOBBER_PICTURES names a folder that gets a picture of each
 * view.
 */

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { findChromium, type Page, type View, withPage } from "../bench/chromium.test.data.ts";
import { temporaryFolder } from "../bench/program.test.data.ts";
import { soundRun } from "../src/gate/sound-run.test.data.ts";
import { digestRun } from "../src/report/digest.ts";
import { renderHtml } from "../src/report/html.ts";
import { oddRuns } from "../src/report/odd-pages.test.data.ts";
import { chartIds, renderSvg } from "../src/report/svg.ts";
import type { Run } from "../src/results/schema.ts";

const chromium = findChromium();
const skip = chromium === undefined ? "no chromium, chromium-browser or google-chrome" : false;
const pictures = process.env["NOCLOBBER_PICTURES"];

const views: readonly View[] = [400, 700, 900, 1600].flatMap((width) =>
  (["light", "dark"] as const).map((scheme) => ({ width, height: 1000, scheme })),
);

/** Elements that stick out to the right, other than those inside a box that scrolls. */
const overflow = `[...document.querySelectorAll("body *")]
  .filter((e) => !e.closest(".scroll, .skip") &&
    e.getBoundingClientRect().right > innerWidth + 0.5)
  .map((e) => e.tagName + "." + (e.getAttribute("class") ?? "")).slice(0, 5)`;

async function keep(page: Page, name: string): Promise<void> {
  if (pictures === undefined) return;
  mkdirSync(pictures, { recursive: true });
  writeFileSync(join(pictures, `${name}.png`), await page.screenshot());
}

/** With names as long as a file may have them, in one word and in several. */
function longNamed(): Run {
  const run = soundRun({ forks: 7, scenarios: ["occupied", "spread"] });
  const names: Readonly<Record<string, string>> = {
    "hint-munmap": "a".repeat(200),
    "kernel-chosen": "long name ".repeat(20),
  };
  for (const { spec, arms } of run.forks.flatMap(({ trials }) => trials)) {
    spec.scenario += "s".repeat(150);
    for (const arm of arms) arm.strategy = names[arm.strategy] ?? arm.strategy;
  }
  run.host.hostname = "h".repeat(300);
  return run;
}

test("the page fits every window, and complains of nothing", { skip }, async (context) => {
  const folder = temporaryFolder(context);
  for (const [name, run] of [
    ["default", soundRun({ forks: 7 })],
    ["hostile", oddRuns["with markup in every text"]?.() ?? assert.fail()],
    ["long", longNamed()],
  ] as const) {
    const path = join(folder, `${name}.html`);
    writeFileSync(path, renderHtml(run, digestRun(run)));
    await withPage(chromium ?? "", pathToFileURL(path).href, async (page) => {
      await page.evaluate("document.querySelectorAll('details').forEach((d) => d.open = true)");
      for (const view of views) {
        await page.show(view);
        const label = `${name} at ${view.width}, ${view.scheme}`;
        const width = await page.evaluate<number>("document.documentElement.scrollWidth");
        assert.ok(width <= view.width, `${label} is ${width} wide`);
        assert.deepEqual(await page.evaluate(overflow), [], label);
        const hidden = await page.evaluate(
          "(({ scrollWidth, clientWidth }) => " +
            "scrollWidth - clientWidth)(document.querySelector('.tools'))",
        );
        assert.equal(hidden, 0, `${label}: the whole legend can be seen`);
        await keep(page, `${name}-${view.width}-${view.scheme}`);
      }
      const ground = await page.evaluate<string>(
        "getComputedStyle(document.documentElement).backgroundColor",
      );
      assert.equal(ground, "rgb(20, 23, 28)", "dark where the reader wants it dark");
      assert.equal(await page.evaluate("document.querySelectorAll('script').length"), 1);
      assert.deepEqual(page.complaints, []);
    });
  }
});

/** How many marks of a series can be seen. */
const visible = (slot: string) =>
  `[...document.querySelectorAll("svg.panel .${slot}")]
    .filter((e) => e.getClientRects().length > 0).length`;

test("the legend hides a strategy by mouse and by key, and the scale turns", {
  skip,
}, async (t) => {
  const path = join(temporaryFolder(t), "page.html");
  const run = soundRun({ forks: 7 });
  writeFileSync(path, renderHtml(run, digestRun(run)));
  await withPage(chromium ?? "", pathToFileURL(path).href, async (page) => {
    const pressed = "document.querySelector('[data-slot=s1]').getAttribute('aria-pressed')";
    const before = await page.evaluate<number>(visible("s1"));
    assert.ok(before > 0);
    await page.evaluate("document.querySelector('[data-slot=s1]').click()");
    assert.deepEqual(
      [await page.evaluate(visible("s1")), await page.evaluate(pressed)],
      [0, "false"],
    );
    assert.ok((await page.evaluate<number>(visible("s0"))) > 0, "others stay");
    await page.evaluate("document.querySelector('[data-slot=s1]').focus()");
    await page.press("Enter");
    assert.equal(await page.evaluate(visible("s1")), before);
    assert.equal(await page.evaluate(pressed), "true");
    const shown = "document.querySelector('svg.panel.lin').getClientRects().length > 0";
    assert.equal(await page.evaluate(shown), false);
    await page.evaluate("document.querySelector('[data-linear]').click()");
    assert.equal(await page.evaluate(shown), true);
    assert.deepEqual(page.complaints, []);
  });
});

test("who points at a curve reads its values", { skip }, async (t) => {
  const path = join(temporaryFolder(t), "page.html");
  const run = soundRun({ forks: 7 });
  writeFileSync(path, renderHtml(run, digestRun(run)));
  await withPage(chromium ?? "", pathToFileURL(path).href, async (page) => {
    await page.show({ width: 900, height: 1000, scheme: "light" });
    const point = (selector: string, part: number) => `(() => {
      const element = document.querySelector("${selector}");
      const box = element.getBoundingClientRect();
      element.dispatchEvent(new PointerEvent("pointermove", { bubbles: true,
        clientX: box.x + box.width * ${part}, clientY: box.y + box.height / 2 }));
      return document.querySelector(".tip").textContent; })()`;
    const curve = await page.evaluate<string>(point("#percentiles-lost svg.log", 0.4));
    assert.match(curve, /^percentile \d+\.\d+\nhint-munmap {2}\d.* [um]s\nfixed-noreplace {2}\d/);
    const dot = await page.evaluate<string>(point("#ratios [data-tip]", 0.5));
    assert.match(dot, /, \d+\.\d+ \[\d+\.\d+, \d+\.\d+\], 7 forks$/);
    assert.deepEqual(page.complaints, []);
  });
});

test("every SVG is XML that a browser draws", { skip }, async (context) => {
  const folder = temporaryFolder(context);
  const run = oddRuns["with markup in every text"]?.() ?? assert.fail();
  const digest = digestRun(run);
  for (const id of chartIds) writeFileSync(join(folder, `${id}.svg`), renderSvg(run, digest, id));
  const path = join(folder, "charts.html");
  writeFileSync(path, chartIds.map((id) => `<img src="${id}.svg">`).join(""));
  await withPage(chromium ?? "", pathToFileURL(path).href, async (page) => {
    const widths = await page.evaluate<number[]>("[...document.images].map((i) => i.naturalWidth)");
    assert.equal(widths.length, chartIds.length);
    assert.ok(
      widths.every((width) => width >= 700),
      `${widths}`,
    );
    assert.deepEqual(page.complaints, []);
  });
});
