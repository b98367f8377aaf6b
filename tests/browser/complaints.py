"""What a browser has to say against a page: rules of accessibility, headings that leap, widths."""

from itertools import pairwise

from axe_playwright_python.sync_playwright import Axe

OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# A dialog that is not open is no part of the page yet.
HEADINGS = """[...document.querySelectorAll('h1, h2, h3, h4')]
  .filter(h => !h.closest('dialog:not([open])')).map(h => Number(h.tagName[1]))"""
WIDTHS = (1366, 1024, 768, 360, 320)  # px
RULED = (1366, 360)  # at these the rules of accessibility are tried as well


def complaints(page, path):
    """What is wrong with the page that stands open, as sentences; none is the answer hoped for."""
    page.wait_for_load_state()  # a page just sent for may have begun and hold nothing yet
    levels = page.evaluate(HEADINGS)
    leaps = [(a, b) for a, b in pairwise(levels) if b > a + 1]
    wrong = [f"{path}: headings {levels}"] if leaps or levels.count(1) != 1 else []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 740})
        if page.evaluate(OVERFLOW) > 0:
            wrong.append(f"{path}: too wide for {width}")
        if width in RULED:
            found = Axe().run(page, options={"preload": False}).response["violations"]
            wrong += [f"{path} at {width}: {r['id']} {r['nodes'][0]['target']}" for r in found]
    return wrong
