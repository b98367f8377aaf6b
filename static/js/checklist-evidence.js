// Photos, files and links under an item of the form, sent in place. Photos are made small on the
// device first: school Wi-Fi is slow, and where and when they were taken stays with the device.
// What did not arrive is kept in the page, with a button to try again.
const LONG_SIDE = 1600;
const MOST_BYTES = 10_000_000;
const WAIT_MS = 60_000;
const ACCEPT = "image/jpeg,image/png,image/webp,.pdf,.docx,.xlsx,.pptx,.csv,.txt";
const WORDS = {
  sending: "Sending…",
  added: "Added.",
  removed: "Removed.",
  offline: "Not sent: offline. It is kept in this page until you try again.",
  failed: "Not sent: the server did not take it. It is kept in this page.",
  "signed-out": "Not sent: you are signed out. Sign in in another tab, then try again here.",
  large: "The file is larger than 10 MB. Send less of it, or a link to where it lies.",
  empty: "The file is empty.",
  heic: "This photo is in Apple's HEIC format, which this browser cannot read. On an iPhone, choose it from the Photo Library: it is converted by itself. Or take a screenshot of it.",
  link: "Type or paste a link first.",
};
const PANEL = `
  <div><label class="form-label">Photo or file<input class="form-control" type="file"></label>
    <p class="form-text">PDF, Word, Excel, PowerPoint, CSV, text or a photo. No student names or faces, please.</p></div>
  <div><label class="form-label">Or a link<input class="form-control" inputmode="url" autocomplete="off" maxlength="500"></label></div>
  <div><label class="form-label">What the link shows <span class="muted">(if you want)</span><input class="form-control" autocomplete="off" maxlength="120"></label></div>
  <div class="acts"><button class="btn btn-sm" type="button" data-do="link">Add link</button><button class="btn btn-sm" type="button" data-do="again" hidden>Try again</button><button class="btn btn-link btn-sm" type="button" data-do="close">Close</button></div>
  <p class="evid__say" role="status"></p>`;

const unsent = new Set(); // panels with something that did not arrive

const token = () => document.cookie.match(/csrftoken=([^;]+)/)?.[1] ?? "";

// Gives { state } and, for what was taken or refused, the text that came back.
const post = async (url, data) => {
  try {
    const reply = await fetch(url, {
      method: "POST",
      body: data,
      headers: { "X-CSRFToken": token(), "HX-Request": "true" },
      signal: AbortSignal.timeout(WAIT_MS),
    });
    if (reply.redirected || reply.status === 403) return { state: "signed-out" };
    if (reply.ok) return { state: "added", text: await reply.text() };
    if (reply.status === 409 || reply.status === 422) return { state: "refused", text: await reply.text() };
    return { state: "failed", status: reply.status };
  } catch {
    return { state: "offline" };
  }
};

const isHeic = (file) => /heic|heif/i.test(file.type) || /\.hei[cf]$/i.test(file.name);

// A photo as a small JPEG; anything else as it is. Throws a key of WORDS.
const ready = async (file) => {
  if (!file.size) throw "empty";
  const isPhoto = /^image\/(jpeg|png|webp|hei[cf])/.test(file.type) || isHeic(file);
  if (!isPhoto) {
    if (file.size > MOST_BYTES) throw "large";
    return file;
  }
  try {
    const bitmap = await createImageBitmap(file);
    const scale = Math.min(1, LONG_SIDE / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(bitmap.width * scale);
    canvas.height = Math.round(bitmap.height * scale);
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#fff"; // behind what is clear: a JPEG has no clear places
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
    return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
  } catch {
    if (isHeic(file)) throw "heic";
    if (file.size > MOST_BYTES) throw "large";
    return file; // the server says what is wrong with it
  }
};

const open = (place) => {
  const add = place.querySelector("[data-evidence-add]");
  const panel = document.createElement("div");
  panel.className = "evid__panel";
  panel.innerHTML = PANEL;
  const [file, link, name] = panel.querySelectorAll("input");
  const say = panel.querySelector("[role=status]");
  const again = panel.querySelector("[data-do=again]");
  file.accept = ACCEPT;
  say.id = `${place.id}-say`;
  for (const input of [file, link]) input.setAttribute("aria-describedby", say.id);
  let owed = null; // what is on its way or waits for another try, and the field it came from

  const tell = (words, field) => {
    (field?.closest("div") ?? panel).append(say); // beside what it is about
    say.textContent = words;
    say.classList.toggle("invalid-feedback", Boolean(field));
    for (const input of [file, link]) input.ariaInvalid = input === field ? "true" : null;
    for (const input of [file, link]) input.classList.toggle("is-invalid", input === field);
  };

  const send = async () => {
    if (!owed || owed.isOnTheWay) return;
    const sent = owed;
    sent.isOnTheWay = true;
    again.hidden = true;
    tell(WORDS.sending);
    const { state, text } = await post(add.dataset.evidenceAdd, sent.data);
    sent.isOnTheWay = false;
    if (state === "added" || state === "refused") {
      owed = null;
      unsent.delete(send);
      if (state === "refused") return tell(text, sent.field);
      sent.field.value = "";
      if (sent.field === link) name.value = "";
      show(place, text);
      return tell(WORDS.added);
    }
    unsent.add(send);
    again.hidden = false;
    tell(WORDS[state], sent.field);
  };

  const owe = (field, fill) => {
    const data = new FormData();
    data.set("save_id", crypto.getRandomValues(new Uint8Array(16)).reduce((id, byte) => id + byte.toString(16).padStart(2, "0"), ""));
    fill(data);
    owed = { data, field };
    return send();
  };

  const choose = async () => {
    if (!file.files.length) return;
    tell(WORDS.sending);
    try {
      const small = await ready(file.files[0]);
      await owe(file, (data) => data.set("file", small, small.name));
    } catch (why) {
      tell(WORDS[why] ?? WORDS.failed, file);
    }
  };

  const addLink = () => {
    if (!link.value.trim()) return tell(WORDS.link, link);
    owe(link, (data) => {
      data.set("link", link.value);
      data.set("name", name.value);
    });
  };

  const close = () => {
    panel.remove();
    unsent.delete(send);
    add.hidden = false;
    add.focus();
  };

  file.addEventListener("change", choose);
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    if (event.key !== "Enter" || event.target.type === "file" || event.target.tagName !== "INPUT") return;
    event.preventDefault(); // Enter would send the whole form
    addLink();
  });
  panel.addEventListener("click", ({ target }) => {
    ({ link: addLink, again: send, close })[target.closest("[data-do]")?.dataset.do]?.();
  });
  add.hidden = true;
  place.append(panel);
  file.focus();
};

const show = (place, html) => {
  const list = place.querySelector("[data-evidence-list]");
  if (html !== undefined) list.innerHTML = html;
  const isFull = Boolean(list.querySelector("[data-full]"));
  const panel = place.querySelector(".evid__panel");
  place.querySelector("[data-evidence-add]").hidden = isFull || Boolean(panel);
  if (isFull) panel?.remove();
  for (const button of list.querySelectorAll("[data-evidence-remove]")) button.hidden = false;
};

// The first press asks, the second takes away.
const remove = async (place, button) => {
  const word = button.firstElementChild;
  if (!button.dataset.sure) {
    button.dataset.sure = "1";
    word.textContent = "Really remove?";
    return;
  }
  button.disabled = true;
  const { state, text, status } = await post(button.dataset.evidenceRemove, new FormData());
  if (state === "added") return show(place, text);
  if (status === 404) return button.closest("li").remove(); // it was gone already
  button.disabled = false;
  delete button.dataset.sure;
  word.textContent = state === "refused" ? text : state === "offline" ? "Not removed: offline" : "Not removed: try again";
};

for (const place of document.querySelectorAll("[data-evidence]")) {
  // The form around listens for answers; what happens in here is none.
  for (const kind of ["change", "input", "keydown"]) place.addEventListener(kind, (event) => event.stopPropagation());
  place.addEventListener("click", (event) => {
    const button = event.target.closest("[data-evidence-remove]");
    if (button) remove(place, button);
    if (!event.target.closest("[data-evidence-add]")) return;
    event.preventDefault();
    open(place);
  });
  show(place);
}
window.addEventListener("online", () => unsent.forEach((send) => send()));
window.addEventListener("beforeunload", (event) => {
  if (unsent.size) event.preventDefault();
});
