// What a single key does. Only where html[data-shortcuts] says that they are wanted, never
// while something is being typed, and never under a dialog.

export function onKey(key, deed) {
  document.addEventListener("keydown", (event) => {
    if (event.key !== key || !isFree(event) || deed() === false) return;
    event.preventDefault();
  });
}

function isFree(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return false;
  if (!("shortcuts" in document.documentElement.dataset)) return false;
  const isTyping = event.target.closest?.("input, textarea, select, [contenteditable]");
  return !isTyping && !document.querySelector("dialog:modal");
}
