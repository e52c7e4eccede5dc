// Keeps <time data-relative> telling how long ago it was, with the exact time as its
// title. The key `t` turns the two round on the whole page.

import { keep } from "./cookies.js";
import { onKey } from "./shortcuts.js";

const root = document.documentElement;
const STEPS = [
  ["d", 86400],
  ["h", 3600],
  ["m", 60],
  ["s", 1],
];

export function refreshTimes() {
  const isExact = root.dataset.times === "exact";
  for (const time of document.querySelectorAll("time[data-relative]")) {
    const age = relative((Date.now() - Date.parse(time.dateTime)) / 1000);
    const moment = new Date(time.dateTime).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "long" });
    time.title = isExact ? age : moment;
    time.textContent = isExact ? moment : age;
  }
}

function relative(seconds) {
  const size = Math.abs(seconds);
  if (size < 1) return "now";
  const [unit, length] = STEPS.find(([, step]) => size >= step);
  if (seconds < 0) return `in ${Math.round(size / length)}${unit}`;
  return `${Math.floor(size / length)}${unit} ago`;
}

export function turnTimesRound() {
  root.dataset.times = root.dataset.times === "exact" ? "ago" : "exact";
  keep("times", root.dataset.times);
  refreshTimes();
}

onKey("t", turnTimesRound);
refreshTimes();
setInterval(refreshTimes, 5000);
document.addEventListener("htmx:afterSwap", refreshTimes);
