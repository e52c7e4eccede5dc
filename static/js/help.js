// The key `?` opens the sheet of keys. It lists those that do something on this page:
// a line [data-when] is there for what its selector finds.

import { onKey } from "./shortcuts.js";

const sheet = document.getElementById("keys");

export function showKeys() {
  for (const line of sheet.querySelectorAll("[data-when]")) {
    line.hidden = !document.querySelector(line.dataset.when);
  }
  sheet.showModal();
}

if (sheet) onKey("?", showKeys);
