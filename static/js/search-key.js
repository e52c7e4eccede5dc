// The key `/` goes to the page's search box, unless something is being typed.

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input, textarea, select, dialog[open]");
  if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  const search = document.querySelector("[data-search-key]");
  if (!search) return;
  event.preventDefault();
  search.focus();
  search.select();
});
