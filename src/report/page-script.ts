/**
 * The script of a page, as text: the legend hides series, latencies go from log to linear, and
 * whoever points at a chart reads its values. The page says the same without it.
 */

/** Plain JavaScript without dependencies; may not contain the end tag of a script. */
export const pageScript = `(() => {
const root = document.documentElement;
const names = {};
for (const button of document.querySelectorAll("button[data-slot],button[data-linear]")) {
  const slot = button.dataset.slot;
  if (slot) names[slot] = button.textContent.trim();
  button.disabled = false;
  button.addEventListener("click", () => {
    const on = root.classList.toggle(slot ? "off-" + slot : "linear");
    button.setAttribute("aria-pressed", String(slot ? !on : on));
  });
}

// Titles become tips of our own, which appear at once.
for (const title of document.querySelectorAll("svg.panel title")) {
  title.parentNode.dataset.tip = title.textContent;
  title.remove();
}
const tip = document.createElement("div");
tip.className = "tip";
tip.hidden = true;
tip.setAttribute("aria-hidden", "true");
document.body.append(tip);

const three = (value) => (value < 1 ? value.toFixed(2) : value.toPrecision(3));
const inNs = (ns) => {
  const units = [[999.5e6, 1e9, " s"], [999.5e3, 1e6, " ms"], [999.5, 1e3, " us"]];
  const [, size, unit] = units.find(([from]) => ns >= from) || [0, 1, " ns"];
  return three(ns / size) + unit;
};

// "log 1 1000 54 344 percentile": kind, domain, pixels.
const valueAt = (scale, pixel) => {
  const [kind, ...rest] = scale.split(" ");
  const [low, high, from, to] = rest.map(Number);
  const part = (pixel - from) / (to - from);
  return kind === "log" ? low * (high / low) ** part : low + part * (high - low);
};

const pointsOf = (group) => (group.points ??= group.firstChild.getAttribute("d")
  .match(/[\\d.]+,[\\d.]+/g).map((pair) => pair.split(",").map(Number)));

const yAt = (points, x) => {
  const next = points.findIndex((point) => point[0] >= x);
  if (next < 0) return x - points.at(-1)[0] < 5 ? points.at(-1)[1] : undefined;
  const [x2, y2] = points[next], [x1, y1] = points[Math.max(0, next - 1)];
  return x2 === x1 ? y2 : y1 + ((y2 - y1) * (x - x1)) / (x2 - x1);
};

const curvesAt = (svg, x) => {
  const [, , most, from, to] = svg.dataset.x.split(" ").map(Number);
  if (x < from - 5 || x > to + 5) return "";
  const slower = Math.min(Math.max(1, valueAt(svg.dataset.x, x)), most);
  const lines = [...svg.querySelectorAll("g.line")].flatMap((group) => {
    const slot = group.classList[1];
    const y = root.classList.contains("off-" + slot) ? undefined : yAt(pointsOf(group), x);
    return y === undefined ? [] : [names[slot] + "  " + inNs(valueAt(svg.dataset.y, y))];
  });
  const percentile = (100 * (1 - 1 / slower)).toFixed(Math.max(1, Math.log10(slower)));
  return ["percentile " + percentile, ...lines].join("\\n");
};

const nearest = (svg, event) => {
  let best = "", least = 26;
  for (const mark of svg.querySelectorAll("[data-tip]")) {
    const box = mark.getBoundingClientRect();
    if (box.width === 0) continue;
    const across = box.x + box.width / 2 - event.clientX;
    const down = box.y + box.height / 2 - event.clientY;
    const far = Math.hypot(across, down);
    if (far < least) [least, best] = [far, mark.dataset.tip];
  }
  return best;
};

const hide = () => { tip.hidden = true; };
const show = (event) => {
  const svg = event.target.closest("svg.panel");
  if (!svg) return hide();
  const box = svg.getBoundingClientRect();
  const x = ((event.clientX - box.x) * svg.viewBox.baseVal.width) / box.width;
  const isCurves = (svg.dataset.x || "").endsWith("percentile");
  tip.textContent = isCurves ? curvesAt(svg, x) : nearest(svg, event);
  tip.hidden = tip.textContent === "";
  const left = Math.min(event.clientX + 14, root.clientWidth - tip.offsetWidth - 8);
  const below = event.clientY + 18 + tip.offsetHeight < innerHeight;
  tip.style.left = Math.max(8, left) + "px";
  tip.style.top = event.clientY + (below ? 18 : -12 - tip.offsetHeight) + "px";
};
document.addEventListener("pointermove", show);
document.addEventListener("pointerdown", show);
document.addEventListener("scroll", hide, { passive: true });
document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });

// Paper cannot be unfolded.
let folded = [];
addEventListener("beforeprint", () => {
  folded = [...document.querySelectorAll("details.fold:not([open])")];
  for (const details of folded) details.open = true;
});
addEventListener("afterprint", () => { for (const details of folded) details.open = false; });
})();`;
