// [data-split] is a list with one of its rows open beside it. htmx fetches the row; here
// its link is marked, and whoever cannot see the list any more is led to what was opened.

document.addEventListener("htmx:afterSettle", ({ target }) => {
  if (!target.parentElement?.matches("[data-split]")) return;
  const list = target.parentElement;
  for (const link of list.querySelectorAll(".row-link")) {
    link.ariaCurrent = link.pathname === location.pathname ? "true" : null;
  }
  target.scrollTop = 0;
  const isAlone = !list.querySelector(".split-list").checkVisibility();
  if (!isAlone) return;
  scrollTo({ top: 0, behavior: "instant" });
  target.querySelector("h2").focus();
});
