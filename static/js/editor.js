// The editor of a draft saves itself at rest: one save at a time, each built on the answer to the
// last. What two people wrote is put together by the server; what it cannot put together comes back
// as a panel to choose from. Unsent words stay in the page and nowhere else on the device.
const REST_MS = 900;
const AGAIN_MS = 8_000;
const PATIENCE_MS = 30_000;
const MOST_UNHEARD = 3;
const form = document.querySelector("[data-editor]");
const fields = form.querySelector("[data-fields]");
const panel = form.querySelector("[data-panel]");
const line = form.querySelector("[data-save-state]");
const note = form.querySelector("[data-note]");

// Everything typed, without what only the server counts: whose text it is built on, and the rows.
const UNTYPED = ["csrfmiddlewaretoken", "seen", "base", "chosen_against", "line-pk", "catch_all_pk"];
const typed = () => {
  const data = new URLSearchParams(new FormData(form));
  for (const name of [...data.keys()]) {
    if (UNTYPED.includes(name) || name.startsWith("choice-")) data.delete(name);
  }
  return data.toString();
};

// A page that came back with errors holds words that are not kept.
const isRefused = line.dataset.saveState === "refused";
let kept = isRefused ? null : typed();
let sending = null;
let isLeaving = false;
let unheard = []; // bodies that were sent and never answered: they may have arrived
let timer = 0;
const isKept = () => kept !== null && typed() === kept;
const isHeld = () => Boolean(panel.childElementCount);

const say = (state, words = "", href = "") => {
  if (state === "saved") {
    const now = new Date().toLocaleTimeString([], { hour: "numeric", minute: "2-digit" });
    line.querySelector("time").textContent = now;
  }
  line.dataset.saveState = state;
  const link = Object.assign(document.createElement("a"), { href, textContent: words });
  note.replaceChildren(href ? link : words);
};

const controls = (root) => [...root.querySelectorAll("textarea, select, input:not([type=hidden])")];
const rowOf = (control) => control.closest("[data-line]");
const pkOf = (row) => row.querySelector("[name=line-pk]").value;

// --- Errors stand beside their fields, and go when a save succeeds.
const clearErrors = () => {
  for (const spot of form.querySelectorAll("[data-error]")) spot.hidden = true;
  for (const each of form.querySelectorAll("[aria-invalid]")) each.removeAttribute("aria-invalid");
  form.querySelector("[data-error-summary]")?.remove();
};
const showErrors = (errors, rows) => {
  clearErrors();
  const spots = Object.entries(errors).map(([key, words]) => {
    const number = key.match(/^line-(\d+)$/)?.[1];
    const spot = number
      ? rows[number].querySelector("[data-error]")
      : form.querySelector(`[data-error="${key}"]`);
    spot.textContent = words;
    spot.hidden = false;
    const control = form.querySelector(`[aria-describedby~="${spot.id}"]`);
    control?.setAttribute("aria-invalid", "true");
    return control?.id || spot.id;
  });
  say("refused", "Go to it", `#${spots[0]}`);
};

// --- Fields that the server put together take the place of those here; what was typed while it
// did stays as typed.
const swap = (html, before) => {
  const touched = controls(fields).filter((c) => before.has(c) && before.get(c) !== c.value);
  const added = [...fields.querySelectorAll("[data-line]")].filter((row) => !pkOf(row));
  const active = fields.contains(document.activeElement) ? document.activeElement : null;
  const caret = active?.selectionStart ?? null;
  const place = active && rowOf(active) ? { pk: pkOf(rowOf(active)), name: active.name } : null;
  const id = active?.id;
  const fresh = document.createElement("div");
  fresh.innerHTML = html;
  const inRow = (pk, name) =>
    [...fresh.querySelectorAll("[data-line]")]
      .find((row) => pkOf(row) === pk)
      ?.querySelector(`[name="${name}"]`);
  const children = [...fresh.childNodes];
  for (const control of touched) {
    const row = rowOf(control);
    const target = row ? inRow(pkOf(row), control.name) : fresh.querySelector(`#${control.id}`);
    if (target) target.dataset.typed = control.value;
    else if (row && !added.includes(row)) added.push(row);
  }
  const focus = place ? inRow(place.pk, place.name) : id && fresh.querySelector(`#${id}`);
  fields.replaceChildren(...children);
  kept = typed();
  for (const each of fields.querySelectorAll("[data-typed]")) {
    each.value = each.dataset.typed;
    delete each.dataset.typed;
  }
  for (const row of added.filter((row) => row.querySelector("textarea").value.trim())) {
    row.querySelector("[name=line-pk]").value = "";
    fields.querySelector("[data-lines]").append(row);
  }
  fields.dispatchEvent(new Event("lines", { bubbles: true }));
  focus?.focus();
  if (focus && caret !== null) focus.setSelectionRange?.(caret, caret);
};

// --- One save.
// After a sign-in in another tab the token in this page is an old one; the cookie has the new one.
const token = () => document.cookie.match(/csrftoken=([^;]+)/)?.[1] ?? "";

const adopt = (answer, sent) => {
  form.elements.seen.value = answer.seen;
  form.elements.base.value = answer.base;
  sent.rows.forEach((row, n) => {
    row.querySelector("[name=line-pk]").value = answer.rows[n] ?? "";
  });
  form.elements.catch_all_pk.value = answer.catch_all ?? "";
  kept = sent.typed;
  unheard = [];
  panel.replaceChildren();
  clearErrors();
  if (answer.html) swap(answer.html, sent.values);
  say(isKept() ? "saved" : "saving", answer.words);
};

const hear = async (answer, sent) => {
  if (answer.redirected || answer.status === 403) {
    return say("failed", "You are signed out. Sign in again in another tab; this page waits.");
  }
  if (answer.ok) return adopt(await answer.json(), sent);
  if (answer.status === 422) return showErrors((await answer.json()).errors, sent.rows);
  if (answer.status === 409) {
    panel.innerHTML = await answer.text();
    return say("refused", "Someone else changed it too: see both texts", "#clash");
  }
  if (answer.status === 404) {
    return say("failed", "This draft was discarded. Copy what should not be lost.");
  }
  return say("failed");
};

const send = async (submitter) => {
  const body = new URLSearchParams(new FormData(form, submitter));
  body.delete("csrfmiddlewaretoken");
  const alone = new URLSearchParams(body);
  alone.delete("base");
  for (const each of unheard) body.append("unheard", each);
  const sent = {
    typed: typed(),
    rows: [...fields.querySelectorAll("[data-lines] > [data-line]")],
    values: new Map(controls(fields).map((control) => [control, control.value])),
  };
  if (line.dataset.saveState !== "offline") say("saving");
  const isOnline = navigator.onLine;
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body,
      headers: { "X-Autosave": "1", "X-CSRFToken": token() },
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    await hear(answer, sent);
  } catch {
    if (isOnline) unheard = [...new Set([...unheard, alone.toString()])].slice(-MOST_UNHEARD);
    say("offline");
  }
};

const save = async (submitter = null) => {
  clearTimeout(timer);
  while (sending) await sending;
  if (isHeld() && !submitter) return;
  if (isKept() && !submitter) return say("saved");
  sending = send(submitter);
  await sending;
  sending = null;
  if (line.dataset.saveState === "saving") rest(); // typed on while it was on its way
};
const rest = () => {
  clearTimeout(timer);
  timer = setTimeout(save, REST_MS);
};

form.addEventListener("input", () => {
  if (isHeld()) return;
  if (isKept() && !sending) return clearTimeout(timer);
  if (line.dataset.saveState === "saved") say("saving");
  rest();
});

const WAITING = ["offline", "failed"];
const sendAgain = () => {
  if (WAITING.includes(line.dataset.saveState) && !sending && !isKept()) save();
};
window.addEventListener("online", sendAgain);
window.setInterval(sendAgain, AGAIN_MS);
window.addEventListener("beforeunload", (event) => {
  if (!isLeaving && (sending || !isKept())) event.preventDefault();
});

// The buttons do what they do without a script, but never over a save that is on its way.
form.addEventListener("submit", async (event) => {
  const { submitter } = event;
  if (isLeaving) return;
  event.preventDefault();
  if (submitter?.closest("[data-panel]")) return save(submitter);
  await save();
  // With nothing to save, the event is still being handled, and a form submits once at a time.
  await new Promise((done) => setTimeout(done));
  if (submitter?.name !== "publish" || !isKept()) return;
  isLeaving = true;
  form.elements.csrfmiddlewaretoken.value = token();
  form.requestSubmit(submitter);
});
// Coming back by the browser's own button, the page may be the one that was left.
window.addEventListener("pageshow", () => {
  isLeaving = false;
});
