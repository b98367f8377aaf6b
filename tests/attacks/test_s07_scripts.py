"""S07: text that is a program, in every field of a district, on every page that its people open.

`tests/conftest.py` refuses inline scripts, styles and handlers on each page of each test; the
policy of S13 keeps a browser from running any. Here the pages are read as a browser reads them,
and what was typed has to arrive as text.
"""

import html
from html.parser import HTMLParser

import pytest
from django.test import Client

from roles.models import User
from tests.attacks.words import speak
from tests.journeys.test_links import Walk
from tutoring_admin.demo import checklists, jobs, reviews, roadmap, roles, selfassessment
from tutoring_admin.demo.people import people

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(400)]
SLUG = "cedar-falls"
# Breaks out of text, of an attribute, of a field, of a comment, and of an address.
PAYLOADS = (
    "<script>alert(7)</script>",
    '"><img src=x onerror=alert(7)>',
    "' onfocus=alert(7) autofocus x='",
    "</textarea></title><svg onload=alert(7)>",
    "--><iframe srcdoc=x></iframe>",
    "javascript:alert(7)//",
)


class Browser(HTMLParser):
    """Keeps what would run."""

    def __init__(self, page):
        super().__init__()
        self.runs = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        is_data = "json" in given.get("type", "")
        if tag == "iframe" or (tag == "script" and not (is_data or "src" in given)):
            self.runs.append(f"<{tag}>")
        for name, value in given.items():
            address = name in ("href", "src", "action", "formaction", "hx-get", "hx-post")
            if name.startswith("on") or (address and value.strip().lower().startswith("javascr")):
                self.runs.append(f"<{tag} {name}>")


class Reader(Walk):
    """Opens everything, and keeps what arrived as more than text."""

    def __init__(self, *given):
        super().__init__(*given)
        self.runs, self.shown = [], 0

    def check_forms(self, page, address):
        self.runs += [(address, what) for what in Browser(page).runs]
        self.shown += any(html.escape(each) in page for each in PAYLOADS)


@pytest.mark.parametrize("name", ["lead", "site"])
def test_s07_words_stay_words_on_every_page(settings, tmp_path, name):
    settings.MEDIA_ROOT = tmp_path
    world = roles.found(SLUG, "a-password-hash")
    for app in (jobs, reviews, checklists, roadmap, selfassessment):
        app.build(world)
    speak(world.district, *PAYLOADS)
    theirs = User.objects.filter(memberships__district=world.district)
    theirs.update(first_name=PAYLOADS[0], last_name=PAYLOADS[1])
    email = f"{name}@{SLUG}.example"
    client = Client()  # the strict one reads handlers into what is written in an attribute
    client.force_login(User.objects.get(email=email))

    walk = Reader(client, next(p for p in people() if p.email == email))
    walk.from_page(f"/d/{SLUG}/")

    assert walk.runs == []
    assert walk.shown > 20, "the words are on the pages, as words"


@pytest.mark.parametrize("payload", PAYLOADS[:5])
def test_s07_the_reader_hears_what_runs(payload):
    """Else it would find nothing because it looks at nothing."""
    whole = f"<!--{payload}" if payload.startswith("--") else payload
    attribute = f"<p title='{payload}'>" if payload.startswith("'") else whole
    assert Browser(f"<p>{attribute}</p>").runs
