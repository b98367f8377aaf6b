// The responsibilities of a draft: added, taken out and put back, moved by button or by dragging.
// Bound on the form, so that fields swapped in anew work without being bound again. What changes
// the list says so with an "input" event, which saves it.
const form = document.querySelector("[data-editor]");
const MOST = 0.8; // of a limit, from where the count is shown
const list = () => form.querySelector("[data-lines]");
const rows = () => [...list().querySelectorAll(":scope > [data-line]")];
const textOf = (row) => row.querySelector("textarea");
const placeOf = (row) => rows().indexOf(row) + 1;
let made = 0;

const say = (words) => {
  form.querySelector("[data-said]").textContent = words;
};

// --- Numbers, ends of the list, and which duties no line words.
const refresh = () => {
  const all = rows();
  all.forEach((row, n) => {
    for (const number of row.querySelectorAll("[data-number]")) number.textContent = n + 1;
    row.querySelector("[data-move=up]").setAttribute("aria-disabled", String(n === 0));
    row.querySelector("[data-move=down]").setAttribute("aria-disabled", String(n === all.length - 1));
  });
  const worded = new Set(all.map((row) => row.querySelector("select").value));
  const duties = [...form.querySelectorAll("[data-duty]")];
  for (const duty of duties) duty.hidden = worded.has(duty.dataset.duty);
  form.querySelector("[data-uncovered]").hidden = duties.every((duty) => duty.hidden);
};
const changed = () => {
  refresh();
  list().dispatchEvent(new Event("input", { bubbles: true }));
};

// --- Adding.
const add = (text = "", duty = "") => {
  made += 1;
  const copy = form.querySelector("[data-blank]").content.cloneNode(true);
  const row = copy.querySelector("[data-line]");
  row.id = `line-new-${made}`;
  for (const each of row.querySelectorAll("[id]")) each.id += `new-${made}`;
  row.querySelector("label").htmlFor = textOf(row).id;
  textOf(row).setAttribute("aria-describedby", row.querySelector("[data-error]").id);
  list().append(row);
  textOf(row).value = text;
  row.querySelector("select").value = duty;
  changed();
  textOf(row).focus();
  say(`Responsibility ${placeOf(row)} added.`);
};
const addPressed = (button) => {
  const duty = button.closest("[data-duty]");
  if (duty) add(duty.querySelector("[data-duty-text]").textContent, duty.dataset.duty);
  else add();
};

// --- Taking out, with a way back in its place.
const remove = (row) => {
  const number = placeOf(row);
  const text = textOf(row).value.trim();
  const gone = document.createElement("li");
  gone.className = "line-gone";
  const words = document.createElement("p");
  words.dir = "auto";
  words.textContent = text ? `Taken out: ${text}` : "Empty line taken out";
  const undo = document.createElement("button");
  Object.assign(undo, { type: "button", className: "btn btn-sm", textContent: "Put back" });
  undo.addEventListener("click", () => {
    gone.replaceWith(row);
    changed();
    textOf(row).focus();
    say(`Responsibility ${placeOf(row)} is back.`);
  });
  gone.append(words, undo);
  row.replaceWith(gone);
  changed();
  undo.focus();
  say(`Responsibility ${number} taken out.`);
};

// --- Moving by button: the focus stays with the line.
const move = (button) => {
  if (button.getAttribute("aria-disabled") === "true") return;
  const row = button.closest("[data-line]");
  const all = rows();
  const here = all.indexOf(row);
  if (button.dataset.move === "up") all[here - 1].before(row);
  else all[here + 1].after(row);
  changed();
  button.focus();
  row.scrollIntoView({ block: "nearest" });
  say(`Moved to place ${placeOf(row)} of ${all.length}.`);
};

form.addEventListener("click", (event) => {
  const button = event.target.closest("[data-move], [data-remove], [data-add]");
  if (!button) return;
  event.preventDefault();
  if (button.matches("[data-move]")) move(button);
  else if (button.matches("[data-remove]")) remove(button.closest("[data-line]"));
  else addPressed(button);
});

// --- Moving by dragging the grip. The others pass the dragged line, which stays in the document:
// taken out and put in anew, it would lose the pointer.
const EDGE = 80;
let dragged = null;
let pointerY = 0;
const passOthers = () => {
  const all = rows();
  const here = all.indexOf(dragged);
  const [above, below] = [all[here - 1], all[here + 1]];
  const middle = (row) => {
    const box = row.getBoundingClientRect();
    return box.top + box.height / 2;
  };
  if (above && pointerY < middle(above)) dragged.after(above);
  else if (below && pointerY > middle(below)) dragged.before(below);
};
const follow = () => {
  if (!dragged) return;
  if (pointerY < EDGE) window.scrollBy(0, -12);
  else if (pointerY > window.innerHeight - EDGE) window.scrollBy(0, 12);
  passOthers();
  requestAnimationFrame(follow);
};
form.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest("[data-grip]");
  if (!grip || event.button) return;
  event.preventDefault();
  grip.setPointerCapture(event.pointerId);
  dragged = grip.closest("[data-line]");
  dragged.classList.add("is-dragged");
  dragged.dataset.from = placeOf(dragged);
  pointerY = event.clientY;
  requestAnimationFrame(follow);
});
form.addEventListener("pointermove", (event) => {
  if (dragged) pointerY = event.clientY;
});
const drop = () => {
  if (!dragged) return;
  passOthers();
  const row = dragged;
  dragged = null;
  row.classList.remove("is-dragged");
  const place = placeOf(row);
  if (Number(row.dataset.from) === place) return;
  changed();
  say(`Moved to place ${place} of ${rows().length}.`);
};
form.addEventListener("pointerup", drop);
form.addEventListener("pointercancel", drop);

// --- How much fits, told when it gets close.
const count = (control) => {
  const limit = Number(control.dataset.limit);
  const spot = control.parentElement.querySelector("[data-count]");
  if (!limit || !spot) return;
  const length = control.value.trim().length;
  spot.hidden = length < limit * MOST;
  spot.classList.toggle("is-over", length > limit);
  spot.textContent =
    length > limit ? `${length - limit} characters too many` : `${length} of ${limit} characters`;
};
form.addEventListener("input", ({ target }) => {
  if (target.dataset?.limit) count(target);
  if (target.matches("[data-line] select")) refresh();
});
const start = () => {
  refresh();
  for (const control of form.querySelectorAll("[data-limit]")) count(control);
};
form.addEventListener("lines", start);
start();
