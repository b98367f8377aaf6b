// A row dropped on another row takes its day; dropped on a month it takes the same day of it.
import { inMonth, spoken, toStep } from "./dates.js";

let held = null;

function dayAt(target) {
  const row = target.closest("[data-due]");
  if (row && row !== held) return row.dataset.due;
  const month = target.closest("[data-month]");
  return month ? inMonth(held.dataset.due, month.dataset.month) : null;
}

function mark(target) {
  for (const each of document.querySelectorAll(".is-over")) each.classList.remove("is-over");
  target?.classList.add("is-over");
}

export function dragRows(root, tell) {
  for (const row of root.querySelectorAll("li[data-move]:not([draggable])")) {
    row.draggable = true;
    row.addEventListener("dragstart", (event) => {
      held = row;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", row.dataset.due);
    });
    row.addEventListener("dragend", () => {
      held = null;
      mark(null);
      tell("");
    });
  }
  for (const month of root.querySelectorAll("[data-month]:not([data-drop])")) {
    month.dataset.drop = "";
    month.addEventListener("dragover", (event) => {
      const day = held && dayAt(event.target);
      if (!day) return;
      event.preventDefault();
      mark(month);
      tell(day === held.dataset.due ? "" : `To ${spoken(day)}. You are asked why before anything is written.`);
    });
    month.addEventListener("drop", (event) => {
      if (!held) return;
      event.preventDefault();
      toStep(held, dayAt(event.target));
    });
  }
}
