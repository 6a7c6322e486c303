// A closed question of the configurator states its answer: keep it true while another choice is made.

document.addEventListener("change", (event) => {
  const chosen = event.target.closest(".option input[type=radio]");
  if (!chosen) return;
  const value = chosen.closest(".option").querySelector(".option__value");
  if (value) value.textContent = chosen.dataset.name;
});
