// [data-live="/url"] asks for news every two seconds while the page is being looked at.
// It is replaced by the answer. As [data-live-rows] it gets the answer's rows on top;
// then `?newer_than=` names the newest one it has. What bears [data-seen] inside is named
// as `?seen=`, so that the server need not repeat it. As [data-live-parts] each element of
// the answer replaces the one with its id. [data-live-pause] halts it: rows that come
// meanwhile, or while somebody reads further down, wait behind [data-live-show].

import { refreshTimes } from "./relative-time.js";

const EVERY = 2000;
const ROWS_AT_MOST = 200;

const asking = new WeakSet();
const waiting = new WeakMap();

setInterval(() => document.querySelectorAll("[data-live]").forEach(watch), EVERY);

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-live-pause]");
  if (button) turn(button);
  if (button ? !isPaused() : target.closest("[data-live-show]")) showWaiting();
});

function isPaused() {
  return document.querySelector("[data-live-pause]")?.getAttribute("aria-pressed") === "true";
}

async function watch(place) {
  const isList = "liveRows" in place.dataset;
  const isWhole = !(isList || "liveParts" in place.dataset);
  if (document.hidden || asking.has(place) || (isPaused() && !isList) || (isWhole && isUsed(place))) return;
  asking.add(place);
  const html = await news(place).finally(() => asking.delete(place));
  if (!html || !place.isConnected) return;
  if (isList) addRows(place, html);
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
    const newest = waiting.get(place)?.[0] ?? place.querySelector("[data-number]");
    url.searchParams.set("newer_than", newest?.dataset.number ?? "0");
  }
  const seen = place.querySelector("[data-seen]");
  if (seen) url.searchParams.set("seen", seen.dataset.seen);
  const headers = { "HX-Request": "true", "X-Unattended": "yes" };
  const response = await fetch(url, { headers }).catch(() => null);
  if (response?.status === 401) location.reload();
  return response?.status === 200 ? response.text() : "";
}

function addRows(place, html) {
  waiting.set(place, [...parsed(html), ...(waiting.get(place) ?? [])].slice(0, ROWS_AT_MOST));
  if (isPaused() || isUsed(place) || place.getBoundingClientRect().top < 0) return count(place);
  showWaiting();
}

function count(place) {
  const { length } = waiting.get(place) ?? [];
  const sign = document.querySelector("[data-live-newcomers]");
  sign.hidden = !length;
  sign.querySelector("[data-count]").textContent = length === ROWS_AT_MOST ? `${length}+` : length;
}

function showWaiting() {
  const place = document.querySelector("[data-live-rows]");
  const rows = waiting.get(place) ?? [];
  if (!rows.length) return;
  waiting.delete(place);
  for (const row of rows) row.classList.add("fresh");
  place.prepend(...rows);
  window.htmx?.process(place);
  for (const old of [...place.children].slice(ROWS_AT_MOST)) old.remove();
  document.querySelector("[data-live-empty]")?.remove();
  place.closest("[data-live-table]")?.removeAttribute("hidden");
  count(place);
}

function turn(button) {
  const paused = !isPaused();
  button.setAttribute("aria-pressed", String(paused));
  button.querySelector("[data-label]").textContent = paused ? "Resume" : "Pause";
  const picture = button.querySelector("use");
  picture.setAttribute("href", picture.getAttribute("href").replace(/#.*/, paused ? "#play" : "#pause"));
  const sign = document.querySelector("[data-live-sign]");
  sign.dataset.state = paused ? "idle" : "";
  sign.textContent = paused ? "Paused" : "Live";
}
