// Opens the <dialog> named by data-dialog; a button with data-close shuts the one it stands in.
// Bound once on the document, so that parts swapped in by htmx work without being bound again.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) document.getElementById(opener.dataset.dialog).showModal();
  const closer = event.target.closest("[data-close]");
  if (closer) closer.closest("dialog").close();
});
