// Keeps the line of autosave true. Every htmx request from inside [data-autosave] sets all
// [data-save-state] lines; the words stand in templates/ui/save_state.html.
const say = (element, state) => {
  if (!element.closest?.("[data-autosave]")) return;
  const now = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  for (const line of document.querySelectorAll("[data-save-state]")) {
    if (state === "saved") line.querySelector("time").textContent = now;
    line.dataset.saveState = state;
  }
};

document.addEventListener("htmx:beforeRequest", ({ detail }) => say(detail.elt, "saving"));
document.addEventListener("htmx:responseError", ({ detail }) => say(detail.elt, "failed"));
document.addEventListener("htmx:sendError", ({ detail }) => say(detail.elt, "offline"));
document.addEventListener("htmx:timeout", ({ detail }) => say(detail.elt, "offline"));
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.xhr.status === 422) say(detail.elt, "refused");
  if (detail.successful) say(detail.elt, "saved");
});
