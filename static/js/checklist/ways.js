// Ways through the items: the whole list, or one at a time; and, when switched on, the keys 0 to 9
// and N. Both choices are remembered on the device. They say nothing about the person.
const ADVANCE_MS = 350;
const WAY = "checklist-way";
const KEYS = "checklist-keys";
const remembered = (name) => {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
};
const remember = (name, value) => {
  try {
    localStorage.setItem(name, value);
  } catch {
    // then it is asked for again
  }
};

export const startWays = (form, items) => {
  const bar = form.querySelector("[data-ways]");
  const go = document.querySelector("[data-go]");
  const next = go.querySelector("[data-next]");
  const nextWord = go.querySelector("[data-next-word]");
  const back = go.querySelector("[data-back]");
  const finish = go.querySelector("[data-finish]");
  const keys = bar.querySelector("[data-keys]");
  const links = [...document.querySelectorAll(".jump a")];
  let way = "all";
  let at = 0;
  let advancing = 0;
  const isOne = () => way === "one";
  const isBelow = ({ section }) => section.getBoundingClientRect().top > window.innerHeight / 3;

  // Where "Next" leads: one at a time to the neighbour, in the list to the next open item.
  const target = (open) => {
    if (isOne() && at < items.length - 1) return items[at + 1];
    return (!isOne() && open.find(isBelow)) || open[0];
  };
  const point = () => {
    const open = items.filter((item) => item.isOpen());
    const to = open.length ? target(open) : null;
    next.hidden = !to;
    finish.hidden = Boolean(to);
    back.hidden = !isOne() || at === 0;
    if (to) next.hash = to.section.id;
    const isNeighbour = isOne() && at < items.length - 1;
    nextWord.textContent = isNeighbour ? "Next" : "Next open item";
    next.querySelector("[data-down]").hidden = isNeighbour;
    next.querySelector("[data-onward]").hidden = !isNeighbour;
  };

  const show = (index, { isMoved = true } = {}) => {
    clearTimeout(advancing);
    at = index;
    items.forEach((item, n) => item.section.classList.toggle("is-here", n === at));
    links.forEach((link, n) => {
      if (isOne() && n === at) link.setAttribute("aria-current", "step");
      else link.removeAttribute("aria-current");
    });
    point();
    if (!isMoved) return;
    const { section } = items[at];
    if (isOne()) history.replaceState(null, "", `#${section.id}`);
    section.focus({ preventScroll: true });
    section.scrollIntoView({ block: "start" });
  };
  const showHash = () => {
    const index = items.findIndex((item) => `#${item.section.id}` === location.hash);
    if (index >= 0) show(index);
  };

  const choose = (chosen) => {
    way = chosen;
    form.dataset.way = way;
    for (const button of bar.querySelectorAll("[data-way]")) {
      button.setAttribute("aria-pressed", String(button.dataset.way === way));
    }
    bar.querySelector("[data-way-note]").hidden = !isOne();
    show(at, { isMoved: false });
  };
  bar.addEventListener("click", ({ target: { dataset } }) => {
    if (!dataset.way) return;
    const first = items.findIndex((item) => item.isOpen());
    if (dataset.way === "one") at = Math.max(first, 0);
    choose(dataset.way);
    remember(WAY, way);
  });

  // A tap leads on by itself; the arrow keys, which pass over answers, do not.
  const advance = () => {
    clearTimeout(advancing);
    if (isOne() && at < items.length - 1) advancing = setTimeout(show, ADVANCE_MS, at + 1);
  };
  form.addEventListener("click", ({ target: radio, detail }) => {
    if (radio.type !== "radio" || !detail) return;
    if (radio.value === "na") items.find((item) => item.section.contains(radio)).askWhy();
    else advance();
  });
  form.addEventListener("change", point);
  form.addEventListener("input", point);
  window.addEventListener("scroll", () => !isOne() && point(), { passive: true });
  window.addEventListener("hashchange", showHash);
  next.addEventListener("click", (event) => {
    event.preventDefault();
    show(items.findIndex(({ section }) => `#${section.id}` === next.hash));
  });
  back.addEventListener("click", () => show(at - 1));

  keys.checked = remembered(KEYS) === "on";
  keys.addEventListener("change", () => remember(KEYS, keys.checked ? "on" : "off"));
  const isTyping = (element) => element.matches("textarea, select, input:not([type=radio]), [contenteditable]");
  document.addEventListener("keydown", (event) => {
    if (!keys.checked || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    const focus = document.activeElement ?? document.body;
    if (isTyping(focus) || !/^[0-9n]$/i.test(event.key)) return;
    const index = isOne() ? at : items.findIndex((item) => item.section.contains(focus));
    const value = event.key.toLowerCase() === "n" ? "na" : event.key;
    if (index < 0 || !items[index].choose(value)) return;
    event.preventDefault();
    if (value === "na") items[index].askWhy();
    else if (isOne()) advance();
    else if (index < items.length - 1) show(index + 1);
  });

  bar.hidden = false;
  choose(remembered(WAY) === "one" ? "one" : "all");
  const first = items.findIndex((item) => item.isOpen());
  if (location.hash) showHash();
  else if (isOne()) show(Math.max(first, 0), { isMoved: false });
};
