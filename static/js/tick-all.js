// A checkbox [data-tick-all="name"] ticks every checkbox of that name in its form.

document.addEventListener("change", ({ target }) => {
  const { form, dataset } = target;
  if (!form || !("tickAll" in dataset)) return;
  for (const box of form.querySelectorAll(`input[name="${dataset.tickAll}"]`)) {
    box.checked = target.checked;
  }
});
