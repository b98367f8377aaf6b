// The page on which two raters agree. htmx leaves an answer of 409 aside; here it says that the
// other one picked something else meanwhile, and shows both.
document.querySelector("[data-agree]")?.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.xhr.status !== 409) return;
  detail.shouldSwap = true;
  detail.isError = false;
});

// Not the end of a request from here, so the save line is told apart from a saved pick.
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.xhr.status !== 409) return;
  for (const line of document.querySelectorAll("[data-save-state]")) line.dataset.saveState = "refused";
});

// An item further down is open to links: the list that holds it opens by itself.
const reveal = () => {
  const item = location.hash && document.querySelector(location.hash);
  if (!item) return;
  item.closest("details")?.setAttribute("open", "");
  item.scrollIntoView();
};
window.addEventListener("hashchange", reveal);
reveal();
