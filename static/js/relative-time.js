// Keeps <time data-relative> telling how long ago it was.

const STEPS = [
  ["d", 86400],
  ["h", 3600],
  ["m", 60],
  ["s", 1],
];

export function refreshTimes(root = document) {
  for (const time of root.querySelectorAll("time[data-relative]")) {
    time.title = new Date(time.dateTime).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "long" });
    time.textContent = relative((Date.now() - Date.parse(time.dateTime)) / 1000);
  }
}

function relative(seconds) {
  const size = Math.abs(seconds);
  if (size < 1) return "now";
  const [unit, length] = STEPS.find(([, step]) => size >= step);
  if (seconds < 0) return `in ${Math.round(size / length)}${unit}`;
  return `${Math.floor(size / length)}${unit} ago`;
}

refreshTimes();
setInterval(() => refreshTimes(), 5000);
document.addEventListener("htmx:afterSwap", () => refreshTimes());
