// Moving a date: by dragging a row or bar, or with Alt and an arrow key on it. Either way leads to
// the step that asks for the reason; nothing is written here.
import { dragBars } from "./drag-bars.js";
import { dragRows } from "./drag-rows.js";
import { byDays, spoken, toStep } from "./dates.js";

const STEPS = { ArrowUp: -7, ArrowLeft: -7, ArrowDown: 7, ArrowRight: 7 };
let moved = null;

const line = document.createElement("p");
line.role = "status";
line.className = "visually-hidden";
document.getElementById("main").append(line);

function tell(words) {
  line.className = words ? "moving" : "visually-hidden";
  line.textContent = words;
}

function leave() {
  moved = null;
  tell("");
}

document.addEventListener("keydown", (event) => {
  const thing = event.target.closest("[data-move]");
  if (moved && event.key === "Escape") return leave();
  if (moved && event.key === "Enter" && thing === moved.thing) {
    event.preventDefault();
    return toStep(thing, moved.day);
  }
  if (!thing || !event.altKey || !(event.key in STEPS)) return;
  event.preventDefault();
  const from = moved?.thing === thing ? moved.day : thing.dataset.due;
  const days = event.shiftKey ? STEPS[event.key] / 7 : STEPS[event.key];
  moved = { thing, day: byDays(from, days) };
  tell(`From ${spoken(thing.dataset.due)} to ${spoken(moved.day)}. Press Enter to say why, Escape to leave it.`);
});

document.addEventListener("focusout", (event) => {
  if (moved && event.target.closest("[data-move]") === moved.thing) leave();
});

function watch() {
  dragRows(document, tell);
  dragBars(document, tell);
}

watch();
document.addEventListener("htmx:load", watch);
