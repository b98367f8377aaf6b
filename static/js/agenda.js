// The agenda in order: by buttons without leaving the page, or by dragging the grip. The server
// keeps each move at once; without a script the buttons are plain forms.
const list = document.querySelector("[data-agenda]");
const rows = () => [...list.querySelectorAll(":scope > [data-line]")];
const said = document.querySelector("[data-said]");
const titleOf = (row) => row.querySelector(".agenda__title").textContent.trim();
const placeOf = (row) => rows().indexOf(row) + 1;
const token = () => document.cookie.match(/csrftoken=([^;]+)/)?.[1] ?? "";

const refresh = () => {
  const all = rows();
  all.forEach((row, n) => {
    row.querySelector("[data-move=up]").setAttribute("aria-disabled", String(n === 0));
    row.querySelector("[data-move=down]").setAttribute("aria-disabled", String(n === all.length - 1));
  });
};

const keep = async (row) => {
  refresh();
  try {
    const answer = await fetch(row.querySelector("[data-put]").action, {
      method: "POST",
      body: new URLSearchParams({ place: placeOf(row) }),
      headers: { "X-Autosave": "1", "X-CSRFToken": token() },
    });
    if (answer.status !== 204) return location.reload();
    said.textContent = `${titleOf(row)} is in place ${placeOf(row)} of ${rows().length}.`;
  } catch {
    said.textContent = "Not saved: offline.";
    said.classList.remove("visually-hidden");
  }
};

const bind = () => {
  refresh();
  list.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-put]")) return;
    event.preventDefault();
    const button = event.submitter;
    if (button.getAttribute("aria-disabled") === "true") return;
    const row = button.closest("[data-line]");
    const all = rows();
    const here = all.indexOf(row);
    if (button.dataset.move === "up") all[here - 1].before(row);
    else all[here + 1].after(row);
    button.focus();
    row.scrollIntoView({ block: "nearest" });
    keep(row);
  });

  let dragged = null;
  let from = 0;
  list.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest("[data-grip]");
    if (!grip || event.button) return;
    event.preventDefault();
    grip.setPointerCapture(event.pointerId);
    dragged = grip.closest("[data-line]");
    dragged.classList.add("is-dragged");
    from = placeOf(dragged);
  });
  list.addEventListener("pointermove", (event) => {
    if (!dragged) return;
    for (const row of rows()) {
      if (row === dragged) continue;
      const box = row.getBoundingClientRect();
      const middle = box.top + box.height / 2;
      const isAbove = row.compareDocumentPosition(dragged) & Node.DOCUMENT_POSITION_FOLLOWING;
      if (isAbove && event.clientY < middle) return row.before(dragged);
      if (!isAbove && event.clientY > middle) row.after(dragged);
    }
  });
  const drop = () => {
    if (!dragged) return;
    const row = dragged;
    dragged = null;
    row.classList.remove("is-dragged");
    if (placeOf(row) !== from) keep(row);
  };
  list.addEventListener("pointerup", drop);
  list.addEventListener("pointercancel", drop);
};
if (list) bind();
