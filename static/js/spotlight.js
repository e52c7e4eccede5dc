// A link [data-show="key"] points at the control [data-tour="key"]: on this page, or on the
// one it leads to. The control gets the focus and a bright frame, and everything else is
// dimmed, until a key is pressed or something is clicked. A folded menu is opened for it.

import { announce } from "./announce.js";

const KEPT = "spotlight";

const frame = document.createElement("div");
frame.className = "spotlight";
frame.hidden = true;
document.body.append(frame);

let shown = null;

document.addEventListener("click", (event) => {
  dismiss();
  const link = event.target.closest("[data-show]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const control = find(link.dataset.show);
  if (!control) return sessionStorage.setItem(KEPT, link.dataset.show);
  event.preventDefault();
  show(control);
});

for (const happening of ["keydown", "resize"]) addEventListener(happening, dismiss);
addEventListener("scroll", place, { capture: true, passive: true });

const asked = sessionStorage.getItem(KEPT);
if (asked) {
  sessionStorage.removeItem(KEPT);
  const control = find(asked);
  if (control) show(control);
  else announce("What this step needs is not here yet. Do the steps before it first.");
}

function find(key) {
  const controls = [...document.querySelectorAll(`[data-tour="${key}"]`)];
  return controls.find((control) => isDrawn(control) || control.closest("#menu"));
}

function isDrawn(control) {
  return control.getClientRects().length > 0;
}

function show(control) {
  shown = control;
  if (!isDrawn(control)) control.closest("#menu").showPopover();
  (control.closest(":popover-open") ?? document.body).append(frame);
  control.scrollIntoView({ block: "center", behavior: "instant" });
  focusable(control)?.focus({ preventScroll: true, focusVisible: true });
  frame.hidden = false;
  place();
}

function focusable(control) {
  const inside = "a[href], button:not([disabled]), input:not([type=hidden], [disabled]), select:not([disabled])";
  return control.matches(inside) ? control : control.querySelector(inside);
}

function place() {
  if (!shown) return;
  const { left, top, width, height } = shown.getBoundingClientRect();
  const sides = { left: left - 6, top: top - 6, width: width + 12, height: height + 12 };
  for (const [name, size] of Object.entries(sides)) frame.style[name] = `${size}px`;
}

function dismiss() {
  shown = null;
  frame.hidden = true;
}
