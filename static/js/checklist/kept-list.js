// What lies on this device and needs a word with its owner: answers that can be delivered no more,
// and those to settle on a form that is not the one shown.
const box = document.querySelector("[data-kept]");

export const drawers = () => box?.dataset.drawers ?? "";
export const currentDrawer = () => drawers().trim().split(":")[0];

const shown = new Map(); // the line of each item
const keyOf = ({ form, item }) => `${form} ${item}`;
const update = () => {
  box.hidden = !shown.size && !box.querySelector("[data-kept-line]").textContent;
};
export const sayKept = (words) => {
  box.querySelector("[data-kept-line]").textContent = words;
  update();
};

const fill = (line, words) => {
  for (const [name, text] of Object.entries(words)) {
    const spot = line.querySelector(`[data-${name}]`);
    if (spot) spot.textContent = text;
  }
};

export const showKept = (record, outcome, remove) => {
  if (!record.url) return; // another tab's, which shows it itself
  const isShut = outcome.is === "shut";
  const why = outcome.is === "clash" ? "you gave another answer elsewhere meanwhile." : outcome.why;
  const pattern = box.querySelector(isShut ? "[data-kept-shut]" : "[data-kept-open]");
  const line = pattern.content.firstElementChild.cloneNode(true);
  const { title, number, text, word, note } = record;
  fill(line, { title, number, text, word, note, why });
  if (!note) line.querySelector("[data-note-part]")?.remove();
  const link = line.querySelector("[data-form]");
  if (link) link.href = `${record.form}#item-${record.item}`;
  line.querySelector("[data-dismiss]")?.addEventListener("click", async () => {
    await remove(record);
    line.remove();
    shown.delete(keyOf(record));
    update();
    document.querySelector("#main")?.focus();
  });
  shown.get(keyOf(record))?.remove();
  box.querySelector("[data-kept-list]").append(line);
  shown.set(keyOf(record), line);
  update();
};
