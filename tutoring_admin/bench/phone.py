"""The form in a real Chromium: what the first visit transfers, and how fast a tap is kept."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, sync_playwright

from checklists.models import Checklist
from roles.models import District
from roles.wall import district_scope
from tutoring_admin.bench.saving import p99
from tutoring_admin.bench.visitor import SIGN_IN
from tutoring_admin.demo.people import DEMO_PASSWORD
from tutoring_admin.engines.checking import find_chromium

TAPS = 60  # of each kind, after the first ten
WARM_UP = 10
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
SCREEN = {"width": 360, "height": 740}
# From the tap to the frame in which its item is marked as kept; null without a mark in 2 seconds.
TAP = """number => new Promise((done) => {
  const sections = [...document.querySelectorAll('[data-item]')];
  const section = sections[number % sections.length];
  const answers = [...section.querySelectorAll('input[type=radio]')];
  const answer = answers.find((each) => !each.checked && each.value !== 'na');
  section.removeAttribute('data-kept');
  const began = performance.now();
  const seen = new MutationObserver(() => {
    if (!section.dataset.kept) return;
    seen.disconnect();
    const marked = performance.now() - began;
    requestAnimationFrame(() => done({ marked, shown: performance.now() - began }));
  });
  seen.observe(section, { attributes: true, attributeFilter: ['data-kept'] });
  setTimeout(() => done(null), 2000);
  answer.closest('label').click();
})"""


@dataclass(frozen=True)
class Weight:
    """Bytes over the line on a first visit with an empty cache, compressed as they came.

    `headers` of the answers come on top: HTTP/1.1 sends them in full, HTTP/2 packs them.
    """

    total: int
    script: int
    headers: int
    requests: int


@dataclass(frozen=True)
class Taps:
    """Milliseconds from a tap to its mark in the page: online and without a network."""

    taps: int
    online_ms: float
    online_p99_ms: float
    offline_ms: float
    offline_p99_ms: float


def measure(slug: str, port: int, person: str = "site") -> tuple[Weight, Taps]:
    email = f"{person}@{slug}.example"
    path = _path(slug, email)
    with _phone(port) as context:
        page = context.new_page()
        page.goto(SIGN_IN)
        page.locator("input[name=login]").fill(email)
        page.locator("input[name=password]").fill(DEMO_PASSWORD)
        page.locator("form:has(input[name=password]) button[type=submit]").first.click()
        page.wait_for_url("**/d/**")
        page.close()
        weight = _weigh(context, path)
        return weight, _tap(context, path)


def _path(slug: str, email: str) -> str:
    district = District.objects.get(slug=slug)
    with district_scope(district):
        forms = Checklist.objects.filter(district=district, window__closed_at=None)
        form = forms.self_rated().get(rater__email=email, submitted_at=None)
        return reverse("checklists:fill", args=[slug, form.pk])


@contextmanager
def _phone(port: int) -> Iterator[BrowserContext]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=QUIET)
        yield browser.new_context(base_url=f"http://127.0.0.1:{port}", viewport=SCREEN)
        browser.close()


def _weigh(context: BrowserContext, path: str) -> Weight:
    """The browser's cache is emptied first."""
    page = context.new_page()
    wire = context.new_cdp_session(page)
    kinds: dict[str, str] = {}
    sizes: dict[str, int] = {}
    bodies: Counter[str] = Counter()

    def told(event: dict[str, Any]) -> None:
        kinds[event["requestId"]] = event["type"]

    def part(event: dict[str, Any]) -> None:
        bodies[event["requestId"]] += event["encodedDataLength"]

    def came(event: dict[str, Any]) -> None:
        sizes[event["requestId"]] = event["encodedDataLength"]

    wire.send("Network.enable")
    wire.send("Network.clearBrowserCache")
    wire.on("Network.responseReceived", told)
    wire.on("Network.dataReceived", part)
    wire.on("Network.loadingFinished", came)
    page.goto(path)
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")
    page.close()
    script = sum(size for key, size in bodies.items() if kinds.get(key) == "Script")
    total = bodies.total()
    return Weight(total, script, sum(sizes.values()) - total, len(sizes))


def _tap(context: BrowserContext, path: str) -> Taps:
    page = context.new_page()
    page.goto(path)
    page.wait_for_load_state("networkidle")
    online = _taps(page)
    page.wait_for_load_state("networkidle")
    context.set_offline(True)
    offline = _taps(page)
    context.set_offline(False)
    page.locator("[data-save-state=saved]").wait_for()
    return Taps(
        TAPS, statistics.median(online), p99(online), statistics.median(offline), p99(offline)
    )


def _taps(page: Page) -> list[float]:
    """Milliseconds of each; a tap that is never kept raises."""
    taken = [page.evaluate(TAP, number) for number in range(WARM_UP + TAPS)]
    if None in taken:
        raise RuntimeError("A tap was not kept on the device.")
    return [each["shown"] for each in taken[WARM_UP:]]
