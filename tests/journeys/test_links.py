"""The links and forms of every page, followed as each of the nine people of the demo."""

import html
import re
from collections import Counter
from http import HTTPStatus
from io import StringIO
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import resolve

from roles.capabilities import CATALOGUE, AccessLevel
from roles.models import District, Membership, User
from tests.counting import questions
from tutoring_admin.demo import checklists, jobs, reviews, roadmap, roles, selfassessment
from tutoring_admin.demo.people import people

SLUG = "cedar-falls"
LINK = re.compile(r'<a\b[^>]*?\shref="([^"]*)"')
FRAGMENT = re.compile(r'\shx-get="([^"]*)"')
POST = re.compile(r'<form\b(?=[^>]*\smethod="post")[^>]*?\saction="([^"]*)"', re.I)
PLACE = re.compile(r'\sid="([^"]*)"')
ELSEWHERE = ("http", "mailto:", "/static/")
EACH = 2  # how many pages of one kind a person opens; they differ by their row alone

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(240)]


@pytest.fixture
def district():
    """The small demo district, built as `seed_demo` builds it."""
    world = roles.found(SLUG, "a-password-hash")
    for app in (jobs, reviews, checklists, roadmap, selfassessment):
        app.build(world)
    return world.district


class Walk:
    """One person's way through the pages. `wrong` are the sentences about what did not hold."""

    def __init__(self, client, person):
        self.client = client
        self.grants = CATALOGUE[person.level].grants
        self.wrong = []
        self.seen = set()
        self.kinds = Counter()

    def from_page(self, start):
        ahead = [(start, "the start")]
        while ahead:
            address, source = ahead.pop()
            if address in self.seen or self.has_enough(address):
                continue
            self.seen.add(address)
            ahead += [(link, address) for link in self.open(address, source)]
        return self

    def has_enough(self, address):
        """Whether pages of this view, asked for in this way, have been opened often enough."""
        parts = urlsplit(address)
        kind = resolve(parts.path).view_name, tuple(parse_qs(parts.query))
        self.kinds[kind] += 1
        return self.kinds[kind] > EACH

    def open(self, address, source):
        """The links of a page; a page that is not there gives none."""
        answer = self.client.get(address)
        if answer.status_code >= HTTPStatus.BAD_REQUEST:
            self.wrong.append(f"{answer.status_code} at {address}, linked from {source}")
        if answer.status_code in (HTTPStatus.FOUND, HTTPStatus.SEE_OTHER):
            return [urljoin(address, answer["Location"])]
        if answer.streaming or not answer.get("Content-Type", "").startswith("text/html"):
            return []
        page = answer.content.decode()
        self.check_forms(page, address)
        return list(self.links(page, address))

    def check_forms(self, page, address):
        for action in map(html.unescape, POST.findall(page)):
            view = resolve(urlsplit(urljoin(address, action)).path).func
            needs = getattr(view, "requires", None)
            if needs is not None and needs not in self.grants:
                self.wrong.append(f"a form to {action} at {address}, which asks for {needs}")

    def links(self, page, address):
        places = set(PLACE.findall(page))
        for link in map(html.unescape, [*LINK.findall(page), *FRAGMENT.findall(page)]):
            if link.startswith("#") and link[1:] not in places:
                self.wrong.append(f"{link} leads nowhere at {address}")
            # The year switch stands on every page and leads to the same page again.
            if not link.startswith((*ELSEWHERE, "#", "?year=")):
                yield urljoin(address, link).split("#")[0]


NAMES = ["pm lead champion supervisor", "principal site coach hr auditor"]


@pytest.mark.parametrize("names", NAMES)
def test_every_link_opens_and_every_form_is_for_whoever_sees_it(client, district, names):
    for person in people():
        if person.district_slug == SLUG and person.email.split("@")[0] in names.split():
            client.force_login(User.objects.get(email=person.email))
            walk = Walk(client, person).from_page(f"/d/{SLUG}/")
            assert walk.wrong == [], person.email
            assert len(walk.seen) > len(CATALOGUE), person.email


@pytest.mark.parametrize("path", ["", "brief/"], ids=["today", "brief"])
def test_a_page_costs_as_many_queries_for_four_schools_as_for_one(client, path):
    def queries(schools):
        call_command("seed_scale", schools=schools, windows=1, stdout=StringIO())
        district = District.objects.get(slug=f"scale-{schools}")
        lead = Membership.objects.filter(district=district, level=AccessLevel.DISTRICT_LEAD)
        client.force_login(lead.order_by("pk").first().user)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(f"/d/{district.slug}/{path}").status_code == HTTPStatus.OK
        return questions(asked)

    assert queries(1) == queries(4)
