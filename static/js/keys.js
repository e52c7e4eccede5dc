// The keys `j` and `k` go down and up a list: the one marked [data-keys], else what the
// page lists. Enter opens, as it does with any link; where a row is open beside the list,
// the next one is opened at once.

import { onKey } from "./shortcuts.js";

onKey("j", () => step(1));
onKey("k", () => step(-1));

function step(by) {
  const list = document.querySelector("[data-keys]") ?? document.querySelector("main");
  const links = [...list.querySelectorAll(".row-link")].filter((link) => link.checkVisibility());
  const focused = links.indexOf(document.activeElement);
  const here = focused < 0 ? links.findIndex((link) => link.ariaCurrent) : focused;
  const next = links[here + by];
  if (!next) return false;
  next.focus();
  if (document.querySelector("[data-split] [data-exchange]")) next.click();
}
