// A form [data-drafted="names"] reports what is chosen in those fields to the guide's bar,
// before anything is saved. Other fields, such as a token, are never sent.

const url = document.querySelector("[data-draft]")?.dataset.draft;
const csrf = document.querySelector("meta[name=csrf-token]");

for (const happening of ["change", "focusout"]) {
  document.addEventListener(happening, (event) => {
    const form = event.target.form?.closest("[data-drafted]");
    if (url && form?.dataset.drafted.split(" ").includes(event.target.name)) {
      report(form, event.target.name);
    }
  });
}

let reported = "";

function report(form, touched) {
  const given = new FormData(form);
  const names = form.dataset.drafted.split(" ").filter((name) => given.has(name));
  const body = new URLSearchParams(names.map((name) => [name, given.get(name)]));
  body.set("touched", touched);
  if (String(body) === reported) return;
  reported = String(body);
  fetch(url, { method: "POST", body, headers: { "X-CSRFToken": csrf.content } }).catch(() => {});
}
