"""Who helps, what is best done first, how it goes; and the way back to the plan's date."""

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadmap.models import Anchor, DateChange, Milestone, Precedence, ProgressNote
from roadmap.open_work import Milestones
from roadmap.precedence import way
from roadmap.services import beside, milestones, planning
from roles.access import EVERYWHERE, Reach
from roles.capabilities import Capability
from roles.models import AuditEvent
from roles.services.refusal import Refused
from tests.factories.roadmap import MilestoneFactory, PhaseFactory, owned_milestone
from tests.factories.roles import (
    AssignmentFactory,
    PositionFactory,
    SchoolYearFactory,
    UserFactory,
)


@pytest.fixture
def milestone():
    return owned_milestone(key="M10", title="Roadmap adopted")


@pytest.fixture
def by(milestone):
    return Reach(UserFactory(), milestone.district, Capability.ROADMAP_MANAGE, EVERYWHERE)


def nearby(milestone, **fields):
    return MilestoneFactory(district=milestone.district, phase=milestone.phase, **fields)


@pytest.mark.django_db
def test_a_contributor_sees_it_as_own_may_note_and_may_not_finish(milestone, by, school_day):
    helper = UserFactory()
    position = PositionFactory(district=milestone.district)
    AssignmentFactory(district=milestone.district, position=position, holder=helper)
    works = Reach(helper, milestone.district, Capability.ROADMAP_WORK, EVERYWHERE)
    manages = Reach(helper, milestone.district, Capability.ROADMAP_MANAGE, frozenset())

    assert beside.add_contributor(milestone, position=position, by=by) is True
    assert beside.add_contributor(milestone, position=position, by=by) is False

    today = milestone.district.today()
    assert Milestone.objects.involving(helper, today).get() == milestone
    assert not Milestone.objects.owned_by(helper, today).exists()
    assert beside.may_note(milestone, works, manages)
    items = list(Milestones().open_items(by, [position.pk, milestone.owner_id]))
    assert {(item.position_id, item.kind) for item in items} == {
        (milestone.owner_id, "Milestone"), (position.pk, "Milestone, helps")
    }  # fmt: skip
    assert not milestones.may_work_on(milestone, works, manages)

    assert beside.remove_contributor(milestone.contributions.get(), by=by) is True
    assert not Milestone.objects.involving(helper, today).exists()


@pytest.mark.django_db
def test_the_owner_does_not_help_itself(milestone, by):
    with pytest.raises(Refused, match="owns"):
        beside.add_contributor(milestone, position=milestone.owner, by=by)


@pytest.mark.django_db
def test_a_helper_who_becomes_the_owner_no_longer_helps(milestone, by):
    helper = PositionFactory(district=milestone.district)
    beside.add_contributor(milestone, position=helper, by=by)

    milestones.assign(milestone, helper, reason="New on the team", by=by)

    assert not milestone.contributions.exists()
    event = AuditEvent.objects.get(verb="roadmap.milestone_assigned")
    assert event.detail["reason"] == "New on the team"


@pytest.mark.django_db
def test_a_note_says_how_it_goes_and_is_kept(milestone, by):
    beside.note_progress(milestone, text=" Two of three chapters are in ", by=by)

    assert ProgressNote.objects.get().text == "Two of three chapters are in"
    assert Milestone.objects.get().progressed_at
    with pytest.raises(Refused):
        beside.note_progress(milestone, text=" ", by=by)


@pytest.mark.django_db
def test_nothing_is_noted_on_what_is_settled(by):
    with pytest.raises(Refused, match="settled"):
        beside.note_progress(MilestoneFactory(done=True), text="More", by=by)


@pytest.mark.django_db
def test_a_circle_is_refused_with_its_path(milestone, by):
    first, second = nearby(milestone, key="M06"), nearby(milestone, key="M08")
    beside.precede(second, before=first, by=by)
    beside.precede(milestone, before=second, by=by)

    with pytest.raises(Refused, match="circle: M06, then M08, then M10, then M06"):
        beside.precede(first, before=milestone, by=by)
    with pytest.raises(Refused, match="circle"):
        beside.precede(first, before=first, by=by)
    assert Precedence.objects.count() == 2


@pytest.mark.django_db
def test_another_school_year_is_no_predecessor(milestone, by):
    year = SchoolYearFactory(district=milestone.district, label="2027-28")
    other = MilestoneFactory(
        district=year.district, phase=PhaseFactory(district=year.district, school_year=year)
    )

    with pytest.raises(Refused, match="one school year"):
        beside.precede(milestone, before=other, by=by)


@pytest.mark.django_db
def test_what_is_not_done_before_is_named_and_stops_nobody(milestone, by, school_day):
    first = nearby(milestone, key="M06", title="Job description approved")
    beside.precede(milestone, before=first, by=by)

    said = beside.warning(milestone)
    assert said == "M06, Job description approved is not done yet. It is best done first."
    assert milestones.start(milestone, by=by)

    milestones.mark_done(first, proof_text="Minutes", by=by)
    assert beside.warning(milestone) == ""


@pytest.mark.django_db
def test_taking_two_apart_again_is_recorded_once(milestone, by):
    beside.precede(milestone, before=nearby(milestone), by=by)
    pair = Precedence.objects.get()

    assert beside.part(pair, by=by) is True
    assert beside.part(pair, by=by) is False
    assert AuditEvent.objects.filter(verb="roadmap.precedence_removed").count() == 1


@pytest.mark.django_db
def test_a_hand_moved_date_finds_back_to_the_plan(milestone, by):
    year = milestone.school_year
    anchor = Anchor.objects.create(
        district=year.district, school_year=year, kind="first_student_day"
    )
    Milestone.objects.update(anchor=anchor, start_offset=4, due_offset=8)
    milestone.refresh_from_db()
    milestones.redate(milestone, dt.date(2026, 12, 1), reason="The board meets later", by=by)

    assert planning.back_to_plan(milestone, reason="It met early", by=by) is True
    assert planning.back_to_plan(milestone, reason="Again", by=by) is False

    assert milestone.hand_dated is False
    assert milestone.due_on == planning.planned_due(milestone)
    assert [change.reason for change in DateChange.objects.all()] == [
        "It met early", "The board meets later"
    ]  # fmt: skip


@pytest.mark.django_db
def test_a_new_plan_that_moves_the_date_asks_why(milestone, by):
    year = milestone.school_year
    anchor = Anchor.objects.create(
        district=year.district, school_year=year, kind="first_student_day"
    )
    plan = planning.Plan(anchor, "school_days", 10, 30)

    with pytest.raises(Refused, match="why"):
        planning.edit(milestone, words={}, plan=plan, by=by)
    milestone.refresh_from_db()
    planning.edit(milestone, words={"title": "New"}, plan=plan, reason="Counted anew", by=by)

    assert (milestone.title, milestone.unit, milestone.due_offset) == ("New", "school_days", 30)
    assert plan.words == "30 school days after the first student day"
    assert milestone.sequence == 2


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=20))
def test_pairs_that_are_let_in_only_where_there_is_no_way_back_never_make_a_circle(wanted):
    pairs = []
    for before, after in wanted:
        if before != after and not way(pairs, after, before):
            pairs.append((before, after))

    for start, end in pairs:
        assert not way(pairs, end, start)
        found = way(pairs, start, end)
        assert (found[0], found[-1]) == (start, end)
        assert all(step in pairs for step in pairwise(found))
