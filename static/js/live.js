// [data-live="/url"] asks for news every two seconds while the page is being looked at.
// It is replaced by the answer, or, as [data-live-rows], gets the answer's rows on top;
// then `?newer_than=` names the newest one it has. [data-live-pause] halts it.

import { refreshTimes } from "./relative-time.js";

const EVERY = 2000;
const ROWS_AT_MOST = 200;

for (const place of document.querySelectorAll("[data-live]")) watch(place);

function watch(place) {
  const pause = document.querySelector("[data-live-pause]");
  let paused = false;
  pause?.addEventListener("click", (event) => {
    event.preventDefault();
    paused = !paused;
    show(pause, paused);
  });
  setInterval(() => {
    const isTyping = place.contains(document.activeElement);
    if (!paused && !document.hidden && !isTyping) ask(place);
  }, EVERY);
}

async function ask(place) {
  const response = await fetch(place.dataset.live + cursor(place), {
    headers: { "HX-Request": "true" },
  }).catch(() => null);
  if (response?.status === 401) location.reload();
  if (response?.status !== 200) return;
  const html = await response.text();
  if ("liveRows" in place.dataset) addRows(place, html);
  else if (place.innerHTML !== html) place.innerHTML = html;
  refreshTimes(place);
}

function cursor(place) {
  if (!("liveRows" in place.dataset)) return "";
  const newest = place.querySelector("[data-number]")?.dataset.number ?? "0";
  return (place.dataset.live.includes("?") ? "&" : "?") + `newer_than=${newest}`;
}

function addRows(place, html) {
  const table = document.createElement("template");
  table.innerHTML = html;
  const rows = [...table.content.children];
  if (!rows.length) return;
  document.querySelector("[data-live-empty]")?.remove();
  place.closest("[data-live-table]")?.removeAttribute("hidden");
  for (const row of rows) row.classList.add("fresh");
  place.prepend(...rows);
  for (const old of [...place.children].slice(ROWS_AT_MOST)) old.remove();
}

function show(pause, paused) {
  pause.setAttribute("aria-pressed", String(paused));
  pause.querySelector("[data-label]").textContent = paused ? "Resume" : "Pause";
  const sign = document.querySelector("[data-live-sign]");
  if (!sign) return;
  sign.dataset.state = paused ? "idle" : "";
  sign.textContent = paused ? "Paused" : "Live";
}
