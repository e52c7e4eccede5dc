// Tells politely when the guide's bar has moved on.

import { announce } from "./announce.js";

const bar = document.querySelector(".coach");

if (bar) {
  let count = counted();
  new MutationObserver(() => {
    if (counted() > count) announce(`Done. ${now()}`);
    count = counted();
  }).observe(bar, { childList: true });
}

function state() {
  return bar.querySelector("[data-count]")?.dataset ?? {};
}

function counted() {
  return Number(state().count ?? 0);
}

function now() {
  return state().step ?? "That was the last step.";
}
