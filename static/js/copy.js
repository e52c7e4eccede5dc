// [data-copy="#id"] copies the value or the text of that element,
// [data-copy-secret="/url"] what the server reveals, without showing it.

import { announce, relabel } from "./announce.js";
import { fetchSecret, RefusedError } from "./secret.js";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy], [data-copy-secret]");
  if (!button) return;
  event.preventDefault();
  try {
    await write(button.dataset.copySecret ? fetchSecret(button.dataset.copySecret) : visible(button));
    relabel(button, "Copied");
    announce(button.dataset.say ?? "Copied.");
  } catch (error) {
    announce(error instanceof RefusedError ? error.message : "Your browser did not allow copying. Select the text and copy it.");
  }
});

function visible(button) {
  const source = document.querySelector(button.dataset.copy);
  return source.value ?? source.textContent;
}

// Safari wants the promise itself, not its value; older browsers know only text.
async function write(text) {
  if (navigator.clipboard?.write && window.ClipboardItem && text instanceof Promise) {
    const blob = text.then((value) => new Blob([value], { type: "text/plain" }));
    try {
      return await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
    } finally {
      await text;
    }
  }
  const value = await text;
  if (navigator.clipboard) return navigator.clipboard.writeText(value);
  return writeByHand(value);
}

// Over plain http on another machine there is no clipboard interface.
function writeByHand(value) {
  const area = document.createElement("textarea");
  area.value = value;
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  if (!copied) throw new Error("copying was refused");
}
