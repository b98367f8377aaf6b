"""The form in a real Chromium: what the first visit transfers, and how fast a tap is kept."""

from __future__ import annotations

import statistics
from dataclasses import dataclass

from django.urls import reverse
from playwright.sync_api import BrowserContext, Page

from checklists.models import Checklist
from roles.models import District
from roles.wall import district_scope
from tutoring_admin.bench.saving import p99
from tutoring_admin.bench.weighing import Weight, phone, sign_in, weigh

TAPS = 60  # of each kind, after the first ten
WARM_UP = 10
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
    with phone(port) as context:
        sign_in(context, email)
        weight = weigh(context, path)
        return weight, _tap(context, path)


def _path(slug: str, email: str) -> str:
    district = District.objects.get(slug=slug)
    with district_scope(district):
        forms = Checklist.objects.filter(district=district, window__closed_at=None)
        form = forms.self_rated().get(rater__email=email, submitted_at=None)
        return reverse("checklists:fill", args=[slug, form.pk])


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
