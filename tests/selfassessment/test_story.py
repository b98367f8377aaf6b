"""The story of a rating: each step of the chain, both ways, with links to the real things."""

import datetime as dt

import pytest
from django.urls import reverse
from lxml import html

from roadmap.services import milestones
from roles.capabilities import AccessLevel, Capability
from selfassessment.causes import causes_of
from selfassessment.models import Gap, IndicatorRating
from selfassessment.services import agreeing, gaps, rounds, signing
from tests.factories.roles import (
    AssignmentFactory,
    PositionFactory,
    RoleFactory,
    SchoolYearFactory,
    member,
)
from tests.factories.selfassessment import RatingFactory, RoundFactory
from tests.factories.selfassessment_gaps import GapFactory
from tests.reach import reach

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]

PROOF = "https://district.example/board/october"


@pytest.fixture
def year():
    return SchoolYearFactory()


@pytest.fixture
def lead(year):
    """Holds both seats that sign."""
    who = member(AccessLevel.DISTRICT_LEAD, at=year.district)
    for key in ("PROGRAM_LEAD", "EXEC_CHAMPION"):
        role = RoleFactory(district=year.district, key=key, title=key)
        seat = PositionFactory(district=year.district, role=role, school=None)
        AssignmentFactory(district=year.district, position=seat, holder=who)
    return who


@pytest.fixture
def by(year, lead):
    return reach(year.district, lead, capability=Capability.ASSESSMENT_RATE)


def take(label, value, by, *, with_causes=False):
    """A round that rates 6b.1 alone, signed twice and closed."""
    today = by.district.today()
    opened = rounds.open_round(label, today, today, codes=["6b.1"], mode="room",
                               facilitator=by.user, by=by)  # fmt: skip
    rating = opened.ratings.get()
    causes = causes_of(rating, by=by) if with_causes else ()
    agreeing.agree(opened, "6b.1", value, f"We said {value}.", causes=causes, by=by)
    rounds.finish(opened, by=by)
    for capacity in ("program_lead", "champion"):
        signing.sign(opened, capacity, seen=opened.snapshots.first().digest, by=by)
    opened.refresh_from_db()
    return opened


@pytest.fixture
def closed(by, school_day):
    """The gap of a district that went from 1 to 3."""
    take("Baseline", 1, by)
    gap = Gap.objects.get()
    gaps.explain(gap, "Nobody owned the last step.", None, 3, by=by)
    gaps.take_from_library(gap, ["M06"], by=by)
    school_day.shift(dt.timedelta(days=7))
    milestones.mark_done(gap.steps.get().milestone, proof_link=PROOF, by=by)
    take("Second take", 3, by, with_causes=True)
    gap.refresh_from_db()
    return gap


def story(client, gap, query=""):
    path = reverse("selfassessment:gap-story", args=[gap.district.slug, gap.pk])
    response = client.get(path + query)
    assert response.status_code == 200
    return html.fromstring(response.content.decode()).xpath("//ol[@class='tale']/li")


def title(part):
    return part.xpath(".//h2")[0].text_content()


def test_the_chain_reads_from_the_old_rating_to_the_new_one(client, closed, lead):
    client.force_login(lead)

    first, gap, milestone, proof, evidence, again = story(client, closed)

    assert closed.closing_rating.value == 3
    assert "Rated 1" in first.text_content()
    assert "We said 1." in first.text_content()
    assert "Nobody owned the last step." in gap.text_content()
    assert "Program Lead job description approved" in milestone.text_content()
    assert "Done Nov 5, 2026" in milestone.text_content()
    assert PROOF in proof.xpath(".//a/@href")
    assert "Program Lead job description approved" in evidence.text_content()
    assert "Rated 3" in again.text_content()
    assert "Work on the gap" in again.text_content()
    assert "program lead" in again.text_content()


def test_it_reads_backwards_from_the_new_rating(client, closed, lead):
    client.force_login(lead)

    titles = [title(part) for part in story(client, closed, "?from=new")]

    assert titles[0] == "Rated 3"
    assert titles[-1] == "Rated 1"
    assert titles == [title(part) for part in reversed(story(client, closed))]


def test_each_link_opens_the_real_thing(client, closed, lead):
    client.force_login(lead)

    links = {link for part in story(client, closed) for link in part.xpath(".//a/@href")}
    inside = [link for link in links if link.startswith("/")]

    assert len(inside) >= 4
    for link in inside:
        assert client.get(link).status_code == 200, link


def test_a_story_that_is_not_over_says_what_comes_next(client, year, lead):
    client.force_login(lead)
    gap = GapFactory(district=year.district)

    last = story(client, gap)[-1]

    assert "To explain" in last.text_content()
    assert "Say why it is so" in last.text_content()


def test_a_dropped_gap_and_a_rating_that_is_voted_on_anew_have_their_story(client, year, by, lead):
    client.force_login(lead)
    opened = RoundFactory(district=year.district, school_year=year)
    gap = GapFactory(
        district=year.district,
        rating=RatingFactory(district=year.district, round=opened, value=1),
    )
    gaps.drop(gap, "The program ends in June.", by=by)
    IndicatorRating.objects.update(
        value=None, stage="voting", rated_by=None, rated_at=None, rationale=""
    )

    chapters = story(client, gap)

    assert "Voting again" in chapters[0].text_content()
    assert "The program ends in June." in chapters[-1].text_content()
