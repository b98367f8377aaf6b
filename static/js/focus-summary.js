// Moves focus to the error summary when a form comes back with errors, also by htmx.
// Examples inside [data-still] keep quiet.
const focusSummary = (root) => root.querySelector?.("[data-error-summary]:not([data-still] *)")?.focus();

focusSummary(document);
document.addEventListener("htmx:load", (event) => focusSummary(event.detail.elt));
