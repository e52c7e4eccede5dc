// A short confirmation that is seen for four seconds and read aloud politely.

const toast = document.querySelector("[data-toast]");
let hiding;

export function announce(message) {
  toast.textContent = message;
  clearTimeout(hiding);
  hiding = setTimeout(() => {
    toast.textContent = "";
  }, 4000);
}

// Shows `label` on the button for a moment, then what stood there before.
export function relabel(button, label) {
  const text = button.querySelector("[data-label]");
  if (!text || text.dataset.before) return;
  text.dataset.before = text.textContent;
  text.textContent = label;
  setTimeout(() => {
    text.textContent = text.dataset.before;
    delete text.dataset.before;
  }, 1600);
}
