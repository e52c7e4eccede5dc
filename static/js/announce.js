// Short confirmations, each seen for four seconds and read aloud politely. One that comes
// while another is shown stands below it.

const toast = document.querySelector("[data-toast]");

export function announce(message) {
  const line = document.createElement("p");
  line.textContent = message;
  toast.append(line);
  setTimeout(() => line.remove(), 4000);
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
