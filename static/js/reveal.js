// [data-reveal="#input"][data-secret="/url"] shows a masked token and hides it again.

import { announce } from "./announce.js";
import { fetchSecret, RefusedError } from "./secret.js";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-reveal]");
  if (!button) return;
  event.preventDefault();
  const input = document.querySelector(button.dataset.reveal);
  if (input.dataset.masked) return hide(button, input);
  try {
    show(button, input, await fetchSecret(button.dataset.secret));
  } catch (error) {
    announce(error instanceof RefusedError ? error.message : "The server cannot be reached.");
  }
});

function show(button, input, token) {
  input.dataset.masked = input.value;
  input.value = token;
  button.querySelector("[data-label]").textContent = "Hide";
  announce("The token is shown.");
}

function hide(button, input) {
  input.value = input.dataset.masked;
  delete input.dataset.masked;
  button.querySelector("[data-label]").textContent = "Reveal";
  announce("The token is hidden.");
}
