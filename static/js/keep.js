// Keeps what found no network. A POST from inside [data-autosave] that could not be sent is
// stored on this device, one for each address, and sent again when the network is back.
// Stored under the person's number, so that nobody's answers are sent by the next person here.
const person = document.documentElement.dataset.person;
const KEY = `unsent:${person}`;
const AGAIN_MS = 15_000;
const origins = new Map();

const unsent = () => JSON.parse(localStorage.getItem(KEY) ?? "{}");
const store = (entries) => {
  if (Object.keys(entries).length) localStorage.setItem(KEY, JSON.stringify(entries));
  else localStorage.removeItem(KEY);
};
const forget = (path) => {
  const { [path]: _, ...rest } = unsent();
  store(rest);
};

const keep = ({ detail }) => {
  const { verb, path, formData } = detail.requestConfig;
  if (verb !== "post" || !detail.elt.closest?.("[data-autosave]")) return;
  origins.set(path, detail.elt);
  store({ ...unsent(), [path]: [...formData].filter(([, value]) => typeof value === "string") });
};

const token = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";

// A part still on the page goes out through htmx, so that the answer lands where it belongs.
const send = async (path, fields) => {
  const body = new URLSearchParams(fields);
  body.set("csrfmiddlewaretoken", token());
  const origin = origins.get(path);
  if (origin?.isConnected) {
    htmx.ajax("POST", path, { source: origin, values: Object.fromEntries(body) });
    return;
  }
  const response = await fetch(path, { method: "POST", body, redirect: "manual" });
  if (response.status < 500) forget(path);
};

const sendAll = () => {
  if (!navigator.onLine || !token()) return;
  for (const [path, fields] of Object.entries(unsent())) send(path, fields).catch(() => {});
};

if (person) {
  document.addEventListener("htmx:sendError", keep);
  document.addEventListener("htmx:timeout", keep);
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (detail.xhr.status && detail.xhr.status < 500) forget(detail.requestConfig.path);
  });
  window.addEventListener("online", sendAll);
  window.setInterval(sendAll, AGAIN_MS);
  sendAll();
}
