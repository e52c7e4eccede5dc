// A filter that asks for nothing is not sent, so that addresses say only what they mean.

document.addEventListener("formdata", ({ target, formData }) => {
  if (target.getAttribute("role") !== "search") return;
  for (const [name, value] of [...formData]) {
    if (value === "") formData.delete(name);
  }
});
