"""A round opens, is finished with its evidence frozen, and is opened again with a reason."""

import datetime as dt

import pytest

from roles.access import EVERYWHERE, Reach
from roles.capabilities import AccessLevel, Capability
from roles.models import AuditEvent
from roles.services.refusal import Refused, Stale
from selfassessment.freezing import digest
from selfassessment.library import indicators_of
from selfassessment.models import (
    Audience,
    EvidenceSnapshot,
    ImportedStandards,
    IndicatorRating,
    Round,
    Stage,
)
from selfassessment.services import rounds
from tests.factories.roles import SchoolFactory, SchoolYearFactory, UserFactory, member
from tests.factories.selfassessment import (
    HandEvidenceFactory,
    RatingFactory,
    RoundFactory,
    SignOffFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]
SEPTEMBER, OCTOBER = dt.date(2026, 9, 1), dt.date(2026, 10, 15)
CORE = ["6b.1", "6b.2", "6b.3", "6c.1", "6c.2"]


@pytest.fixture
def year():
    return SchoolYearFactory()


@pytest.fixture
def by(year):
    return Reach(UserFactory(), year.district, Capability.ASSESSMENT_RATE, EVERYWHERE)


@pytest.fixture
def opened(year):
    return RoundFactory(district=year.district, school_year=year, label="Fall 2026")


def verbs():
    return list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True))


def test_a_round_opens_in_the_school_year_of_its_first_day(by, year):
    opened = rounds.open_round("Fall 2026", SEPTEMBER, OCTOBER, by=by)

    assert (opened.school_year, opened.edition, opened.is_open) == (year, "2026.1", True)
    assert verbs() == ["assessment.round_opened"]


def test_each_indicator_waits_for_its_vote_from_the_start(by):
    opened = rounds.open_round("Fall 2026", SEPTEMBER, OCTOBER, by=by)

    assert [rating.code for rating in opened.ratings.all()] == CORE
    assert {rating.stage for rating in opened.ratings.all()} == {Stage.WAITING}
    assert [each.code for each in indicators_of(opened)] == CORE


def test_a_round_may_take_some_indicators_only(by):
    opened = rounds.open_round("Again", SEPTEMBER, OCTOBER, codes=["6b.5", "6b.1"], by=by)

    assert [rating.code for rating in opened.ratings.all()] == ["6b.1", "6b.5"]


def test_a_tutoring_organization_is_asked_its_own_edition(by):
    opened = rounds.open_round(
        "Fall 2026", SEPTEMBER, OCTOBER, audience=Audience.ORGANIZATION, by=by
    )

    assert opened.taken == rounds.library.core_of("organization")


def test_a_round_keeps_the_imported_standards_it_took(by, year):
    ours = {"code": "S1.1", "standard": "S1", "title": "State form", "plain_question": "Sent?"}
    sets = ImportedStandards.objects.create(
        district=year.district,
        name="State",
        content={"standards": [{"code": "S1", "title": "Forms"}], "indicators": [ours]},
        digest="0" * 64,
        imported_by=by.user,
    )
    opened = rounds.open_round("Fall 2026", SEPTEMBER, OCTOBER, codes=["6b.1", "S1.1"], by=by)
    sets.delete()

    opened.refresh_from_db()
    assert [each.title for each in indicators_of(opened)][1] == "State form"


@pytest.mark.parametrize(("codes", "why"), [(["9z.9"], "9z.9"), ([], "at least one")])
def test_a_round_takes_only_what_is_offered(by, codes, why):
    with pytest.raises(Refused, match=why):
        rounds.open_round("Fall 2026", SEPTEMBER, OCTOBER, codes=codes, by=by)

    assert Round.objects.count() == 0


@pytest.mark.parametrize("state", ["open", "signing"])
def test_a_second_round_does_not_open_beside_an_unfinished_one(by, opened, state):
    Round.objects.update(state=state)

    with pytest.raises(Refused, match="A round is open"):
        rounds.open_round("Spring 2027", SEPTEMBER, OCTOBER, by=by)

    assert Round.objects.count() == 1
    assert verbs() == []


def test_a_round_outside_every_school_year_does_not_open(by):
    with pytest.raises(Refused, match="No school year"):
        rounds.open_round("Fall 2020", dt.date(2020, 9, 1), dt.date(2020, 10, 1), by=by)


def test_who_facilitates_is_not_in_the_team_that_votes(by, year):
    one = member(AccessLevel.EXECUTIVE, at=year.district)

    with pytest.raises(Refused, match="does not vote"):
        rounds.open_round("Fall 2026", SEPTEMBER, OCTOBER, team=[one], facilitator=one, by=by)

    assert Round.objects.count() == 0


def test_finishing_freezes_evidence_hints_and_ratings_under_one_digest(by, opened, year):
    RatingFactory(district=year.district, round=opened, code="6b.1", value=2)
    HandEvidenceFactory(
        district=year.district, code="6b.2", says__file="evidence/a.pdf", says__sha256="ab" * 32
    )

    finished = rounds.finish(opened, by=by)

    kept = EvidenceSnapshot.objects.get()
    assert (finished.state, kept.digest) == ("signing", digest(kept.content))
    assert set(kept.content) == set(CORE)
    assert kept.content["6b.1"]["rating"]["value"] == 2
    assert kept.content["6b.2"]["files"][0]["sha256"] == "ab" * 32
    told = {r.code: r for r in opened.ratings.all()}
    for name in ("hint", "documented", "practised"):
        assert getattr(told["6b.1"], name) == kept.content["6b.1"][name]
    assert told["6c.2"].value is None
    assert AuditEvent.objects.get().detail["unrated"] == ["6b.2", "6b.3", "6c.1", "6c.2"]


def test_a_changed_rating_changes_what_is_signed(by, opened, year):
    rating = RatingFactory(district=year.district, round=opened, code="6b.1", value=2)
    rounds.finish(opened, by=by)
    rounds.reopen(opened, "One word was wrong.", by=by)
    IndicatorRating.objects.filter(pk=rating.pk).update(rationale="Another word.")
    rounds.finish(opened, by=by)

    first, second = EvidenceSnapshot.objects.values_list("digest", flat=True)
    assert first != second


def test_nothing_rated_is_nothing_to_sign(by, opened):
    with pytest.raises(Refused, match="Nothing is rated"):
        rounds.finish(opened, by=by)


def test_a_round_is_not_finished_under_a_running_vote(by, opened, year):
    RatingFactory(district=year.district, round=opened, code="6b.1")
    unrated = {"value": None, "rated_by": None, "rated_at": None}
    RatingFactory(
        district=year.district, round=opened, code="6b.2", stage=Stage.VOTING, turn=1, **unrated
    )

    with pytest.raises(Refused, match=r"voting on 6b\.2"):
        rounds.finish(opened, by=by)


def test_what_is_left_unrated_is_what_the_person_saw(by, opened, year):
    RatingFactory(district=year.district, round=opened, code="6b.1")

    with pytest.raises(Stale, match="changed after you opened"):
        rounds.finish(opened, by=by, unrated=["6b.1", "6b.2", "6b.3", "6c.1", "6c.2"])

    assert rounds.finish(opened, by=by, unrated=CORE[1:]).state == "signing"


def test_a_facilitator_finishes_and_any_other_member_does_not(year, opened):
    RatingFactory(district=year.district, round=opened)
    coach = member(AccessLevel.COACH, at=SchoolFactory(district=year.district))
    works = Reach(coach, year.district, Capability.ASSESSMENT_WORK, frozenset({1}))

    with pytest.raises(Refused, match="Nobody facilitates"):
        rounds.finish(opened, by=works)
    Round.objects.update(facilitator=coach)
    assert rounds.finish(opened, by=works).state == "signing"


def test_a_round_is_finished_once(by, opened, year):
    RatingFactory(district=year.district, round=opened)
    rounds.finish(opened, by=by)

    with pytest.raises(Refused, match="is finished"):
        rounds.finish(opened, by=by)


def test_reopening_withdraws_signatures_and_says_why(by, opened, year):
    RatingFactory(district=year.district, round=opened)
    rounds.finish(opened, by=by)
    signed = SignOffFactory(district=year.district, round=opened)

    again = rounds.reopen(opened, "6c.2 was rated from the wrong window.", by=by)

    signed.refresh_from_db()
    note = again.reopenings.get()
    assert again.is_open
    assert signed.withdrawn_at is not None
    assert (note.was, note.digest) == ("signing", opened.snapshots.get().digest)


def test_a_closed_round_does_not_open_again_beside_another(by, year, opened):
    closed = RoundFactory(district=year.district, school_year=year, closed=True)

    with pytest.raises(Refused, match="Another round is not finished"):
        rounds.reopen(closed, "We missed something.", by=by)

    opened.delete()
    assert rounds.reopen(closed, "We missed something.", by=by).is_open


@pytest.mark.parametrize("why", ["", "   "])
def test_reopening_asks_for_a_reason(by, year, why):
    closed = RoundFactory(district=year.district, school_year=year, closed=True)

    with pytest.raises(Refused, match="Say why"):
        rounds.reopen(closed, why, by=by)
