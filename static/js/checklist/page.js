// The form that a leader fills in. Each answer is kept on the device before it is sent, and sent
// until the server has it; where another answer stands by then, the person chooses.
import { createItem } from "./item.js";
import { currentDrawer, drawers, showKept } from "./kept-list.js";
import { newName, openQueue } from "./queue.js";
import { createSaveLine } from "./save-line.js";
import { openStore } from "./store.js";
import { startWays } from "./ways.js";

const NOTE_REST_MS = 250;
const MOST_EARLIER = 40;
const form = document.querySelector("[data-checklist]");
const here = new URL(form.action).pathname;
const items = [...form.querySelectorAll("[data-item]")].map(createItem);
const byPk = new Map(items.map((item) => [item.pk, item]));
const itemOf = (element) => byPk.get(element.closest("[data-item]")?.dataset.item);
const store = await openStore(drawers());
const line = createSaveLine(store);

// --- What the whole page says.
const total = items.length;
const tellProgress = () => {
  const done = items.filter((item) => item.value());
  document.querySelector("[data-done]").textContent = `${done.length} of ${total} rated`;
  const steps = document.querySelector("[data-steps]").children;
  items.forEach((item, n) => steps[n].classList.toggle("is-done", Boolean(item.value())));
};
const say = () => line.say(items);

// --- One answer on its way.
const give = (item, { base = item.version, after = [] } = {}) => {
  clearTimeout(item.resting);
  item.resting = 0;
  const before = item.record;
  const chain = before && !item.isSettled ? { base: before.base, after: [...before.after, before.save] } : { base, after };
  const record = {
    url: item.section.dataset.rate,
    form: here,
    title: form.dataset.title,
    number: item.number,
    text: item.text,
    item: item.pk,
    word: item.word(),
    value: item.value(),
    note: item.note(),
    base: chain.base,
    after: chain.after.slice(-MOST_EARLIER),
    save: newName(),
  };
  if (before?.isForeign) item.foreign.push(before);
  item.record = record;
  item.isSettled = false;
  item.unmark();
  if (item.held !== "clash") item.release();
  tellProgress();
  item.tellState();
  say();
  const place = before?.isForeign ? null : before;
  return queue.keep(record, place).then(() => {
    if (item.record === record) item.mark("device");
    queue.send();
  });
};

const forget = async (item) => {
  const records = [item.record, ...item.foreign].filter(Boolean);
  item.record = null;
  item.foreign = [];
  for (const record of records) await queue.remove(record);
};

// --- What comes back.
const saved = async (item, outcome) => {
  line.savedAt = outcome.saved;
  item.version = outcome.version;
  item.release();
  item.mark("server");
  await forget(item);
};

// The form takes nothing any more: what it kept of the item is what stands.
const dismiss = async (item) => {
  await forget(item);
  location.reload();
};

const hear = async (record, outcome) => {
  line.trouble = ["offline", "signed-out", "failed"].includes(outcome.is) ? outcome.is : "";
  const item = record.form === here && byPk.get(record.item);
  if (!item && !line.trouble && outcome.is !== "saved") showKept(record, outcome, queue.remove);
  if (item && !line.trouble && item.record?.save === record.save) {
    if (outcome.is === "saved") await saved(item, outcome);
    else item.hold(outcome);
    if (outcome.is === "shut") showKept(record, outcome, () => dismiss(item));
  }
  say();
};
const queue = openQueue(store, currentDrawer(), hear);

// --- Which of two answers stands.
const settle = async (item, whose) => {
  const { there } = item;
  item.release();
  if (whose === "mine") {
    item.isSettled = true;
    await give(item, { base: there.version });
  } else {
    item.show(there);
    item.version = there.version;
    item.mark("server");
    line.savedAt = there.saved;
    await forget(item);
  }
  tellProgress();
  item.tellState();
  say();
  item.section.focus();
};

// --- What the person does.
form.addEventListener("change", (event) => {
  if (event.target.type !== "radio") return;
  const item = itemOf(event.target);
  item.openNoteIfNotApplicable();
  give(item);
});
form.addEventListener("input", ({ target }) => {
  const item = target.matches("textarea") && itemOf(target);
  if (!item) return;
  item.count();
  item.unmark();
  clearTimeout(item.resting);
  item.resting = setTimeout(give, NOTE_REST_MS, item);
});
const flush = () => Promise.all(items.filter((item) => item.resting).map((item) => give(item)));
document.addEventListener("visibilitychange", flush);
form.addEventListener("focusout", flush);

form.addEventListener("submit", async (event) => {
  const whose = event.submitter?.dataset.pick;
  const item = whose && itemOf(event.submitter);
  if (item && !item.there) return; // the page came with it: the server settles it
  event.preventDefault();
  if (item) return settle(item, whose);
  await flush();
  await queue.send();
  if (items.every((each) => !each.record)) return location.assign(form.dataset.review);
  line.stay(items);
});

window.addEventListener("beforeunload", (event) => {
  const isLost = !store.isLasting && items.some((item) => item.record);
  if (isLost || queue.isWriting() || items.some((item) => item.resting)) event.preventDefault();
});
// Coming back by the browser's own button, the page may be an old one.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

// --- What was kept before this page, and what was tapped before this script.
const restore = (item, record) => {
  if (item.record) item.foreign.push(item.record);
  item.record = { ...record, isForeign: true };
  if (!item.isTouched()) item.show(record);
  item.mark("device");
};
for (const record of await store.all()) {
  const item = record.form === here && byPk.get(record.item);
  if (item) restore(item, record);
}
for (const item of items) {
  if (item.isTouched() && !item.record) give(item);
  item.tellState();
  item.count();
}
tellProgress();
say();
startWays(form, items);
queue.send();
