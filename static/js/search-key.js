// The key `/` goes to the page's search box.

import { onKey } from "./shortcuts.js";

onKey("/", () => {
  const search = document.querySelector("[data-search-key]");
  if (!search) return false;
  search.focus();
  search.select();
});
