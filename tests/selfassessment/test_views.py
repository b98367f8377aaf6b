"""What people get on the pages of the self-assessment."""

import datetime as dt

import pytest
from django.urls import reverse

from roles.capabilities import AccessLevel
from selfassessment.models import EvidenceRevision, IndicatorRating
from tests.factories.roles import (
    JobDescriptionFactory,
    PositionFactory,
    RoleFactory,
    SchoolYearFactory,
    VersionFactory,
    member,
)
from tests.factories.selfassessment import HandEvidenceFactory, RatingFactory, RoundFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]


@pytest.fixture
def year():
    return SchoolYearFactory()


@pytest.fixture
def opened(year):
    return RoundFactory(district=year.district, school_year=year, label="Fall 2026")


@pytest.fixture
def lead(client, year):
    who = member(AccessLevel.DISTRICT_LEAD, at=year.district)
    client.force_login(who)
    return who


@pytest.fixture
def reader(client, year):
    client.force_login(member(AccessLevel.AUDITOR, at=year.district))


def at(year, name, **kwargs):
    return reverse(f"selfassessment:{name}", kwargs={"district": year.district.slug, **kwargs})


def text(response):
    return " ".join(response.content.decode().split())


def test_before_the_first_round_the_overview_offers_to_open_one(client, year, lead):
    page = text(client.get(at(year, "index")))

    assert "No round yet" in page
    assert at(year, "round-open") in page


def test_a_reader_is_not_offered_to_open_a_round(client, year, reader):
    assert at(year, "round-open") not in text(client.get(at(year, "index")))


def test_the_overview_shows_hint_and_team_rating_side_by_side(client, year, lead, opened):
    RatingFactory(district=year.district, round=opened, code="6b.1", value=3)

    response = client.get(at(year, "index"))

    line = response.context["summary"].line("6b.1")
    assert (line.hint.value, line.value) == (0, 3)
    assert "1 of 5 indicators rated" in text(response)
    assert "3 Routine" in text(response)


def test_no_page_calls_the_rating_a_score_of_nssa(client, year, lead, opened):
    for address in (at(year, "index"), at(year, "indicator", code="6b.1")):
        assert "It is not a score of NSSA" in text(client.get(address))


def test_the_6b_1_page_shows_the_managers_published_job_description(client, year, lead):
    role = RoleFactory(district=year.district, key="PROJECT_MANAGER", title="Project Manager")
    job = JobDescriptionFactory(district=year.district, role=role)
    version = VersionFactory(
        district=year.district, job_description=job, number=3, published=True, title=role.title
    )

    page = text(client.get(at(year, "indicator", code="6b.1")))

    assert "Project Manager job description, version 3" in page
    assert f"Published by {version.published_by}" in page
    assert reverse("roles:version", args=[year.district.slug, version.pk]) in page


def test_an_indicator_that_no_edition_has_is_not_found(client, year, lead):
    assert client.get(at(year, "indicator", code="9z.9")).status_code == 404
    assert client.get(at(year, "evidence-add", code="9z.9")).status_code == 404


def test_the_team_rates_and_reads_it_back(client, year, lead, opened):
    address = at(year, "rate", pk=opened.pk, code="6b.2")
    page = text(client.post(address, {"value": "2", "rationale": "All but one."}, follow=True))

    rating = IndicatorRating.objects.get()
    assert (rating.code, rating.value, rating.rated_by) == ("6b.2", 2, lead)
    assert "Saved: 6b.2 is rated 2." in page
    assert "Next to rate" in page


@pytest.mark.parametrize(
    ("data", "field"),
    [({"rationale": "So."}, "value"), ({"value": "2"}, "rationale"), ({"value": "4"}, "value")],
)
def test_a_rating_without_point_or_reason_is_asked_again(client, year, lead, opened, data, field):
    response = client.post(at(year, "rate", pk=opened.pk, code="6b.2"), data)

    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert IndicatorRating.objects.count() == 0


def test_what_was_typed_survives_a_rating_that_is_asked_again(client, year, lead, opened):
    address = at(year, "rate", pk=opened.pk, code="6b.2")

    assert "Half of them sit" in text(client.post(address, {"rationale": "Half of them sit."}))


def test_a_rating_sent_after_the_round_closed_is_told_so(client, year, lead):
    closed = RoundFactory(district=year.district, school_year=year, closed=True)
    address = at(year, "rate", pk=closed.pk, code="6b.2")

    page = text(client.post(address, {"value": "2", "rationale": "Late."}, follow=True))

    assert "This round is closed" in page
    assert IndicatorRating.objects.count() == 0


def test_evidence_by_hand_joins_the_page(client, year, lead):
    data = {"label": "Minutes", "link": "https://district.example/7", "dated_on": "2026-08-03"}
    page = text(client.post(at(year, "evidence-add", code="6b.1"), data, follow=True))

    assert EvidenceRevision.objects.get().dated_on == dt.date(2026, 8, 3)
    assert "https://district.example/7" in page
    assert f"Added by {lead}" in page


@pytest.mark.parametrize(
    "change",
    [{"text": ""}, {"dated_on": "2027-01-01"}, {"link": "javascript:alert(1)"}, {"kind": "nope"}],
    ids=["says nothing", "of a day to come", "a script for a link", "an unknown kind"],
)
def test_evidence_that_cannot_stand_is_asked_again(client, year, lead, change):
    data = {"label": "Minutes", "text": "Item 7", "dated_on": "2026-08-03"}

    assert client.post(at(year, "evidence-add", code="6b.1"), data | change).status_code == 422
    assert EvidenceRevision.objects.count() == 0


def test_an_optional_indicator_has_evidence_but_no_rating(client, year, lead, opened):
    response = client.get(at(year, "indicator", code="6b.5"))

    assert response.context["form"] is None
    assert "a round does not ask for this indicator" in text(response)


@pytest.mark.parametrize("size", [1, 4])
@pytest.mark.parametrize("name", ["index", "indicator"])
def test_pages_cost_the_same_queries_at_any_size(
    client, year, lead, opened, size, name, django_assert_max_num_queries
):
    for _ in range(size):
        place = {"district": year.district, "school_year": year}
        closed = RoundFactory(**place, closed=True)
        RatingFactory(district=year.district, round=closed, code="6b.1")
        HandEvidenceFactory(district=year.district)
        PositionFactory(district=year.district)
    kwargs = {"code": "6b.1"} if name == "indicator" else {}

    client.get(at(year, name, **kwargs))  # a person's first page also notes their session

    with django_assert_max_num_queries(24):
        client.get(at(year, name, **kwargs))
