"""The guide in a real browser: a district from its first letter to its first window, and axe."""

import datetime as dt
import re

import pytest
from django.core import mail
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from checklists.models import Checklist, Window
from roadmap.models import BeginningItem, Milestone
from roles.models import JobDescriptionVersion
from tests.browser.complaints import complaints

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FOUND = [
    "elm-creek",
    "Elm Creek Public Schools",
    "rosa@elm-creek.example",
    "--lead-first-name=Rosa",
    "--lead-last-name=Lind",
    "--time-zone=America/Denver",
    "--school=Elm Creek ES",
    "--school=Willow MS",
]
PASSWORD = "planner-and-pine-42"  # noqa: S105 -- of a person who does not exist
# What is assumed of someone who does this for the first time, in seconds.
FIND_AND_PRESS, TYPE, LOAD, READ = 8, 0.5, 3, {"invitation": 30, "guide": 60, "description": 240,
                                              "dates": 240, "window": 60}  # fmt: skip


class Walker:
    """Presses and types as a person does, and counts it."""

    def __init__(self, page):
        self.page, self.presses, self.typed, self.read = page, 0, 0, 0

    def press(self, role, name, *, within=None, exact=False):
        place = within or self.page.locator("main, body").last
        self.presses += 1
        place.get_by_role(role, name=name, exact=exact).first.click()

    def choose(self, label):
        self.presses += 1
        self.page.get_by_label(label).first.check()

    def fill(self, label, text):
        self.presses += 1
        self.typed += len(text)
        self.page.get_by_label(label, exact=False).first.fill(text)

    def reads(self, what):
        self.read += READ[what]

    @property
    def seconds(self):
        return self.presses * (FIND_AND_PRESS + LOAD) + self.typed * TYPE + self.read


@pytest.fixture
def invited():
    """The address in the letter to a new district's first lead."""
    first = timezone.localdate() - dt.timedelta(weeks=3)
    last = first + dt.timedelta(weeks=6)  # within the twelve months from July, whenever this runs
    days = [f"--first-student-day={first}", f"--last-student-day={last}"]
    call_command("found_district", *FOUND, *days)
    return re.search(r"https?://[^/\s]+(/invitations/\S+)", mail.outbox[0].body)[1]


def test_a_new_district_comes_from_its_letter_to_its_first_window(
    page, live_server, invited, record_property
):
    page.set_default_timeout(40_000)
    page.emulate_media(reduced_motion="reduce")
    walk = Walker(page)
    join(walk, live_server.url + invited)
    next_step(walk, "Open the seat")
    walk.press("button", "Add one and assign someone")
    walk.choose("Rosa Lind")
    walk.press("button", "Assign", exact=True)
    next_step(walk, "Write the job description")
    walk.press("button", "Start the job description")
    walk.reads("description")
    walk.press("button", "Save and check before publishing")
    walk.press("button", "Publish version 1")
    next_step(walk, "Adopt the roadmap")
    walk.press("button", "Next")
    page.wait_for_url("**set=all**")
    walk.press("button", "Next")
    walk.reads("dates")
    walk.press("button", "Take them over")
    next_step(walk, "Open a window")
    walk.reads("window")
    walk.press("button", "Plan window")
    expect(page.locator("#messages")).to_contain_text("is open")
    to_guide(walk)

    expect(page.locator(".guide__first")).to_have_count(0)
    assert JobDescriptionVersion.objects.published().count() == 1
    assert Milestone.objects.exists()
    assert Window.objects.get().opened_at is not None
    assert Checklist.objects.get().rater.email == "rosa@elm-creek.example"
    record_property("counted", told(walk))
    assert walk.seconds < 20 * 60


def told(walk):
    return (
        f"a new district: {walk.presses} presses, {walk.typed} characters, {walk.read} s of"
        f" reading; {walk.seconds / 60:.0f} minutes in all"
    )


def join(walk, letter):
    """From the letter into the district's home, which leads into the guide."""
    walk.page.goto(letter)
    walk.reads("invitation")
    walk.presses += 1  # the link in the letter
    walk.fill("Password", PASSWORD)
    walk.press("button", "Join and sign in")
    walk.page.wait_for_url("**/d/elm-creek/**")
    expect(walk.page.get_by_role("heading", name="Guide to section 3.1")).to_be_visible()
    walk.reads("guide")


def to_guide(walk):
    walk.press("link", "Guide", within=walk.page.locator(".nav"), exact=True)
    walk.page.wait_for_url("**/guide/")


def next_step(walk, name):
    """The step that the guide shows next."""
    to_guide(walk)
    walk.press("link", name, within=walk.page.locator(".guide__first"))
    walk.page.wait_for_url(lambda url: "/guide/" not in url)


def test_the_guide_breaks_no_accessibility_rule_and_fits_a_phone(page, live_server, invited):
    page.set_default_timeout(40_000)
    page.emulate_media(reduced_motion="reduce")
    join(Walker(page), live_server.url + invited)
    here = live_server.url + reverse("dashboards:guide", args=["elm-creek"])
    page.goto(here)
    wrong = complaints(page, "guide, new")
    page.get_by_role("button", name="Put these three on our list").click()
    page.get_by_role("button", name="Settled today").first.click()
    for summary in page.locator(".guide__row summary").all()[:3]:
        summary.click()
    wrong += complaints(page, "guide, begun")
    item = BeginningItem.objects.first()
    for name in ("edit", "remove"):
        path = reverse(f"dashboards:beginning-{name}", args=["elm-creek", item.pk])
        page.goto(live_server.url + path)
        wrong += complaints(page, name)

    assert item.settled_on is not None
    assert wrong == []
