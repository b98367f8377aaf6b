"""Every number on the homes of the champion and the program lead leads to the rows it counts."""

import datetime as dt

import pytest
import time_machine
from lxml import html

from roles.models import User
from tutoring_admin.demo import (
    checklists,
    decisions,
    jobs,
    learning,
    roadmap,
    roles,
    selfassessment,
    succession,
)

pytestmark = pytest.mark.django_db
SLUG = "maple-valley"
NOON = dt.datetime(2026, 11, 24, 17, tzinfo=dt.UTC)
# Sentences in which each number has to be a link: dates and words beside them are no numbers.
TOLD = "//*[contains(@class, 'figures__s') or contains(@class, 'figures__n')]"


@pytest.fixture
def district():
    """The demo as of noon of a school day, and time stands still."""
    with time_machine.travel(NOON, tick=False):
        world = roles.found(SLUG, "a-password-hash")
        for app in (
            succession, jobs, checklists, roadmap, learning, decisions, selfassessment,
        ):  # fmt: skip
            app.build(world)
        yield world.district


def opened(client, who, path=""):
    client.force_login(User.objects.get(email=f"{who}@{SLUG}.example"))
    answer = client.get(f"/d/{SLUG}/{path}")
    assert answer.status_code == 200
    return html.fromstring(answer.content.decode())


def shown_behind(client, link):
    """What the page behind a link says it shows, at the place the link names."""
    answer = client.get(link.get("href"))
    assert answer.status_code == 200, link.get("href")
    page = html.fromstring(answer.content.decode())
    place = link.get("href").partition("#")[2]
    name = f"data-{link.get('data-by')}"
    here = page
    if place:
        named = page.get_element_by_id(place)
        here = named if named.get(name) else named.xpath("ancestor-or-self::section[1]")[0]
    found = here.xpath(f"descendant-or-self::*[@{name}]")
    assert found, f"{link.get('href')} does not say {name}"
    return found[0].get(name)


def test_every_number_of_both_homes_is_what_the_page_behind_it_shows(client, district):
    wrong, seen = [], 0
    for who, path in (("champion", "brief/"), ("lead", "")):
        for link in opened(client, who, path).xpath("//a[@data-count]"):
            behind = shown_behind(client, link)
            seen += 1
            if behind != link.get("data-count"):
                wrong.append((who, link.get("href"), link.get("data-count"), behind))

    assert wrong == []
    assert seen > 40


def test_no_figure_has_a_number_without_a_link(client, district):
    page = opened(client, "champion", "brief/")
    for link in page.xpath("//a[@data-count]"):
        link.drop_tree()

    beside = [each.text_content() for each in page.xpath(TOLD)]
    loose = [words for words in beside if any(c.isdigit() for c in _without_names(words))]
    assert loose == []


def _without_names(words):
    """Codes, days and points of the scale are names."""
    for name in ("6b", "6c", "90 days"):
        words = words.replace(name, "")
    return words.partition("is open until")[0]


def test_the_champion_reads_five_figures_two_weak_points_and_what_to_decide(client, district):
    page = opened(client, "champion", "brief/")

    assert len(page.xpath("//ol[contains(@class, 'figures')]/li")) == 5
    assert len(page.xpath("//ol[contains(@class, 'figures')]/li//details[@class='defines']")) == 5
    assert len(page.xpath("//ol[@class='weak']/li")) == 2
    forms = page.xpath("//article[contains(@class, 'ask')]//form")
    assert forms
    assert all(len(form.xpath(".//input[@type='radio']")) >= 2 for form in forms)


@pytest.mark.parametrize(
    ("who", "path", "most"), [("champion", "brief/", 8), ("lead", "", 8)], ids=["champion", "lead"]
)
def test_a_home_asks_a_few_questions_once_its_figures_are_kept(
    client, district, who, path, most, django_assert_max_num_queries
):
    bare = 14  # session, user, memberships, district, year, the ruler on top
    opened(client, who, path)

    with django_assert_max_num_queries(bare + most):
        client.get(f"/d/{SLUG}/{path}")
