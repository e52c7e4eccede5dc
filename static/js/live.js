// [data-live="/url"] asks for news every two seconds while the page is being looked at.
// It is replaced by the answer. As [data-live-rows] it gets the answer's rows on top;
// then `?newer_than=` names the newest one it has. What bears [data-seen] inside is named
// as `?seen=`, so that the server need not repeat it. As [data-live-parts] each element of
// the answer replaces the one with its id. [data-live-pause] halts it.

import { refreshTimes } from "./relative-time.js";

const EVERY = 2000;
const ROWS_AT_MOST = 200;

let paused = false;

for (const place of document.querySelectorAll("[data-live]")) {
  setInterval(() => watch(place), EVERY);
}

document.querySelector("[data-live-pause]")?.addEventListener("click", (event) => {
  paused = !paused;
  show(event.currentTarget);
});

async function watch(place) {
  const isWhole = !("liveRows" in place.dataset || "liveParts" in place.dataset);
  if (paused || document.hidden || (isWhole && isUsed(place))) return;
  const html = await news(place);
  if (!html) return;
  if ("liveRows" in place.dataset) addRows(place, html);
  else if ("liveParts" in place.dataset) replaceParts(html);
  else place.innerHTML = html;
  refreshTimes();
}

function isUsed(place) {
  return place.contains(document.activeElement);
}

function replaceParts(html) {
  for (const part of parsed(html)) {
    const former = document.getElementById(part.id);
    if (former && !isUsed(former)) former.replaceWith(part);
  }
}

function parsed(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return [...template.content.children];
}

async function news(place) {
  const url = new URL(place.dataset.live, location.href);
  if ("liveRows" in place.dataset) {
    url.searchParams.set("newer_than", place.querySelector("[data-number]")?.dataset.number ?? "0");
  }
  const seen = place.querySelector("[data-seen]");
  if (seen) url.searchParams.set("seen", seen.dataset.seen);
  const response = await fetch(url, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (response?.status === 401) location.reload();
  return response?.status === 200 ? response.text() : "";
}

function addRows(place, html) {
  const rows = parsed(html);
  for (const row of rows) row.classList.add("fresh");
  place.prepend(...rows);
  for (const old of [...place.children].slice(ROWS_AT_MOST)) old.remove();
  document.querySelector("[data-live-empty]")?.remove();
  place.closest("[data-live-table]")?.removeAttribute("hidden");
}

function show(button) {
  button.setAttribute("aria-pressed", String(paused));
  button.querySelector("[data-label]").textContent = paused ? "Resume" : "Pause";
  const picture = button.querySelector("use");
  picture.setAttribute("href", picture.getAttribute("href").replace(/#.*/, paused ? "#play" : "#pause"));
  const sign = document.querySelector("[data-live-sign]");
  sign.dataset.state = paused ? "idle" : "";
  sign.textContent = paused ? "Paused" : "Live";
}
