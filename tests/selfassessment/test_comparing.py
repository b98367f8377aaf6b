"""Two rounds side by side: what changed, and because of what."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfassessment.models import RatingCause
from selfassessment.reports.comparing import Piece, difference
from tests.factories.roadmap import MilestoneFactory, PhaseFactory
from tests.factories.selfassessment import RatingFactory, RoundFactory, before_it_closed
from tests.factories.selfassessment_gaps import GapFactory, GapMilestoneFactory, SnapshotFactory
from tests.selfassessment.pages import at, text

PIECES = st.lists(
    st.builds(
        Piece,
        label=st.sampled_from(["Outline", "Minutes", "Acknowledged"]),
        told=st.text(max_size=3),
        source=st.just("Roles"),
        dated_on=st.none(),
        good_until=st.none(),
        view_name=st.just("roles:version"),
        pk=st.integers(1, 4),
        url=st.just(""),
        by_hand=st.just(False),
    ),
    max_size=8,
)


def frozen(label, pk=1):
    return {"label": label, "source": "Roles, published version", "dated_on": "2026-09-03",
            "view_name": "roles:index", "pk": None, "url": f"https://x.example/{pk}"}  # fmt: skip


@given(PIECES, PIECES)
def test_what_came_and_what_went_turn_the_one_list_into_the_other(before, after):
    def keys(pieces):
        return {(each.label, each.pk) for each in pieces}

    added, gone = difference(before, after)

    assert (keys(before) - keys(gone)) | keys(added) == keys(after)
    assert not keys(added) & keys(before)
    assert difference(after, before) == (gone, added)


@pytest.fixture
def baseline(year):
    return taken(year, "Baseline", dt.date(2026, 7, 1))


@pytest.fixture
def check(year):
    return taken(year, "Check", dt.date(2026, 9, 1))


def taken(year, label, opens_on):
    return RoundFactory(
        district=year.district, school_year=year, label=label, opens_on=opens_on, closed=True
    )


def rated(round_, value, code="6b.1", **fields):
    return RatingFactory(district=round_.district, round=round_, code=code, value=value, **fields)


def because(rating, label, **fields):
    with before_it_closed(rating.round):
        return RatingCause.objects.create(
            district=rating.district, rating=rating, kind="evidence", label=label, **fields
        )


pages = pytest.mark.django_db


@pages
@pytest.mark.usefixtures("school_day")
def test_a_changed_rating_stands_with_its_causes_and_unchanged_ones_in_one_line(
    client, year, lead, baseline, check
):
    rated(baseline, 1)
    after = rated(check, 2, dissent="One of us saw a 1.")
    because(after, "Program Lead job description, version 2", dated_on=dt.date(2026, 9, 3))
    rated(baseline, 1, "6b.2")
    rated(check, 1, "6b.2")

    response = client.get(at(year, "compare"))
    shown = response.context["shown"]

    assert [each.indicator.code for each in shown.changed] == ["6b.1"]
    assert [each.indicator.code for each in shown.same] == ["6b.2"]
    page = text(response)
    assert "1 team rating changed: 1 went up." in page
    assert "Program Lead job description, version 2" in page
    assert "One of us saw a 1." in page


@pages
@pytest.mark.usefixtures("school_day")
def test_the_gap_that_the_rating_closed_stands_with_its_milestone(
    client, year, lead, baseline, check
):
    gap = GapFactory(
        district=year.district, rating=rated(baseline, 1), cause="Nobody owned the last step.",
        closing_rating=rated(check, 2), closed_at=dt.datetime(2026, 10, 1, tzinfo=dt.UTC),
    )  # fmt: skip
    phase = PhaseFactory(district=year.district, school_year=year)
    milestone = MilestoneFactory(
        district=year.district, phase=phase, title="Approve the text", done=True
    )
    GapMilestoneFactory(district=year.district, gap=gap, milestone=milestone)

    page = text(client.get(at(year, "compare")))

    assert "Nobody owned the last step." in page
    assert "Approve the text" in page
    assert at(year, "gap-story", pk=gap.pk) in page


@pages
@pytest.mark.usefixtures("school_day")
def test_frozen_evidence_that_came_and_went_is_told_apart(client, year, lead, baseline, check):
    rated(baseline, 1)
    rated(check, 2)
    for round_, label in ((baseline, "Old posting"), (check, "Version 2")):
        content = {"6b.1": {"evidence": [frozen(label), frozen("Minutes")]}}
        SnapshotFactory(district=year.district, round=round_, content=content)

    change = client.get(at(year, "compare")).context["shown"].changed[0]

    assert [each.label for each in change.added] == ["Version 2"]
    assert [each.label for each in change.gone] == ["Old posting"]


@pages
@pytest.mark.usefixtures("school_day")
def test_rounds_that_froze_nothing_say_so(client, year, lead, baseline, check):
    rated(baseline, 1)
    rated(check, 2)

    assert "The evidence of one of these rounds was not kept." in text(
        client.get(at(year, "compare"))
    )


@pages
@pytest.mark.usefixtures("school_day")
def test_whichever_order_is_asked_the_older_round_comes_first(client, year, lead, baseline, check):
    rated(baseline, 0)
    rated(check, 1)

    page = client.get(at(year, "compare"), {"from": check.pk, "to": baseline.pk})

    assert (page.context["shown"].older, page.context["shown"].newer) == (baseline, check)


@pages
@pytest.mark.usefixtures("school_day")
def test_a_round_that_is_not_there_is_not_found(client, year, lead, baseline, check):
    elsewhere = RoundFactory()

    assert (
        client.get(at(year, "compare"), {"from": baseline.pk, "to": elsewhere.pk}).status_code
        == 404
    )
    assert client.get(at(year, "compare"), {"from": "x", "to": baseline.pk}).status_code == 404


@pages
@pytest.mark.usefixtures("school_day")
def test_one_round_alone_says_what_the_page_will_show(client, year, lead, baseline):
    page = text(client.get(at(year, "compare")))

    assert "Two rounds are needed" in page
    assert "There is one round so far, Baseline." in page


@pages
@pytest.mark.usefixtures("school_day")
def test_the_round_under_way_is_compared_with_the_evidence_of_now(client, year, lead, baseline):
    rated(baseline, 1)
    SnapshotFactory(
        district=year.district, round=baseline,
        content={"6b.1": {"evidence": [frozen("Old posting")]}},
    )  # fmt: skip
    now = RoundFactory(district=year.district, school_year=year, label="Now")
    rated(now, 2)

    response = client.get(at(year, "compare"))

    assert [each.label for each in response.context["shown"].changed[0].gone] == ["Old posting"]
    assert "Now is not signed yet" in text(response)
