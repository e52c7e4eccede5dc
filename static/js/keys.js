// In a list [data-keys], `j` and `k` go down and up; where a row is open beside the list,
// the next one is opened. The list has the attribute only where single keys are wanted.

const STEPS = { j: 1, k: -1 };

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input, textarea, select, dialog[open]");
  const list = document.querySelector("[data-keys]");
  if (!list || !STEPS[event.key] || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  const links = [...list.querySelectorAll(".row-link")].filter((link) => link.checkVisibility());
  const focused = links.indexOf(document.activeElement);
  const here = focused < 0 ? links.findIndex((link) => link.ariaCurrent) : focused;
  const next = links[here + STEPS[event.key]];
  if (!next) return;
  event.preventDefault();
  next.focus();
  if (document.querySelector("[data-split] [data-exchange]")) next.click();
});
