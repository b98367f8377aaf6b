"""Someone who has a keyboard and eyes: Tab, Shift-Tab, Enter, Space, arrows and letters."""

from tests.browser.checklists import sign_in

# What has the focus: who it is, and whether it can be seen that it has it.
FOCUS = """() => {
  const e = document.activeElement;
  if (!e || e === document.body || e === document.documentElement) return null;
  const label = e.closest('label') || (e.labels && e.labels[0]);
  const box = e.getBoundingClientRect();
  const tiny = box.width < 4 || box.height < 4 || getComputedStyle(e).opacity === '0';
  const shown = tiny && label ? label : e;
  const place = shown.getClientRects()[0] || shown.getBoundingClientRect();
  const x = place.left + place.width / 2, y = place.top + place.height / 2;
  const above = document.elementFromPoint(x, y);
  const ringed = (node) => {
    const style = getComputedStyle(node);
    const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
    return outlined || style.boxShadow !== 'none';
  };
  const near = [e, shown, shown.parentElement, e.nextElementSibling].filter(Boolean);
  if (!e.dataset.stop) e.dataset.stop = String(Math.random());
  return {
    stop: e.dataset.stop,
    what: `${e.tagName} ${e.name || ''} ${(e.innerText || e.value || '').slice(0, 30)}`,
    // the button inside a field for a day draws its own ring, where no style can be read
    ringed: near.some(ringed) || (e.type === 'date' && !e.matches(':focus-visible')),
    covered: !(above && (shown.contains(above) || above.contains(shown)
      || (label && label.contains(above)))),
  };
}"""
MOST = 150  # stops on one page
INSIDE = 6  # stops inside one field: a date has month, day, year and a button


class Keys:
    """Sits at a page. `wrong` are sentences about stops where somebody would be lost."""

    def __init__(self, page, live_server, who, district):
        sign_in(page.context, live_server, who)
        page.set_default_timeout(60_000)
        page.emulate_media(reduced_motion="reduce")
        self.page, self.wrong = page, []
        self.start = f"{live_server.url}/d/{district.slug}/"

    def open(self, path=""):
        self.page.goto(self.start + path)
        return self

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)
        return self

    def type(self, words):
        self.page.keyboard.type(words)
        return self

    def to(self, role, name, *, back=False):
        """Press Tab (or Shift-Tab) until the focus is there; look at every stop on the way."""
        wanted = self.page.get_by_role(role, name=name).first
        wanted.wait_for(state="attached")
        stops = []
        for _ in range(MOST):
            self.press("Shift+Tab" if back else "Tab")
            stops.append(self.look())
            here = stops[-INSIDE:]
            held = here[0] is not None and here == [here[0]] * INSIDE
            assert not held, f"the focus is caught at {self.page.url}"
            if wanted.evaluate("node => node === document.activeElement"):
                return self
        raise AssertionError(f"the keyboard never comes to {role} {name}")

    def look(self):
        """The stop where the focus is; what is wrong with it is noted."""
        here = self.page.evaluate(FOCUS)
        if here is None:
            return None
        for fault, words in (("ringed", "nothing shows the focus"), ("covered", "covered")):
            if here[fault] is (fault == "covered"):
                self.wrong.append(f"{words}: {here['what']} at {self.page.url}")
        return here["stop"]

    def round(self):
        """Tab through the whole page and out of it again: nothing holds on to the focus."""
        seen, last = set(), None
        for _ in range(MOST):
            self.press("Tab")
            here = self.look()
            if here is None or (here in seen and here != last):
                break
            last = here
            seen.add(here)
        assert here is None or len(seen) > 5, f"the focus goes in circles at {self.page.url}"
        self.press("Tab", "Tab", "Tab")
        there = self.look()
        self.press("Tab", "Shift+Tab")
        assert self.look() == there, f"Shift-Tab does not lead back at {self.page.url}"
        return self
