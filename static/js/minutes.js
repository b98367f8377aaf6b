// Minutes save themselves at rest: only the fields that changed, one save at a time. A field that
// someone else wrote in meanwhile keeps what was typed here and shows the other words below it; the
// next save of it is a choice. Unsent words stay in the page and nowhere else on the device.
const REST_MS = 900;
const AGAIN_MS = 8_000;
const PATIENCE_MS = 30_000;
const form = document.querySelector("[data-minutes]");
const line = document.querySelector("[data-save-state]");
const WAITING = ["offline", "failed"];

const nameOf = (control) => control.name;
const valueOf = (control) =>
  control.type === "checkbox" ? (control.checked ? "1" : "0") : control.value.trim();
const controls = [...form.elements].filter((control) =>
  control.matches("[data-text], [type=checkbox]:not([data-keeps])"),
);
const kept = new Map(controls.map((control) => [control, valueOf(control)]));
const held = new Set(); // refused as they stand: wait for another word before they are sent again
for (const control of controls) {
  if (control.getAttribute("aria-invalid") === "true") kept.set(control, null);
}
let sending = null;
let timer = 0;

const changed = () => controls.filter((control) => kept.get(control) !== valueOf(control));
const ready = () => changed().filter((control) => !held.has(control));
const boxOf = (control) => control.closest("[data-box]");

const say = (state) => {
  if (state === "saved") {
    const now = new Date().toLocaleTimeString([], { hour: "numeric", minute: "2-digit" });
    line.querySelector("time").textContent = now;
  }
  line.dataset.saveState = state;
};
// After a sign-in in another tab the token in this page is an old one; the cookie has the new one.
const token = () => document.cookie.match(/csrftoken=([^;]+)/)?.[1] ?? "";

const show = (control, wrong, theirs, mark) => {
  const box = boxOf(control);
  if (!box) return;
  control.toggleAttribute("aria-invalid", false);
  if (wrong) control.setAttribute("aria-invalid", "true");
  control.classList.toggle("is-invalid", Boolean(wrong));
  const spot = box.querySelector("[data-wrong]");
  spot.textContent = wrong;
  spot.hidden = !wrong;
  const other = box.querySelector("[data-theirs]");
  other.textContent = theirs;
  other.hidden = !theirs;
  // Words that look like a student wait for a tick, which stands for just these words.
  const keep = box.querySelector("[data-keeps]");
  keep.closest("[data-keep]").hidden = !mark;
  if (keep.value !== mark) [keep.value, keep.checked] = [mark, false];
};

const hear = async (answer, sent) => {
  if (answer.redirected || ![200, 422].includes(answer.status)) return say("failed");
  const { problems = {}, theirs = {}, marks = {}, refused = "" } = await answer.json();
  if (refused) return say("failed");
  for (const [control, value] of sent) {
    const name = nameOf(control);
    const wrong = problems[name] ?? "";
    show(control, wrong, theirs[name] ?? "", marks[name] ?? "");
    const was = boxOf(control)?.querySelector("[data-was]");
    if (name in theirs) was.value = theirs[name];
    if (wrong) held.add(control);
    else {
      kept.set(control, value);
      if (was) was.value = value;
    }
  }
  say(changed().length ? (ready().length ? "saving" : "refused") : "saved");
};

const send = async () => {
  const sent = new Map(ready().map((control) => [control, valueOf(control)]));
  const body = new URLSearchParams();
  for (const [control, value] of sent) {
    body.set(nameOf(control), value);
    const was = boxOf(control)?.querySelector("[data-was]");
    if (was) body.set(`was-${nameOf(control)}`, was.value);
    const keep = boxOf(control)?.querySelector("[data-keeps]:checked");
    if (keep) body.append("words_kept", keep.value);
  }
  if (line.dataset.saveState !== "offline") say("saving");
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body,
      headers: { "X-Autosave": "1", "X-CSRFToken": token() },
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    await hear(answer, sent);
  } catch {
    say("offline");
  }
};

const save = async () => {
  clearTimeout(timer);
  while (sending) await sending;
  if (!ready().length) return;
  sending = send();
  await sending;
  sending = null;
  if (line.dataset.saveState === "saving") rest(); // typed on while it was on its way
};
const rest = () => {
  clearTimeout(timer);
  timer = setTimeout(save, REST_MS);
};

const count = () => {
  const there = document.querySelector("[data-there]");
  if (there) there.textContent = document.querySelectorAll("[data-present]:checked").length;
};
document.addEventListener("input", ({ target }) => {
  if (target.matches("[data-keeps]")) target = boxOf(target).querySelector("[data-text]");
  if (!kept.has(target)) return;
  held.delete(target);
  if (target.matches("[data-present]")) count();
  if (line.dataset.saveState === "saved") say("saving");
  rest();
});
const sendAgain = () => {
  if (WAITING.includes(line.dataset.saveState) && !sending && ready().length) save();
};
window.addEventListener("online", sendAgain);
window.setInterval(sendAgain, AGAIN_MS);

let isLeaving = false;
window.addEventListener("beforeunload", (event) => {
  if (!isLeaving && (sending || changed().length)) event.preventDefault();
});
window.addEventListener("pageshow", () => {
  isLeaving = false;
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  save();
});
// A decision or an action is a form of its own: what was typed elsewhere is kept first.
document.addEventListener("submit", async (event) => {
  const other = event.target;
  if (!other.matches("[data-then-save]") || isLeaving) return;
  event.preventDefault();
  await save();
  if (changed().length) return line.scrollIntoView({ block: "center" });
  isLeaving = true;
  const field = other.querySelector("[name=csrfmiddlewaretoken]");
  if (field && token()) field.value = token();
  other.requestSubmit(event.submitter);
});
document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[href]");
  if (link?.matches("[data-about]")) return about(event, link);
  if (!link || link.target || link.origin !== location.origin || event.metaKey || event.ctrlKey) return;
  if (link.hash && link.pathname === location.pathname) return;
  if (!sending && !changed().length) return;
  event.preventDefault();
  await save();
  if (!changed().length) {
    isLeaving = true;
    location.assign(link.href);
  }
});

// "Decision" and "Action" of an item fill in what it is about.
const about = (event, link) => {
  event.preventDefault();
  const part = document.querySelector(link.hash);
  const place = part.closest("section");
  place.querySelector("select[name$=item]").value = link.dataset.about;
  const text = place.querySelector("textarea");
  text.scrollIntoView({ block: "center" });
  text.focus();
};
