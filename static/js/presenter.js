// [data-presenter-switch] makes the page large enough for the last row of a room, and
// small again.

import { keep } from "./cookies.js";

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-presenter-switch]")) return;
  event.preventDefault();
  const isOn = document.documentElement.toggleAttribute("data-presenter");
  event.target.querySelector("[aria-pressed]").setAttribute("aria-pressed", String(isOn));
  keep("presenter", isOn ? "on" : "off");
});
