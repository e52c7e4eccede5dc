// [data-theme-switch] turns light into dark and back. The cookie makes the server
// render the next page in the same theme.

import { keep } from "./cookies.js";

const root = document.documentElement;

function isDark() {
  if (root.dataset.theme) return root.dataset.theme === "dark";
  return matchMedia("(prefers-color-scheme: dark)").matches;
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-theme-switch]")) return;
  event.preventDefault();
  root.dataset.theme = isDark() ? "light" : "dark";
  keep("theme", root.dataset.theme);
});
