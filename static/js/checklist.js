// The form a leader fills in. htmx saves each answer as it is given; this keeps the save line true,
// sends again what did not arrive, and leads to the next open item.
// Unsent answers stay in the page itself and nowhere else on the device: others may use it too.
const AGAIN_MS = 8_000;
const form = document.querySelector("[data-checklist]");
const line = document.querySelector("[data-save-state]");
const refusal = document.querySelector("[data-refusal]");
const unsent = new Set(); // sent, and did not arrive
const onTheWay = new Set(); // one goes at a time, so each count that comes back is newer than the last
const isAllKept = () => !unsent.size && !onTheWay.size;

const say = (state) => {
  const now = new Date().toLocaleTimeString([], { hour: "numeric", minute: "2-digit" });
  if (state === "saved") line.querySelector("time").textContent = now;
  line.dataset.saveState = state;
};

const refuse = (words) => {
  refusal.querySelector("p").textContent = words;
  refusal.hidden = !words;
};

// After a sign-in in another tab the token in this page is an old one; the cookie has the new one.
const token = () => document.cookie.match(/csrftoken=([^;]+)/)?.[1] ?? "";
form.addEventListener("htmx:configRequest", ({ detail }) => {
  detail.headers["X-CSRFToken"] = token();
});

form.addEventListener("htmx:confirm", ({ detail }) => onTheWay.add(detail.elt));
form.addEventListener("htmx:beforeRequest", () => {
  if (!unsent.size) say("saving");
});

// A redirect to the sign-in page arrives here as a success of another address.
const arrived = ({ xhr, requestConfig }) =>
  new URL(xhr.responseURL || "about:blank", location.href).pathname === requestConfig.path;

const kept = (item) => {
  unsent.delete(item);
  if (isAllKept()) say("saved");
  refuse("");
};

form.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (!arrived(detail)) detail.shouldSwap = false;
});

form.addEventListener("htmx:afterRequest", ({ detail }) => {
  const { elt, xhr } = detail;
  onTheWay.delete(elt);
  if (detail.successful && arrived(detail)) return kept(elt);
  const isRefused = xhr.status === 409 || xhr.status === 422;
  if (isRefused) {
    unsent.delete(elt);
    refuse(xhr.responseText);
    return say("refused");
  }
  unsent.add(elt);
  if (!xhr.status) return say("offline");
  return say(xhr.status < 400 || xhr.status === 403 ? "signed-out" : "failed");
});

const sendAgain = () => {
  for (const item of unsent) if (!onTheWay.has(item)) htmx.trigger(item, "retry");
};
window.addEventListener("online", sendAgain);
window.setInterval(sendAgain, AGAIN_MS);
window.addEventListener("beforeunload", (event) => {
  if (!isAllKept()) event.preventDefault();
});

// The next open item, or the way to the review once there is none.
const items = [...form.querySelectorAll("[data-item]")];
const next = document.querySelector("[data-next]");
const finish = document.querySelector("[data-finish]");
const isOpen = (item) => !item.querySelector("input:checked");

const point = () => {
  const open = items.filter(isOpen);
  const isBelow = (item) => item.getBoundingClientRect().top > window.innerHeight / 3;
  next.hidden = !open.length;
  finish.hidden = !next.hidden;
  if (open.length) next.hash = (open.find(isBelow) ?? open[0]).parentElement.id;
};
form.addEventListener("change", point);
next.addEventListener("click", point);
point();

// All answers have arrived: there is nothing to post.
form.addEventListener("submit", (event) => {
  if (!isAllKept()) return onTheWay.clear(); // the post carries them
  event.preventDefault();
  location.assign(form.dataset.review);
});
