// Moves focus to the error summary when a form comes back with errors, also by htmx.
const focusSummary = (root) => root.querySelector?.("[data-error-summary]")?.focus();

focusSummary(document);
document.addEventListener("htmx:load", (event) => focusSummary(event.detail.elt));
