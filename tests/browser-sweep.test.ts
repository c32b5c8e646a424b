/**
 * The page of a sweep in a browser, as browser.test.ts has that of a run: narrow and wide, light
 * and dark. Skipped where no Chromium is installed. NOCLOBBER_PICTURES names a folder for pictures.
 */

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { findChromium, withPage } from "../bench/chromium.test.data.ts";
import { temporaryFolder } from "../bench/program.test.data.ts";
import { hostile } from "../src/report/odd-pages.test.data.ts";
import { hostileSweep } from "../src/report/odd-sweeps.test.data.ts";
import { digestSweep } from "../src/report/sweep-digest.ts";
import { renderSweepHtml } from "../src/report/sweep-html.ts";
import { sampleSweep } from "../src/report/sweep-sample.test.data.ts";

const chromium = findChromium();
const skip = chromium === undefined ? "no chromium, chromium-browser or google-chrome" : false;
const pictures = process.env["NOCLOBBER_PICTURES"];

/** Elements that stick out to the right, other than those inside a box that scrolls. */
const overflow = `[...document.querySelectorAll("body *")]
  .filter((e) => !e.closest(".scroll, .tools, .skip") &&
    e.getBoundingClientRect().right > innerWidth + 0.5)
  .map((e) => e.tagName + "." + (e.getAttribute("class") ?? "")).slice(0, 5)`;

test("the page of a sweep fits every window, and complains of nothing", { skip }, async (t) => {
  const folder = temporaryFolder(t);
  for (const [name, run] of [
    ["sweep-actors", sampleSweep("actors")],
    ["sweep-vmas", sampleSweep("vmas")],
    ["sweep-hostile", hostileSweep(hostile)],
  ] as const) {
    const path = join(folder, `${name}.html`);
    writeFileSync(path, renderSweepHtml(run, digestSweep(run)));
    await withPage(chromium ?? "", pathToFileURL(path).href, async (page) => {
      await page.evaluate("document.querySelectorAll('details').forEach((d) => d.open = true)");
      for (const width of [400, 900, 1600]) {
        for (const scheme of ["light", "dark"] as const) {
          await page.show({ width, height: 1000, scheme });
          const label = `${name}-${width}-${scheme}`;
          const found = await page.evaluate<number>("document.documentElement.scrollWidth");
          assert.ok(found <= width, `${label} is ${found} wide`);
          assert.deepEqual(await page.evaluate(overflow), [], label);
          if (pictures === undefined) continue;
          mkdirSync(pictures, { recursive: true });
          writeFileSync(join(pictures, `${label}.png`), await page.screenshot());
        }
      }
      assert.deepEqual(page.complaints, []);
    });
  }
});

test("the legend of a sweep hides a series, and who points at a dot reads it", {
  skip,
}, async (t) => {
  const path = join(temporaryFolder(t), "page.html");
  const run = sampleSweep("vmas");
  writeFileSync(path, renderSweepHtml(run, digestSweep(run)));
  await withPage(chromium ?? "", pathToFileURL(path).href, async (page) => {
    await page.show({ width: 900, height: 1000, scheme: "light" });
    const visible = (slot: string) =>
      page.evaluate<number>(`[...document.querySelectorAll("svg.panel .${slot}")]
        .filter((e) => e.getClientRects().length > 0).length`);
    assert.ok((await visible("w0")) > 0);
    await page.evaluate("document.querySelector('[data-slot=w0]').click()");
    assert.equal(await visible("w0"), 0);
    assert.ok((await visible("w1")) > 0 && (await visible("s1")) > 0, "others stay");
    const tip = await page.evaluate<string>(`(() => {
      const dot = document.querySelector("#sweep-lost [data-tip]");
      const box = dot.getBoundingClientRect();
      dot.dispatchEvent(new PointerEvent("pointermove", { bubbles: true,
        clientX: box.x + box.width / 2, clientY: box.y + box.height / 2 }));
      return document.querySelector(".tip").textContent; })()`);
    assert.match(tip, /^hint-munmap, 0 other mappings: 7\.50 us \[7\.28 us, 7\.72 us\], 6 forks$/);
    assert.deepEqual(page.complaints, []);
  });
});
