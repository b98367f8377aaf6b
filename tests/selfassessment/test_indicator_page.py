"""One indicator: what would change its hint, its evidence, its ratings, its gap."""

import datetime as dt

import pytest
from django.urls import reverse

from selfassessment.models import EvidenceRevision, IndicatorRating, Mode, RatingCause, Round, Stage
from tests.factories.roles import (
    JobDescriptionFactory,
    PositionFactory,
    RoleFactory,
    VersionFactory,
)
from tests.factories.selfassessment import (
    HandEvidenceFactory,
    RatingFactory,
    RoundFactory,
    RoundMemberFactory,
    VoteFactory,
    before_it_closed,
)
from tests.factories.selfassessment_standards import StandardsFactory
from tests.selfassessment.pages import at, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]


@pytest.fixture
def opened(year):
    return RoundFactory(district=year.district, school_year=year, label="Fall 2026", mode=Mode.ROOM)


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


def test_an_optional_indicator_has_evidence_but_no_rating(client, year, lead, opened):
    response = client.get(at(year, "indicator", code="6b.5"))

    assert response.context["form"] is None
    assert "a round does not ask for this indicator unless it is told to" in text(response)


def test_in_a_round_on_devices_the_page_leads_to_the_room(client, year, lead, opened):
    Round.objects.update(mode=Mode.DEVICES)
    RoundMemberFactory(district=year.district, round=opened, user=lead)
    RatingFactory(
        district=year.district, round=opened, value=None, rationale="", rated_by=None,
        rated_at=None, stage=Stage.WAITING,
    )  # fmt: skip

    response = client.get(at(year, "indicator", code="6b.1"))

    assert response.context["form"] is None
    assert at(year, "room", pk=opened.pk) in text(response)


def test_what_would_change_the_hint_stands_easiest_first(client, year, lead):
    role = RoleFactory(district=year.district, key="PROGRAM_LEAD", title="Program Lead")
    PositionFactory(district=year.district, role=role)

    response = client.get(at(year, "indicator", code="6b.1"))
    missing = [each.missing for each in response.context["told"].changes]

    assert "What would change it, easiest first" in text(response)
    assert response.context["told"].changes[0].says in text(response)
    assert missing == sorted(missing)


def test_each_round_keeps_its_spread_its_dissent_and_its_causes(client, year, lead):
    closed = RoundFactory(district=year.district, school_year=year, label="Check", closed=True)
    rating = RatingFactory(
        district=year.district, round=closed, value=2, turn=1, dissent="One of us saw a 1."
    )
    for value in (1, 2, 2):
        on_team = RoundMemberFactory(district=year.district, round=closed)
        VoteFactory(district=year.district, rating=rating, value=value, turn=1, member=on_team)
    with before_it_closed(closed):
        RatingCause.objects.create(
            district=year.district, rating=rating, kind="evidence", label="Version 2 is published",
            view_name="roles:index",
        )  # fmt: skip

    page = text(client.get(at(year, "indicator", code="6b.1")))

    assert "Votes go from 1 to 2. Most say 2: 2 of 3." in page
    assert "One of us saw a 1." in page
    assert "Version 2 is published" in page


def test_evidence_by_hand_leads_to_its_own_page(client, year, lead):
    kept = HandEvidenceFactory(district=year.district)

    assert at(year, "evidence", pk=kept.pk) in text(client.get(at(year, "indicator", code="6b.1")))


def test_an_imported_standard_has_a_page_before_any_round_takes_it(client, year, lead):
    kept = StandardsFactory(district=year.district)
    code = kept.content["indicators"][0]["code"]

    assert client.get(at(year, "indicator", code=code)).status_code == 200
    assert code in text(client.get(at(year, "index")))


@pytest.mark.parametrize("size", [1, 4])
def test_the_page_costs_the_same_queries_at_any_size(
    client, year, lead, opened, size, django_assert_max_num_queries
):
    for _ in range(size):
        closed = RoundFactory(district=year.district, school_year=year, closed=True)
        RatingFactory(district=year.district, round=closed, code="6b.1")
        HandEvidenceFactory(district=year.district)
        PositionFactory(district=year.district)
    client.get(at(year, "indicator", code="6b.1"))

    with django_assert_max_num_queries(29):
        client.get(at(year, "indicator", code="6b.1"))
