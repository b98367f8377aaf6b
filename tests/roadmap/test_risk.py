import datetime as dt

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from roadmap.models import AtRiskProposal, Milestone, State
from roadmap.notices import AtRisk
from roadmap.services import beside, milestones, risk
from roadmap.spans import SchoolDays, is_nearly_used
from roles.access import EVERYWHERE, Reach
from roles.capabilities import Capability
from roles.models import AuditEvent, Letter, LetterKind, Notice, NoticeStatus
from roles.schooltime import school_days_between
from roles.services import gathering
from roles.services.composing import compose_brief
from roles.services.refusal import Refused
from tests.factories.roadmap import MilestoneFactory, owned_milestone
from tests.factories.roles import AssignmentFactory, ClosureFactory, UserFactory

MONDAY, FRIDAY = dt.date(2026, 10, 5), dt.date(2026, 10, 30)  # 20 school days, both included
THURSDAY = dt.date(2026, 10, 27)  # 16 of the 20 are gone
SOME_DAY = st.dates(dt.date(2026, 7, 1), dt.date(2027, 6, 30))


@pytest.fixture
def milestone():
    return owned_milestone(starts_on=MONDAY, due_on=FRIDAY, state=State.IN_PROGRESS)


@pytest.fixture
def by(milestone):
    return Reach(UserFactory(), milestone.district, Capability.ROADMAP_WORK, EVERYWHERE)


def standing():
    return AtRiskProposal.objects.standing()


@pytest.mark.django_db
def test_once_four_fifths_of_the_school_days_are_gone_in_silence_it_is_asked_once(milestone):
    district = milestone.district

    assert risk.propose(district, THURSDAY - dt.timedelta(days=1)) == 0
    assert risk.propose(district, THURSDAY) == 1
    assert risk.propose(district, THURSDAY + dt.timedelta(days=1)) == 0
    proposal = standing().get()
    assert proposal.reason == "16 of 20 school days are used and nobody has said how it goes."
    assert proposal.due_on == FRIDAY


@pytest.mark.django_db
def test_a_closure_makes_the_time_shorter(milestone):
    year = milestone.school_year
    ClosureFactory(district=year.district, school_year=year, first_day=dt.date(2026, 10, 12),
                   last_day=dt.date(2026, 10, 13))  # fmt: skip

    risk.propose(milestone.district, dt.date(2026, 10, 28))

    assert standing().get().reason.startswith("15 of 18 school days")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields",
    [
        {"progressed_at": dt.datetime(2026, 10, 20, 9, tzinfo=dt.UTC)},
        {"state": State.BLOCKED, "reason": "The contract"},
        {"state": State.AT_RISK, "reason": "The contract"},
        {"state": State.NOT_APPLICABLE, "reason": "Not here"},
        {"due_on": dt.date(2026, 10, 26)},
        {"starts_on": dt.date(2026, 10, 29)},
    ],
    ids=["progress", "blocked", "at risk", "set aside", "late already", "not begun"],
)
def test_nothing_is_asked_about_what_is_told_settled_late_or_not_begun(milestone, fields):
    Milestone.objects.update(**fields)

    assert risk.propose(milestone.district, THURSDAY) == 0


@pytest.mark.django_db
def test_nothing_is_asked_in_an_archived_year(milestone):
    type(milestone.school_year).objects.update(archived_at=timezone.now())

    assert risk.propose(milestone.district, THURSDAY) == 0


@pytest.mark.django_db
def test_confirming_shows_it_at_risk_with_the_reason(milestone, by):
    risk.propose(milestone.district, THURSDAY)

    first = risk.confirm(standing().get(), reason="The board meets later", by=by)

    milestone.refresh_from_db()
    assert first
    assert (milestone.state, milestone.reason) == (State.AT_RISK, "The board meets later")
    assert AuditEvent.objects.get().verb == "roadmap.milestone_at_risk"
    with pytest.raises(Refused):
        risk.confirm(AtRiskProposal.objects.get(), by=by)


@pytest.mark.django_db
def test_dismissing_needs_a_note_and_is_not_asked_again_for_this_date(milestone, by):
    risk.propose(milestone.district, THURSDAY)
    with pytest.raises(Refused, match="why"):
        risk.dismiss(standing().get(), note=" ", by=by)

    risk.dismiss(standing().get(), note="Only the signature is missing", by=by)

    milestone.refresh_from_db()
    assert milestone.state == State.IN_PROGRESS
    assert not standing().exists()
    assert risk.propose(milestone.district, FRIDAY) == 0
    assert AtRiskProposal.objects.get().note == "Only the signature is missing"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "turn",
    [
        lambda m, by: milestones.redate(m, dt.date(2026, 11, 13), reason="Later", by=by),
        lambda m, by: milestones.mark_done(m, proof_text="Minutes", by=by),
        lambda m, by: milestones.block(m, reason="The contract", by=by),
        lambda m, by: beside.note_progress(m, text="Half of it is drafted", by=by),
    ],
    ids=["moved", "done", "blocked", "progress"],
)
def test_the_question_goes_by_itself_when_the_milestone_moves(milestone, by, turn):
    risk.propose(milestone.district, THURSDAY)
    asked = standing().get()

    turn(milestone, by)

    assert not standing().exists()
    with pytest.raises(Refused, match="moved on"):
        risk.dismiss(asked, note="Fine", by=by)


@pytest.mark.django_db
def test_a_new_due_date_may_be_asked_about_anew(milestone, by):
    risk.propose(milestone.district, THURSDAY)
    milestones.redate(milestone, dt.date(2026, 11, 6), reason="Later", by=by)

    assert risk.propose(milestone.district, dt.date(2026, 11, 5)) == 1


@pytest.mark.django_db
def test_each_district_is_asked_about_its_own(milestone):
    MilestoneFactory(starts_on=MONDAY, due_on=FRIDAY)

    assert risk.propose(milestone.district, THURSDAY) == 1
    assert standing().get().milestone == milestone


@pytest.mark.django_db
def test_the_round_costs_the_same_queries_however_many(milestone, django_assert_num_queries):
    for _ in range(5):
        MilestoneFactory(
            district=milestone.district, phase=milestone.phase, starts_on=MONDAY, due_on=FRIDAY
        )

    with django_assert_num_queries(7):  # with the two of a savepoint
        assert risk.propose(milestone.district, THURSDAY) == 6


@pytest.fixture
def asked(milestone, school_day):
    """A milestone with a question that stands."""
    risk.propose(milestone.district, THURSDAY)
    return milestone


def waiting():
    return Notice.objects.waiting()


@pytest.mark.django_db
def test_its_owner_finds_the_question_once_in_the_weekly_brief(asked):
    assert [risk.tell(asked.district) for _ in range(2)] == [1, 0]

    notice = waiting().get()
    line = AtRisk().still(asked.district, [notice.subject])[notice.subject]
    assert (notice.reader, notice.in_brief) == (asked.owner.assignments.get().holder, True)
    assert (line.verb, line.title) == ("Answer", f"whether it is at risk: {asked.title}")
    assert line.words.endswith("nobody has said how it goes. It is due Oct 30.")
    waiting().update(status=NoticeStatus.SAID)
    assert risk.tell(asked.district) == 0


@pytest.mark.django_db
def test_the_brief_names_the_question(asked, school_day):
    risk.tell(asked.district)
    school_day.move_to(dt.datetime(2026, 11, 2, 16, tzinfo=dt.UTC))  # the Monday of the brief

    gathering.round_of(asked.district)

    brief = Letter.objects.get(kind=LetterKind.BRIEF)
    assert f"Whether it is at risk: {asked.title}" in compose_brief(brief).body


@pytest.mark.django_db
@pytest.mark.parametrize(
    "answer",
    [
        lambda m, by: risk.dismiss(standing().get(), note="It goes well", by=by),
        lambda m, by: risk.confirm(standing().get(), reason="The contract", by=by),
        lambda m, by: beside.note_progress(m, text="Half of it is drafted", by=by),
        lambda m, by: milestones.redate(m, dt.date(2026, 11, 13), reason="Later", by=by),
    ],
    ids=["no", "yes", "progress", "moved"],
)
def test_the_line_goes_when_the_question_is_answered(asked, by, answer):
    risk.tell(asked.district)
    subject = waiting().get().subject

    answer(asked, by)

    assert not waiting().exists()
    assert AtRisk().still(asked.district, [subject]) == {}
    assert risk.tell(asked.district) == 0


@pytest.mark.django_db
def test_who_owns_it_next_hears_instead(asked, by):
    risk.tell(asked.district)
    next_one = AssignmentFactory(district=asked.district)

    milestones.assign(asked, next_one.position, by=by)
    risk.tell(asked.district)

    assert [notice.reader for notice in waiting()] == [next_one.holder]


@given(SOME_DAY, SOME_DAY, SOME_DAY, SOME_DAY, SOME_DAY, SOME_DAY)
def test_counting_from_a_stretch_is_counting_day_by_day(a, b, c, d, e, f):
    first, start, end, last = sorted([a, b, c, d])
    closures = [(min(e, f), max(e, f))]

    count = SchoolDays(first, last, closures).between(start, end)

    assert count == school_days_between(start, end, closures)


@given(st.integers(0, 300), st.integers(0, 300))
def test_nearly_used_is_four_fifths_and_more(used, total):
    assert is_nearly_used(used, total) == (total > 0 and used / total >= 0.8)
