"""Readiness at a glance: what the records say, what the team says, and what is next."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from roles.capabilities import AccessLevel
from selfassessment.library import core_of
from selfassessment.models import Mode, Stage
from tests.factories.roadmap import MilestoneFactory, PhaseFactory
from tests.factories.roles import AssignmentFactory, PositionFactory, RoleFactory, member
from tests.factories.selfassessment import (
    HandEvidenceFactory,
    RatingFactory,
    RoundFactory,
    RoundMemberFactory,
    VoteFactory,
)
from tests.factories.selfassessment_gaps import GapFactory, GapMilestoneFactory, SnapshotFactory
from tests.selfassessment.pages import at, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]


@pytest.fixture
def opened(year):
    return RoundFactory(district=year.district, school_year=year, label="Fall 2026")


def closed_round(year, label, opens_on):
    return RoundFactory(
        district=year.district, school_year=year, label=label, opens_on=opens_on,
        closes_on=dt.date(2026, 12, 31), closed=True,
    )  # fmt: skip


def rated(round_, value, code="6b.1"):
    return RatingFactory(district=round_.district, round=round_, code=code, value=value)


def voting_on(round_, code="6b.1"):
    return RatingFactory(
        district=round_.district, round=round_, code=code, value=None, rationale="",
        rated_by=None, rated_at=None, stage=Stage.VOTING, turn=1,
    )  # fmt: skip


def row(response, code):
    board = response.context["board"]
    rows = [each for standard in board.standards for each in standard.rows]
    return next(each for each in [*rows, *board.optional] if each.line.code == code)


def test_before_the_first_round_the_page_offers_to_open_one(client, year, lead):
    page = text(client.get(at(year, "index")))

    assert "No round yet" in page
    assert at(year, "round-open") in page
    assert "No position is open yet" in page


def test_a_reader_is_not_offered_to_open_a_round(client, year, auditor):
    assert at(year, "round-open") not in text(client.get(at(year, "index")))


def test_what_the_records_and_what_the_team_says_stand_apart(client, year, lead, opened):
    rated(opened, 3)

    response = client.get(at(year, "index"))
    line = row(response, "6b.1").line

    assert (line.hint.value, line.hint.documented, line.value) == (0, 0, 3)
    assert "1 of 5 indicators rated" in text(response)
    assert "3 Routine" in text(response)


def test_each_standard_has_its_indicators_under_it(client, year, lead):
    board = client.get(at(year, "index")).context["board"]

    assert [(each.code, [r.line.code for r in each.rows]) for each in board.standards] == [
        ("6b", ["6b.1", "6b.2", "6b.3"]),
        ("6c", ["6c.1", "6c.2"]),
    ]


def test_the_trend_says_each_rounds_rating_in_words(client, year, lead):
    rated(closed_round(year, "Baseline", dt.date(2026, 7, 1)), 0)
    rated(closed_round(year, "Check", dt.date(2026, 9, 1)), 2)

    assert "Team rating by round: Baseline 0, Check 2" in text(client.get(at(year, "index")))


def test_a_round_that_rates_one_again_leaves_the_others_as_they_were(client, year, lead):
    full = closed_round(year, "Baseline", dt.date(2026, 7, 1))
    rated(full, 1, "6b.1")
    rated(full, 2, "6b.2")
    RoundFactory(
        district=year.district, school_year=year, label="Again",
        taken=[raw for raw in core_of() if raw["code"] == "6b.1"],
    )  # fmt: skip

    response = client.get(at(year, "index"))

    assert response.context["summary"].of == 1
    assert row(response, "6b.2").line.reported.value == 2
    assert "0 of 1 indicators rated" in text(response)


def test_a_member_whose_vote_is_missing_is_asked_for_it(client, year, opened):
    voter = member(AccessLevel.EXECUTIVE, at=year.district)
    client.force_login(voter)
    on_team = RoundMemberFactory(district=year.district, round=opened, user=voter)
    rating = voting_on(opened)

    asked = client.get(at(year, "index"))
    VoteFactory(district=year.district, rating=rating, member=on_team, value=1)
    done = client.get(at(year, "index"))

    assert "6b.1: the team waits for your vote." in text(asked)
    assert at(year, "room", pk=opened.pk) in text(asked)
    assert "waits for your vote" not in text(done)


def test_who_is_in_no_team_is_not_asked_to_vote(client, year, auditor, opened):
    voting_on(opened)

    assert client.get(at(year, "index")).context["next"] is None


def test_no_vote_of_others_reaches_the_page(client, year, lead, opened):
    rating = voting_on(opened)
    VoteFactory(district=year.district, rating=rating, value=3, reason="Hidden reason")

    response = client.get(at(year, "index"))

    assert row(response, "6b.1").line.reported is None
    assert "Hidden reason" not in text(response)


def planned(year, gap, **fields):
    phase = PhaseFactory(district=year.district, school_year=year)
    milestone = MilestoneFactory(
        district=year.district, phase=phase, supports=[gap.code], due_on=year.district.today(),
        **fields,
    )  # fmt: skip
    return GapMilestoneFactory(district=year.district, gap=gap, milestone=milestone)


@pytest.mark.parametrize(
    ("done", "words"), [(False, "In work, 0 of 1 milestone done"), (True, "Ready to re-rate")]
)
def test_an_open_gap_is_marked_with_where_it_stands(client, year, lead, done, words):
    base = closed_round(year, "Baseline", dt.date(2026, 7, 1))
    SnapshotFactory(district=year.district, round=base, content={"6b.1": {"evidence": []}})
    gap = GapFactory(
        district=year.district, rating=rated(base, 1), cause="Nobody owns it.", target=2
    )
    planned(year, gap, done=done)

    page = text(client.get(at(year, "index")))

    assert at(year, "gap", pk=gap.pk) in page
    assert words in page


def test_everything_signed_the_page_leads_to_what_changed(client, year, auditor):
    rated(closed_round(year, "Baseline", dt.date(2026, 7, 1)), 1)
    rated(closed_round(year, "Check", dt.date(2026, 9, 1)), 2)

    page = text(client.get(at(year, "index")))

    assert "See what changed, and because of what." in page
    assert at(year, "compare") in page


def test_who_leads_the_program_is_led_to_sign(client, year, lead):
    waiting = RoundFactory(district=year.district, school_year=year, state="signing")
    rated(waiting, 2)
    role = RoleFactory(district=year.district, key="PROGRAM_LEAD", title="Program Lead")
    position = PositionFactory(district=year.district, role=role)
    AssignmentFactory(district=year.district, position=position, holder=lead)

    response = client.get(at(year, "index"))

    assert response.context["next"].act == "Read and sign"
    assert at(year, "round-sign", pk=waiting.pk) in text(response)


@pytest.mark.parametrize("size", [1, 4])
def test_the_page_asks_at_most_twelve_questions_at_any_size(
    client, year, lead, opened, size, django_assert_max_num_queries
):
    for n in range(size):
        closed = closed_round(year, f"Round of {n}", dt.date(2026, 7, 1 + n))
        rating = rated(closed, 1, f"6b.{n % 3 + 1}")
        if n < 3:
            planned(year, GapFactory(district=year.district, rating=rating))
        SnapshotFactory(district=year.district, round=closed)
        HandEvidenceFactory(district=year.district)
        PositionFactory(district=year.district)
        RoundMemberFactory(district=year.district, round=opened)
    RoundMemberFactory(district=year.district, round=opened, user=lead)
    voting_on(opened)
    client.get(at(year, "index"))  # a person's first page also notes their session

    with django_assert_max_num_queries(12 + frame(client, year)):
        client.get(at(year, "index"))


def frame(client, year):
    """How many questions each page asks around its own: who this is, the wall, the ruler."""
    address = at(year, "standards")
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    return sum("selfassessment_" not in each["sql"] for each in asked.captured_queries)


def test_a_room_without_devices_leads_to_the_next_indicator(client, year, lead, opened):
    opened.mode = Mode.ROOM
    opened.save()

    assert "Rate 6b.1 next" in text(client.get(at(year, "index")))
