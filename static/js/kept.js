// A form [data-kept="name"] that was sent, and led to the question for the password, has
// what was typed into it again when the page returns with ?ask=name.

for (const form of document.querySelectorAll("[data-kept]")) {
  const key = `kept-${form.dataset.kept}`;
  const asked = new URLSearchParams(location.search).get("ask");
  if (asked === form.dataset.kept) fill(form, JSON.parse(sessionStorage.getItem(key) ?? "{}"));
  sessionStorage.removeItem(key);
  form.addEventListener("submit", () => sessionStorage.setItem(key, JSON.stringify(typed(form))));
}

function fields(form) {
  return [...form.elements].filter((field) => field.name && field.type !== "hidden");
}

function typed(form) {
  return Object.fromEntries(
    fields(form).map((field) => [field.name, field.type === "checkbox" ? field.checked : field.value]),
  );
}

function fill(form, values) {
  for (const field of fields(form)) {
    if (!(field.name in values)) continue;
    if (field.type === "checkbox") field.checked = values[field.name];
    else field.value = values[field.name];
  }
}
