/** The style of a page: light and dark, narrow and wide, screen and paper. No fonts are loaded. */

import { colourVariables } from "./strategy-looks.ts";

const light =
  "--paper:#fff;--ink:#1c2026;--soft:#59606b;--line:#d7dbe1;--wash:#f4f6f8;--warn:#8a5a00;" +
  `--bad:#b3261e;--link:#0068a8;${colourVariables("light")}`;
const dark =
  "--paper:#14171c;--ink:#e6e8ec;--soft:#a2a9b4;--line:#39404a;--wash:#1d2229;--warn:#e0b04a;" +
  `--bad:#ff8a80;--link:#5ab4f0;${colourVariables("dark")}`;

const screen = `
*{box-sizing:border-box}
html{font:16px/1.5 system-ui,sans-serif;background:var(--paper);color:var(--ink);
-webkit-text-size-adjust:100%;scroll-padding-top:5rem}
body{margin:0 auto;padding:0 1rem 3rem;max-width:96rem;overflow-wrap:anywhere}
a{color:var(--link)}
h1{font-size:1.1rem;font-weight:600;color:var(--soft);margin:1.5rem 0 0}
h2{font-size:1.5rem;line-height:1.25;margin:3rem 0 .75rem;padding-top:.75rem;
border-top:1px solid var(--line)}
h3{font-size:1.15rem;line-height:1.3;margin:2.25rem 0 .35rem}
p{max-width:50rem;margin:.35rem 0}
ul{max-width:50rem;padding-left:1.25rem}
.where,.basis,.reading,footer{color:var(--soft);font-size:.875rem}
.where{max-width:none}
.skip{position:absolute;left:-100vw}
.skip:focus{left:1rem;top:.5rem;background:var(--paper);padding:.5rem;z-index:3}
main:focus{outline:none}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
nav{display:flex;flex-wrap:wrap;gap:.25rem 1rem;font-size:.9rem;margin-top:1rem}
.claims{display:grid;gap:1rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,16.5rem),1fr));
margin:1rem 0}
.claim{border:1px solid var(--line);border-radius:.5rem;padding:.9rem 1.1rem;background:var(--wash)}
.number{font-size:2rem;line-height:1.1;font-weight:650;font-variant-numeric:tabular-nums}
.says{font-size:1.05rem;font-weight:600}
.label{border-left:4px solid var(--warn);padding:.25rem .75rem;background:var(--wash)}
.label.bad{border-color:var(--bad)}
.bad{color:var(--bad);font-weight:600}
.lacking{color:var(--warn);font-weight:600}
.tools{position:sticky;top:0;z-index:2;display:flex;flex-wrap:wrap;gap:.35rem;padding:.5rem 0;
background:var(--paper);border-bottom:1px solid var(--line)}
button{font:inherit;font-size:.85rem;line-height:1.2;color:inherit;background:var(--wash);
border:1px solid var(--line);border-radius:.4rem;padding:.35rem .6rem;display:inline-flex;
align-items:center;gap:.4rem;max-width:100%;text-align:left}
button svg{flex:none}
button:enabled{cursor:pointer}
button:enabled:hover{border-color:var(--soft)}
button[data-slot][aria-pressed=false]{text-decoration:line-through;color:var(--soft)}
button[data-slot][aria-pressed=false] svg{opacity:.35}
button[data-linear]:disabled{display:none}
button[data-linear][aria-pressed=true]{background:var(--ink);color:var(--paper)}
button svg{fill:currentColor}
.panels{display:grid;gap:1rem 1.5rem;align-items:start;margin:.75rem 0;
grid-template-columns:repeat(auto-fill,minmax(min(100%,21rem),1fr))}
figure{margin:0;min-width:0;max-width:34rem}
figcaption{font-weight:600;font-size:.9rem}
svg.panel{display:block;width:100%;height:auto;font:11px system-ui,sans-serif;fill:currentColor;
text-anchor:middle;overflow:visible}
svg.panel text{white-space:pre}
svg.lin,.linear svg.log{display:none}
.linear svg.lin{display:block}
summary{cursor:pointer;font-size:.9rem;padding:.25rem 0;color:var(--link)}
summary h3{display:inline;color:var(--ink)}
.fold{border-top:1px solid var(--line);margin-top:1.5rem;padding-top:.5rem}
.scroll{overflow-x:auto;max-width:100%;margin:.75rem 0 1.5rem}
table{border-collapse:collapse;font-size:.85rem;line-height:1.3;overflow-wrap:normal}
.caption{font-weight:600;font-size:.9rem;margin:1.25rem 0 -.5rem;max-width:none}
th,td{padding:.3rem .6rem;text-align:left;border-bottom:1px solid var(--line);white-space:nowrap;
font-weight:400;max-width:30rem;overflow:hidden;text-overflow:ellipsis}
thead th{font-weight:600;white-space:normal;vertical-align:bottom;min-width:4.5rem}
tr>:first-child{padding-left:0}
.n{text-align:right;font-variant-numeric:tabular-nums}
tbody tr:hover{background:var(--wash)}
.facts{display:grid;gap:.1rem 2rem;margin:.5rem 0;font-size:.9rem;
grid-template-columns:repeat(auto-fill,minmax(min(100%,24rem),1fr))}
.facts div{display:grid;grid-template-columns:10rem minmax(0,1fr);gap:.5rem;padding:.2rem 0;
border-bottom:1px solid var(--line)}
dt{color:var(--soft)}
dd{margin:0}
pre{background:var(--wash);border:1px solid var(--line);border-radius:.4rem;padding:.75rem 1rem;
font-size:.85rem}
.tip{position:fixed;z-index:4;pointer-events:none;white-space:pre;font-size:.8rem;line-height:1.4;
background:var(--ink);color:var(--paper);padding:.35rem .6rem;border-radius:.35rem;
max-width:calc(100vw - 1rem);overflow:hidden;text-overflow:ellipsis}
.tip[hidden]{display:none}
@media(max-width:40rem){.tools{position:static}
.facts div{grid-template-columns:9.25rem minmax(0,1fr)}}
`;

const paper =
  "@media print{.tools button[data-linear],.skip,nav,.tip,.chart details:not([open],.fold)" +
  "{display:none}.tools{position:static}" +
  "body{max-width:none;padding:0}figure,.claim,tr{break-inside:avoid}" +
  "h2,h3,.caption{break-after:avoid}" +
  ".scroll{overflow:visible}table{font-size:.6rem}" +
  "th,td{padding:.15rem .25rem}thead th{min-width:0}" +
  "tbody th,td:not(.n){white-space:normal;max-width:10rem;overflow-wrap:break-word}" +
  ".panels{grid-template-columns:repeat(3,1fr)}}";

/** The style sheet; each slot is a series that can be hidden. */
export function pageStyle(slots: readonly string[]): string {
  const hiding = slots.map((slot) => `.off-${slot} .panel .${slot}`).join(",");
  return (
    `:root{color-scheme:light dark;${light}}` +
    `@media screen and (prefers-color-scheme:dark){:root{${dark}}}` +
    screen.replaceAll("\n", "") +
    (hiding === "" ? "" : `${hiding}{display:none}`) +
    paper
  );
}
