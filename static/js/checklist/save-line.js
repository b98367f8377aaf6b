// The one line that says how saving stands, and the message that it points to.
const SOON_MS = 300; // a save faster than this is not talked about
const LOST = "keep this page open";

export const createSaveLine = (store) => {
  const line = document.querySelector("[data-save-line]");
  const box = document.querySelector("[data-message-box]");
  let timer = 0;

  const put = (state) => {
    const mould = document.querySelector(`[data-say="${state}"]`).content.cloneNode(true);
    const time = mould.querySelector("time");
    if (time) time.textContent = self.savedAt;
    const where = mould.querySelector("[data-where]");
    if (where && !store.isLasting) where.textContent = LOST;
    if (mould.textContent.trim() !== line.textContent.trim()) line.replaceChildren(mould);
  };
  const show = (state) => {
    clearTimeout(timer);
    line.dataset.saveState = state;
    if (state === "saving") timer = setTimeout(put, SOON_MS, state);
    else put(state);
  };

  const message = (words, item) => {
    const spot = box.querySelector("p");
    if (spot.dataset.said === words) return;
    spot.dataset.said = words;
    spot.textContent = words;
    if (item) {
      const href = item.held === "shut" ? "#kept-title" : `#item-${item.pk}`;
      const link = Object.assign(document.createElement("a"), { href, textContent: "Go there" });
      spot.append(" ", link);
    }
    box.hidden = !words;
  };
  const wordsOf = ({ held, number }) =>
    ({
      clash: `Item ${number} has two answers. Choose which one stands.`,
      refused: `The answer to item ${number} is not saved yet. See what is wrong beside the note.`,
      shut: `The answer to item ${number} can be saved no more. It is still on this device.`,
    })[held];

  const self = {
    savedAt: line.querySelector("time")?.textContent ?? "",
    trouble: "", // offline, signed-out, failed
    say: (items) => {
      const held = items.find((item) => item.held);
      const isWaiting = items.some((item) => item.record && !item.held);
      message(held ? wordsOf(held) : "", held);
      if (isWaiting && self.trouble) show(self.trouble);
      else if (held) show("held");
      else if (isWaiting) show("saving");
      else if (self.savedAt) show("saved");
    },
    // The review has to wait for answers that the server does not have.
    stay: (items) => {
      self.say(items);
      if (!items.some((item) => item.held)) {
        message("Some answers have not reached the server yet. The review opens once they have.");
      }
      box.focus();
    },
  };
  return self;
};
