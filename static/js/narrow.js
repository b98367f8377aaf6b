// Narrows a list as one types: <input data-narrow="id of the list">. What is ticked stays in sight.
const fold = (words) => words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

for (const field of document.querySelectorAll("[data-narrow]")) {
  const rows = [...document.getElementById(field.dataset.narrow).children];
  const says = rows.map((row) => fold(row.textContent));
  const count = field.parentElement.querySelector("[data-narrow-count]");

  const narrow = () => {
    const words = fold(field.value).split(/\s+/).filter(Boolean);
    const chosen = rows.filter((row) => row.querySelector("input:checked")).length;
    rows.forEach((row, n) => {
      row.hidden = !words.every((word) => says[n].includes(word)) && !row.querySelector("input:checked");
    });
    const shown = rows.filter((row) => !row.hidden).length;
    if (count) count.textContent = `${shown} of ${rows.length} shown, ${chosen} ticked`;
  };

  field.closest("[hidden]")?.removeAttribute("hidden");
  field.addEventListener("input", narrow);
  // Enter would send the form of which the list is a part.
  field.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
  document.getElementById(field.dataset.narrow).addEventListener("change", narrow);
  narrow();
}
