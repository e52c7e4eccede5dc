// Ctrl+K, Cmd+K and [data-opens-commands] open a list of everything there is to go to and
// to do. The focus stays in its box; the arrow keys choose, Enter does. People are looked
// for on the server, everything else here.

import { showKeys } from "./help.js";
import { turnTimesRound } from "./relative-time.js";

const PEOPLE_FROM = 2;
const PATIENCE = 150;

const DEEDS = [
  { title: "Switch between light and dark", section: "Looks", act: press("[data-theme-switch]") },
  { title: "Switch presenter mode on or off", section: "Looks", act: press("[data-presenter-switch]") },
  { title: "Switch between exact times and how long ago", section: "Looks", act: turnTimesRound },
  { title: "Show the keys", section: "Help", act: showKeys },
];

const dialog = document.getElementById("commands");

if (dialog) watch(dialog.querySelector("[role=combobox]"), dialog.querySelector("[role=listbox]"));

function watch(box, list) {
  const note = dialog.querySelector("[role=status]");
  let pages = [];
  let shown = [];
  let chosen = 0;
  let asking = new AbortController();

  async function open() {
    if (dialog.open) return dialog.close();
    if (document.querySelector("dialog:modal")) return;
    box.value = "";
    dialog.showModal();
    show(DEEDS);
    if (!pages.length) pages = await fetched(dialog.dataset.places);
    look();
  }

  async function look() {
    asking.abort();
    asking = new AbortController();
    const { signal } = asking;
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    const known = [...pages, ...DEEDS].filter((entry) => matches(entry, words));
    show(known);
    if (box.value.trim().length < PEOPLE_FROM) return;
    await new Promise((done) => setTimeout(done, PATIENCE));
    if (signal.aborted) return;
    const people = await fetched(`${dialog.dataset.people}?query=${encodeURIComponent(box.value)}`, signal);
    if (!signal.aborted && people.length) show([...known, ...people], chosen);
  }

  function show(entries, choice = 0) {
    shown = entries;
    list.replaceChildren(...entries.map(option));
    list.hidden = !entries.length;
    note.textContent = entries.length ? "" : "Nothing here is called so.";
    choose(choice);
  }

  function choose(index) {
    if (!shown.length) return box.removeAttribute("aria-activedescendant");
    list.children[chosen]?.setAttribute("aria-selected", "false");
    chosen = (index + shown.length) % shown.length;
    const option = list.children[chosen];
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    box.setAttribute("aria-activedescendant", option.id);
  }

  function carryOut(index) {
    const entry = shown[index];
    if (!entry) return;
    dialog.close();
    if (entry.act) entry.act();
    else location.assign(entry.url);
  }

  const MOVES = {
    ArrowDown: () => choose(chosen + 1),
    ArrowUp: () => choose(chosen - 1),
    PageDown: () => choose(Math.min(chosen + 8, shown.length - 1)),
    PageUp: () => choose(Math.max(chosen - 8, 0)),
    Enter: () => carryOut(chosen),
  };

  box.addEventListener("input", look);
  box.addEventListener("keydown", (event) => {
    if (!MOVES[event.key] || event.isComposing) return;
    event.preventDefault();
    MOVES[event.key]();
  });
  list.addEventListener("click", (event) => {
    carryOut([...list.children].indexOf(event.target.closest("[role=option]")));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key?.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    open();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-opens-commands]")) open();
  });
}

function option(entry, index) {
  const item = document.createElement("li");
  item.id = `command-${index}`;
  item.role = "option";
  item.ariaSelected = "false";
  const title = document.createElement("span");
  const section = document.createElement("small");
  title.textContent = entry.title;
  section.textContent = entry.section;
  item.append(title, " ", section);
  return item;
}

// Every word that was typed begins a word of the entry.
function matches(entry, words) {
  const known = `${entry.title} ${entry.section}`.toLowerCase().split(/[^\p{L}\p{N}]+/u);
  return words.every((word) => known.some((one) => one.startsWith(word)));
}

async function fetched(url, signal) {
  const answer = await fetch(url, { headers: { Accept: "application/json" }, signal }).catch(() => null);
  return answer?.ok ? answer.json() : [];
}

function press(selector) {
  return () => document.querySelector(selector).requestSubmit();
}
