// A bar of the timeline dragged sideways: each so many units are a day.
import { byDays, spoken, toStep } from "./dates.js";

const FAR = 4; // pixels that are no click any more

export function dragBars(root, tell) {
  for (const bar of root.querySelectorAll("a[data-move]:not([data-drag])")) {
    bar.dataset.drag = "";
    bar.addEventListener("dragstart", (event) => event.preventDefault());
    bar.addEventListener("pointerdown", (event) => {
      if (event.pointerType === "mouse" && event.button === 0) hold(bar, event, tell);
    });
  }
}

function hold(bar, start, tell) {
  const svg = bar.ownerSVGElement;
  const unit = svg.viewBox.baseVal.width / svg.getBoundingClientRect().width;
  let day = bar.dataset.due;
  let far = false;
  const move = (event) => {
    const width = (event.clientX - start.clientX) * unit;
    far ||= Math.abs(event.clientX - start.clientX) > FAR;
    if (!far) return;
    const days = Math.round(width / Number(svg.dataset.scale));
    day = byDays(bar.dataset.due, days);
    bar.setAttribute("transform", `translate(${days * Number(svg.dataset.scale)} 0)`);
    tell(`${bar.dataset.name}: to ${spoken(day)}`);
  };
  const drop = (event) => {
    removeEventListener("pointermove", move);
    removeEventListener("pointerup", drop);
    removeEventListener("pointercancel", drop);
    bar.removeAttribute("transform");
    tell("");
    if (!far) return;
    bar.addEventListener("click", (click) => click.preventDefault(), { once: true });
    if (event.type === "pointerup") toStep(bar, day);
  };
  addEventListener("pointermove", move);
  addEventListener("pointerup", drop);
  addEventListener("pointercancel", drop);
}
