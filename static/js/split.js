// [data-split] is a list with one of its rows open beside it. htmx fetches the row; here
// its link is marked, and whoever cannot see the list any more is led to what was opened.

document.addEventListener("htmx:afterSettle", ({ target }) => {
  if (!target.parentElement?.matches("[data-split]")) return;
  const list = target.parentElement;
  for (const link of list.querySelectorAll(".row-link")) {
    link.ariaCurrent = link.pathname === location.pathname ? "true" : null;
  }
  target.scrollTop = 0;
  if (list.querySelector(".split-list").checkVisibility()) return;
  scrollTo({ top: 0, behavior: "instant" });
  target.querySelector("h2").focus();
});

// What cannot be opened beside the list, such as a row that has been pruned since, says
// why on a page of its own.
document.addEventListener("htmx:responseError", ({ detail }) => {
  if (detail.target.parentElement?.matches("[data-split]")) location.assign(detail.pathInfo.requestPath);
});
