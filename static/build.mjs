// Copies what the pages load out of node_modules/ into static/vendor/, which git
// ignores, and draws the icons the templates name into one sprite.

import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";

const root = new URL("../", import.meta.url);
const modules = new URL("node_modules/", root);
const vendor = new URL("static/vendor/", root);

const FILES = {
  "htmx.min.js": "htmx.org/dist/htmx.min.js",
  "inter-latin.woff2": "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2",
  "inter-latin-ext.woff2": "@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2",
  "plex-mono-latin.woff2": "@fontsource/ibm-plex-mono/files/ibm-plex-mono-latin-400-normal.woff2",
};

async function iconNames() {
  const list = await readFile(new URL("static/icons.txt", root), "utf8");
  return list.split("\n").filter(Boolean);
}

// The root element of a Lucide icon carries the stroke; a symbol keeps it.
async function symbol(name) {
  const icon = await readFile(new URL(`lucide-static/icons/${name}.svg`, modules), "utf8");
  const shapes = icon.slice(icon.indexOf(">", icon.indexOf("<svg")) + 1, icon.lastIndexOf("</svg>"));
  const stroke = 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"';
  return `<symbol id="${name}" viewBox="0 0 24 24" ${stroke}>${shapes.replace(/\s*\n\s*/g, "")}</symbol>`;
}

async function sprite() {
  const symbols = await Promise.all((await iconNames()).map(symbol));
  return `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`;
}

await rm(vendor, { recursive: true, force: true });
await mkdir(vendor, { recursive: true });
for (const [name, source] of Object.entries(FILES)) {
  await cp(new URL(source, modules), new URL(name, vendor));
}
await writeFile(new URL("icons.svg", vendor), await sprite());
