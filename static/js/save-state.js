// Keeps the one line of autosave true: any form or control inside [data-autosave] that htmx
// sends sets the nearest [data-save-state] to saving, saved or not saved.
const WORDS = {
  saving: () => "Saving…",
  saved: () => `Saved ${new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}`,
  offline: () => "Not saved: offline, kept on this device",
  failed: () => "Not saved: try again",
};

const say = (element, state) => {
  if (!element.closest?.("[data-autosave]")) return;
  for (const line of document.querySelectorAll("[data-save-state]")) {
    line.classList.toggle("save--off", state === "offline" || state === "failed");
    line.dataset.saveState = state;
    line.textContent = WORDS[state]();
  }
};

document.addEventListener("htmx:beforeRequest", (event) => say(event.detail.elt, "saving"));
document.addEventListener("htmx:sendError", (event) => say(event.detail.elt, "offline"));
document.addEventListener("htmx:timeout", (event) => say(event.detail.elt, "offline"));
document.addEventListener("htmx:responseError", (event) => say(event.detail.elt, "failed"));
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful) say(event.detail.elt, "saved");
});
