// One item of the form: its answer, and what stands beside it.
const SOME = 0.8; // of the longest note: from there on its length is shown

export const createItem = (section, index) => {
  const find = (selector) => section.querySelector(selector);
  const pk = section.dataset.item;
  const radios = [...section.querySelectorAll("input[type=radio]")];
  const area = find("textarea");
  const clash = find("[data-clash]");
  const refused = find("[data-refused]");
  const chip = document.querySelector(`.jump a[href="#item-${pk}"] [data-state]`);
  const chosen = () => radios.find((radio) => radio.checked);
  const most = Number(area.dataset.most);

  const kind = (value) => {
    if (!value) return "not-rated";
    if (value === "na") return "not-applicable";
    if (value === section.dataset.max) return "good";
    return value === "0" ? "low" : "partly";
  };

  const item = {
    section,
    pk,
    number: index + 1,
    text: find("[data-text]").textContent,
    version: Number(find("[data-base]").value),
    record: null, // the answer on its way
    foreign: [], // answers of other pages that it takes the place of
    held: "", // clash, refused or shut: the server has judged, the person has not yet
    there: null, // the answer that stands elsewhere
    isSettled: false, // the person has just chosen this answer over the one elsewhere
    resting: 0,
    value: () => chosen()?.value ?? "",
    note: () => area.value.trim(),
    word: () => chosen()?.closest("label").querySelector("[data-word]").textContent ?? "Not rated",
    isOpen: () => !chosen() || (chosen().value === "na" && !area.value.trim()),
    isTouched: () => area.value !== area.defaultValue || radios.some((r) => r.checked !== r.defaultChecked),
  };

  item.show = ({ value, note }) => {
    for (const radio of radios) radio.checked = radio.value === value;
    area.value = note;
    if (note) find("[data-note]").open = true;
    item.count();
  };

  item.choose = (value) => {
    const radio = radios.find((each) => each.value === value);
    if (!radio) return false;
    radio.checked = true;
    radio.dispatchEvent(new Event("change", { bubbles: true }));
    return true;
  };

  item.openNoteIfNotApplicable = () => {
    if (chosen()?.value === "na") find("[data-note]").open = true;
  };
  item.askWhy = () => {
    find("[data-note]").open = true;
    area.focus();
  };

  item.count = () => {
    const spot = find("[data-count]");
    const length = [...area.value].length;
    spot.hidden = length < most * SOME;
    spot.classList.toggle("is-over", length > most);
    spot.textContent = `${length.toLocaleString("en")} of ${most.toLocaleString("en")} characters`;
  };

  // Where the answer is: "device", then "server". Until it is kept, it is nowhere yet.
  item.unmark = () => {
    delete section.dataset.kept;
    find("[data-mark]").textContent = "";
  };
  item.mark = (where) => {
    if (item.resting) return;
    section.dataset.kept = where;
    find("[data-mark]").textContent = where === "server" ? "Saved" : "Kept";
  };

  item.tellState = () => {
    const mould = document.querySelector(`[data-chip="${kind(item.value())}"]`);
    const drawn = mould.content.firstElementChild.cloneNode(true);
    drawn.lastChild.textContent = item.word();
    chip.replaceChildren(drawn);
  };

  const tellClash = () => {
    const { there } = item;
    const words = {
      "[data-their-word]": there.word,
      "[data-their-time]": there.saved,
      "[data-my-word]": item.word(),
      "[data-their-note]": there.note || "(none)",
      "[data-my-note]": item.note() || "(none)",
    };
    for (const [selector, text] of Object.entries(words)) {
      for (const spot of clash.querySelectorAll(selector)) spot.textContent = text;
    }
    clash.querySelector("[data-notes]").hidden = there.note === item.note();
    clash.hidden = false;
  };

  item.hold = (outcome) => {
    item.held = outcome.is;
    if (outcome.is === "clash") {
      item.there = outcome.there;
      tellClash();
    }
    if (outcome.is !== "refused") return;
    find("[data-note]").open = true;
    area.setAttribute("aria-invalid", "true");
    area.classList.add("is-invalid");
    refused.textContent = outcome.why;
    refused.hidden = false;
  };

  item.release = () => {
    item.held = "";
    clash.hidden = true;
    refused.hidden = true;
    area.removeAttribute("aria-invalid");
    area.classList.remove("is-invalid");
  };
  return item;
};
