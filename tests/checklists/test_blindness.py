"""Blind first: nothing a person can ask for tells them of the other rating before theirs is in.

Each test walks every page of the district that there is, read off the address table, so that a new
page is walked from the day it lands.
"""

import re

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from checklists.models import Checklist, Rating
from roles.capabilities import AccessLevel
from roles.models import Notice
from roles.notices import sources
from tests.checklists.blindness import walk
from tests.factories.checklists import (
    ItemEvidenceFactory,
    ObservationFactory,
    ObserverDrawFactory,
    PaperFactory,
    RatingFactory,
    ReopeningFactory,
    form_with_items,
    lock,
    observed,
    year_of,
)
from tests.factories.roles import AssignmentFactory, SchoolFactory, member, member_near

pytestmark = pytest.mark.django_db

WORDS = "zebra-crossing"
SCORE = 37
SCORE_SHOWN = re.compile(r"\b37\s*(?:<i>)?\s*(?:%|percent|points)")
LEVELS = [AccessLevel.SITE_LEADER, AccessLevel.DISTRICT_LEAD]


@pytest.fixture(autouse=True)
def _still(school_day):
    """The clock stands, so that two answers differ only in what they tell."""


@pytest.fixture
def school():
    school = SchoolFactory()
    year_of(school.district)
    return school


@pytest.fixture
def pair(school, tmp_path, settings):
    """One rating begun, the other about to be submitted with words nobody else uses."""
    settings.MEDIA_ROOT = tmp_path
    own = form_with_items(3, district=school.district, school=school)
    AssignmentFactory(
        district=school.district, position=own.position, holder=own.holder, starts_on="2020-07-01"
    )
    other = observed(own, member(AccessLevel.SITE_LEADER, at=school))
    ObservationFactory(
        district=school.district,
        window=own.window,
        position=own.position,
        observer=other.rater,
        draw=ObserverDrawFactory(district=school.district, window=own.window, drawn=[school.pk]),
    )
    return own, other


def hand_in(form):
    """Submit a form full of words to look for."""
    for item in form.template.items.all():
        RatingFactory(district=form.district, checklist=form, item=item, value=0, note=WORDS)
    item = form.template.items.first()
    link = {"district": form.district, "checklist": form, "item": item, "name": WORDS}
    ItemEvidenceFactory(**link, url=f"https://example.org/{WORDS}")
    stored = default_storage.save("evidence/log.txt", ContentFile(WORDS.encode()))
    ItemEvidenceFactory(**link, url="", file=stored, content_type="text/plain")
    kept = default_storage.save("papers/form.pdf", ContentFile(WORDS.encode()))
    PaperFactory(
        district=form.district,
        template=None,
        checklist=form,
        asked_by=form.rater,
        status="done",
        file=kept,
    )
    ReopeningFactory(district=form.district, checklist=form, reason=WORDS, score=SCORE)
    return lock(form, score=SCORE, band="needs_support")


def numbers_of(own, other):
    """The keys of everything near the pair: what a curious person would type into an address."""
    rows = [own, other, own.window, own.position, own.template.items.first()]
    rows += [form.evidence.filter(url="").first() for form in (own, other)]
    return sorted({row.pk for row in rows if row})


def told(seen):
    return [address for address, said in seen.items() if WORDS in said or SCORE_SHOWN.search(said)]


@pytest.mark.parametrize("level", LEVELS)
def test_nothing_tells_a_holder_of_the_observers_rating_before_the_own_is_in(
    client, pair, school, level
):
    """Not the words and the score; and no page differs if the observer rates differently, so no
    count, level, order or hint stands on what is hidden.
    """
    own, other = pair
    hand_in(other)
    client.force_login(member_near(level, school, user=own.holder))
    numbers = numbers_of(own, other)

    low = dict(walk(client, school.district, numbers))
    rate_anew(other, value=2, note="giraffe", score=100, band="on_track")
    high = dict(walk(client, school.district, numbers, methods=["GET"]))

    assert told(low) == []
    assert [found for address in high for found in differing(address, low, high)] == []


@pytest.mark.parametrize("level", LEVELS)
def test_no_page_tells_an_observer_of_the_own_rating_before_theirs_is_in(
    client, pair, school, level
):
    own, other = pair
    hand_in(own)
    if level != AccessLevel.SITE_LEADER:  # which every observer here is
        member_near(level, school, user=other.rater)
    client.force_login(other.rater)

    assert told(dict(walk(client, school.district, numbers_of(own, other)))) == []


def differing(address, low, high):
    """Where two answers to the same address part."""
    both = zip(low[address].splitlines(), high[address].splitlines(), strict=False)
    parted = [pair for pair in both if pair[0] != pair[1]]
    return [(address, *parted[:1])] if low[address] != high[address] else []


def rate_anew(form, *, value, note, score, band):
    """The same form, submitted at the same moment, with other ratings."""
    at = form.submitted_at
    rows = Checklist.objects.filter(pk=form.pk)
    rows.update(submitted_at=None, score=None, coverage=None, band="")
    Rating.objects.filter(checklist=form).update(value=value, note=note)
    rows.update(submitted_at=at, score=score, coverage=100, band=band)


def test_the_walk_finds_what_may_be_read_once_both_are_in(client, pair, school):
    own, other = pair
    hand_in(other)
    lock(own)
    client.force_login(member(AccessLevel.SITE_LEADER, at=school, user=own.holder))

    found = told(dict(walk(client, school.district, numbers_of(own, other))))

    base = f"/d/{school.district.slug}/checklists/{other.pk}"
    assert {f"GET {base}/result/", f"GET {base}/compare/"} <= set(found)


def test_no_letter_tells_a_holder_of_the_observers_rating(client, pair, school):
    own, other = pair
    hand_in(other)

    assert not [
        line
        for notice in Notice.objects.filter(reader=own.holder)
        for line in sources()[notice.source].still(own.district, [notice.subject]).values()
        if WORDS in line.title + line.words or str(SCORE) in line.title + line.words
    ]
