// On the pages around the forms: sends what this browser still keeps for its reader.
import { currentDrawer, drawers, sayKept, showKept } from "./kept-list.js";
import { openQueue } from "./queue.js";
import { openStore } from "./store.js";

const count = (number) => (number === 1 ? "1 answer" : `${number} answers`);
const WORDS = {
  offline: "You are offline. They are sent when the network is back.",
  "signed-out": "You are signed out. They are sent when you sign in again.",
  failed: "The server cannot take them now. They are sent again in a moment.",
};

if (drawers()) {
  const store = await openStore(drawers());
  const kept = await store.all();
  if (kept.length) {
    let sent = 0;
    const queue = openQueue(store, currentDrawer(), (record, outcome) => {
      if (outcome.is === "saved") sayKept(`Sent: ${count((sent += 1))} from this device.`);
      else if (WORDS[outcome.is]) sayKept(WORDS[outcome.is]);
      else showKept(record, outcome, queue.remove);
    });
    sayKept(`Sending ${count(kept.length)} …`);
    await queue.send();
    const line = document.querySelector("[data-kept-line]");
    if (!sent && line.textContent.startsWith("Sending")) sayKept("");
    // What this page lists has just changed under it.
    if (sent && document.querySelector("[data-kept-reload]")) location.reload();
  }
}
