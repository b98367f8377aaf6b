// The command palette: a combobox over a list of options (ARIA authoring practices), in a dialog.
// The focus stays in the field; aria-activedescendant names the option that Enter would open.
const dialog = document.getElementById("palette");
const opener = document.querySelector("[data-palette]");
const WAIT = 120; // ms after the last key
const KEPT = 8;

if (dialog && opener) {
  const field = dialog.querySelector("[role=combobox]");
  const list = dialog.querySelector("[role=listbox]");
  const status = dialog.querySelector("[data-palette-status]");
  const form = field.form;
  const place = location.pathname.split("/").slice(0, 3).join("/"); // one district of one reader
  const key = `recent ${dialog.dataset.reader} ${place}`;
  let asking = null;
  let timer = 0;

  // Pages opened last, in this tab only: gone when it is closed, and never another reader's.
  const recent = () => {
    try {
      return JSON.parse(sessionStorage.getItem(key)) || [];
    } catch {
      return [];
    }
  };
  const remember = () => {
    const title = document.querySelector("h1")?.textContent.trim();
    const here = location.pathname + location.search;
    if (!title) return;
    const others = recent().filter((page) => page.here !== here);
    try {
      sessionStorage.setItem(key, JSON.stringify([{ title, here }, ...others].slice(0, KEPT + 1)));
    } catch {
      // No room, or not allowed: the palette then begins empty.
    }
  };

  const options = () => [...list.querySelectorAll("[role=option]")];
  const active = () => list.querySelector("[aria-selected=true]");
  const choose = (option) => {
    active()?.setAttribute("aria-selected", "false");
    option?.setAttribute("aria-selected", "true");
    if (option) field.setAttribute("aria-activedescendant", option.id);
    else field.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  };
  const show = (says) => {
    const all = options();
    list.hidden = !all.length;
    field.setAttribute("aria-expanded", String(all.length > 0));
    list.scrollTop = 0;
    choose(all[0]);
    status.textContent = says;
  };

  const showRecent = () => {
    const here = location.pathname + location.search;
    const pages = recent().filter((page) => page.here !== here);
    list.replaceChildren();
    if (pages.length) {
      const group = document.createElement("div");
      const kind = document.createElement("p");
      kind.id = "palette-0";
      kind.className = "palette__kind";
      kind.textContent = "Opened lately";
      kind.setAttribute("role", "presentation");
      group.setAttribute("role", "group");
      group.setAttribute("aria-labelledby", kind.id);
      group.append(kind, ...pages.map(link));
      list.append(group);
    }
    show(pages.length ? `${pages.length} page${pages.length === 1 ? "" : "s"} opened lately` : "");
  };
  const link = (page, n) => {
    const option = document.createElement("a");
    option.className = "palette__hit";
    option.id = `palette-0-${n}`;
    option.href = page.here;
    option.tabIndex = -1;
    option.textContent = page.title;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    return option;
  };

  const ask = async () => {
    const words = field.value.trim();
    asking?.abort();
    if (words.length < 2) return showRecent();
    asking = new AbortController();
    try {
      const address = `${form.action}?part=1&q=${encodeURIComponent(words)}`;
      const answer = await fetch(address, { signal: asking.signal });
      if (answer.redirected || !answer.ok) throw new Error("no answer");
      list.innerHTML = await answer.text();
      show(list.firstElementChild?.dataset.says || "");
    } catch (error) {
      if (error.name === "AbortError") return;
      list.replaceChildren();
      show("The search does not answer. Enter tries it on its own page.");
    }
  };

  const open = () => {
    if (dialog.open) return;
    dialog.showModal();
    field.value = "";
    showRecent();
    field.focus();
  };

  field.addEventListener("input", () => {
    choose(null); // what is shown is of other words
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  field.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      const all = options();
      const at = all.indexOf(active());
      if (all.length) choose(all[(at + step + all.length) % all.length]);
      event.preventDefault();
    } else if (event.key === "Enter" && active()) {
      active().click();
      event.preventDefault();
    }
  });
  list.addEventListener("pointermove", (event) => {
    const option = event.target.closest("[role=option]");
    if (option && option !== active()) choose(option);
  });
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  opener.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open();
  });
  opener.setAttribute("role", "button");
  opener.setAttribute("aria-haspopup", "dialog");

  // Keys of one letter can be switched off by the reader (WCAG 2.1.4).
  if (opener.dataset.palette === "keys") {
    opener.setAttribute("aria-keyshortcuts", "/ Control+K");
    document.addEventListener("keydown", (event) => {
      const isCombined = event.ctrlKey || event.metaKey;
      const opens = isCombined
        ? event.key.toLowerCase() === "k" && !event.shiftKey && !event.altKey
        : event.key === "/" && !event.altKey && !event.target.closest("input, textarea, select, [contenteditable]");
      if (!opens || document.querySelector("dialog[open]")) return;
      event.preventDefault();
      open();
    });
  }
  remember();
}
