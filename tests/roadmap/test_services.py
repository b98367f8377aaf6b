import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from roadmap.models import DateChange, Milestone, Phase, State
from roadmap.services import adoption, milestones
from roles.access import EVERYWHERE, Reach
from roles.capabilities import Capability
from roles.models import AuditEvent, Notice, NoticeStatus
from roles.services.refusal import Refused
from tests.factories.roadmap import MilestoneFactory, PhaseFactory, owned_milestone
from tests.factories.roles import (
    ClosureFactory,
    PositionFactory,
    RoleFactory,
    SchoolYearFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def everywhere(district, user=None, capability=Capability.ROADMAP_MANAGE):
    return Reach(user or UserFactory(), district, capability, EVERYWHERE)


def nowhere(district, user):
    return Reach(user, district, Capability.ROADMAP_MANAGE, frozenset())


@pytest.fixture
def milestone():
    return owned_milestone()


@pytest.fixture
def by(milestone):
    return everywhere(milestone.district)


def verbs():
    return list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True))


def test_the_library_comes_as_dated_milestones_of_the_districts_approach():
    year = SchoolYearFactory()
    role = RoleFactory(district=year.district, key="PROJECT_MANAGER")
    seat = PositionFactory(district=year.district, role=role)

    came = adoption.adopt_library(year, by=everywhere(year.district))

    assert came == Milestone.objects.count() == 46
    launch_check = Milestone.objects.get(key="M34")
    assert launch_check.due_on == dt.date(2026, 10, 12)
    assert launch_check.owner == seat
    assert launch_check.phase.title == "Launch"
    assert Milestone.objects.filter(why="").count() == 0
    assert verbs() == ["roadmap.library_adopted"]


def test_the_whole_library_has_fifty_milestones_in_seven_phases_and_a_core_of_35():
    shipped = adoption.content()

    assert len(shipped["milestones"]) == 50
    assert len(shipped["phases"]) == 7
    assert len(shipped["core_set"]) == 35
    assert set(shipped["core_set"]) <= {template["id"] for template in shipped["milestones"]}


def test_adopting_twice_adds_nothing_and_keeps_what_the_district_edited():
    year = SchoolYearFactory()
    by = everywhere(year.district)
    adoption.adopt_library(year, by=by, core_only=True)
    Milestone.objects.filter(key="M34").update(title="Our own words")

    again = adoption.adopt_library(year, by=by, core_only=True)

    assert again == 0
    assert Milestone.objects.get(key="M34").title == "Our own words"
    assert Phase.objects.count() == 7


def test_a_milestone_due_in_a_closure_is_due_before_it():
    year = SchoolYearFactory()
    ClosureFactory(
        school_year=year,
        district=year.district,
        first_day=dt.date(2026, 10, 12),
        last_day=dt.date(2026, 10, 12),
    )

    adoption.adopt_library(year, by=everywhere(year.district))

    assert Milestone.objects.get(key="M34").due_on == dt.date(2026, 10, 9)


def test_marking_done_keeps_the_proof_the_person_and_the_time_once(milestone, by):
    first = milestones.mark_done(milestone, proof_text="Minutes of October 5", by=by)
    second = milestones.mark_done(milestone, proof_text="Again", by=by)

    milestone.refresh_from_db()
    assert (first, second) == (True, False)
    assert milestone.state == State.DONE
    assert milestone.done_by == by.user
    assert milestone.done_at
    assert milestone.proof_text == "Minutes of October 5"
    assert verbs() == ["roadmap.milestone_done"]


def test_done_without_proof_is_refused(milestone, by):
    with pytest.raises(Refused, match="proof"):
        milestones.mark_done(milestone, proof_text="  ", by=by)

    assert AuditEvent.objects.count() == 0


def test_the_database_refuses_done_without_proof(milestone, by):
    with pytest.raises(IntegrityError):
        Milestone.objects.filter(pk=milestone.pk).update(state=State.DONE)


def test_a_page_read_before_someone_else_acted_changes_nothing(milestone, by):
    stale = Milestone.objects.get(pk=milestone.pk)
    milestones.block(milestone, reason="Waiting for the contract", by=by)

    assert milestones.start(stale, by=by) is False
    assert Milestone.objects.get().state == State.BLOCKED


def test_a_block_needs_a_reason_and_going_on_clears_it(milestone, by):
    with pytest.raises(Refused, match="why"):
        milestones.block(milestone, reason=" ", by=by)

    milestones.block(milestone, reason="Waiting for the contract", by=by)
    assert milestone.reason == "Waiting for the contract"
    milestones.start(milestone, by=by)

    assert (milestone.state, milestone.reason) == (State.IN_PROGRESS, "")
    assert verbs() == ["roadmap.milestone_blocked", "roadmap.milestone_started"]


def test_reopening_takes_the_proof_off_and_keeps_it_in_the_audit_trail(milestone, by):
    milestones.mark_done(milestone, proof_link="https://district.example/minutes", by=by)

    milestones.reopen(milestone, reason="Wrong file", by=by)

    assert (milestone.state, milestone.proof_link) == (State.IN_PROGRESS, "")
    event = AuditEvent.objects.get(verb="roadmap.milestone_reopened")
    assert event.detail["proof_link"] == "https://district.example/minutes"
    assert event.detail["reason"] == "Wrong file"


def test_an_open_milestone_cannot_be_reopened(milestone, by):
    assert milestones.reopen(milestone, reason="Why not", by=by) is False


def test_setting_aside_needs_a_reason_and_leaves_the_open_ones(milestone, by):
    milestones.set_aside(milestone, reason="No provider this year", by=by)

    assert not Milestone.objects.open().exists()
    assert milestone.reason == "No provider this year"


def test_a_new_date_is_kept_with_its_reason_and_counts_as_set_by_hand(milestone, by):
    new = milestone.due_on + dt.timedelta(days=10)

    moved = milestones.redate(milestone, new, reason="Board meets later", by=by)

    assert moved
    assert (milestone.due_on, milestone.hand_dated) == (new, True)
    change = DateChange.objects.get()
    assert (change.old, change.new, change.by) == (dt.date(2026, 11, 5), new, by.user)
    assert verbs() == ["roadmap.milestone_redated"]


def test_a_date_before_the_start_brings_the_start_forward(milestone, by):
    early = milestone.starts_on - dt.timedelta(days=3)

    milestones.redate(milestone, early, reason="Needed sooner", by=by)

    assert milestone.starts_on == early


def test_a_done_milestone_keeps_its_date():
    milestone = MilestoneFactory(done=True)
    by = everywhere(milestone.district)

    assert milestones.redate(milestone, dt.date(2027, 1, 8), reason="Later", by=by) is False
    assert DateChange.objects.count() == 0


def test_the_same_date_or_no_reason_is_refused(milestone, by):
    with pytest.raises(Refused):
        milestones.redate(milestone, milestone.due_on, reason="Same", by=by)
    with pytest.raises(Refused):
        milestones.redate(milestone, dt.date(2027, 1, 8), reason="", by=by)


def test_giving_it_to_another_position_is_recorded_once(milestone, by):
    other = PositionFactory(district=milestone.district)

    assert milestones.assign(milestone, other, by=by) is True
    assert milestones.assign(milestone, other, by=by) is False
    assert verbs() == ["roadmap.milestone_assigned"]


def test_an_added_milestone_has_the_year_of_its_phase_and_a_date_set_by_hand(school_day):
    phase = PhaseFactory()
    by = everywhere(phase.district)

    added = milestones.add(
        phase.school_year, phase, title="Family night", due_on=dt.date(2026, 12, 3), by=by
    )

    assert added.hand_dated
    assert added.starts_on == dt.date(2026, 10, 29)
    assert verbs() == ["roadmap.milestone_added"]


def test_an_added_milestone_without_a_title_is_refused():
    phase = PhaseFactory()

    with pytest.raises(ValidationError):
        milestones.add(
            phase.school_year, phase, title="", due_on=dt.date(2026, 12, 3),
            by=everywhere(phase.district),
        )  # fmt: skip


def test_what_waits_to_be_told_is_withdrawn_when_the_milestone_moves(milestone, by):
    def waits(subject, status=NoticeStatus.WAITING):
        return Notice.objects.create(
            district=milestone.district, key=f"{subject}:{status}", source="milestone",
            subject=subject, reader=by.user, say_on=milestone.due_on, status=status,
        )  # fmt: skip

    own = waits(f"milestone:{milestone.pk}")
    waits(f"milestone:{milestone.pk}0")
    waits(f"milestone:{milestone.pk}", NoticeStatus.SAID)

    milestones.mark_done(milestone, proof_text="Minutes", by=by)

    assert Notice.objects.filter(status=NoticeStatus.WITHDRAWN).get() == own


def test_the_holder_of_the_owner_position_may_work_on_it_and_others_may_not(school_day):
    holder, other = UserFactory(), UserFactory()
    milestone = owned_milestone(holder=holder)
    district = milestone.district

    for user, manages, expected in (
        (holder, nowhere(district, holder), True),
        (other, nowhere(district, other), False),
        (other, everywhere(district, other), True),
    ):
        by = everywhere(district, user, Capability.ROADMAP_WORK)
        assert milestones.may_work_on(milestone, by, manages) is expected


def test_phases_stand_in_the_order_of_the_year_whichever_was_made_first():
    last = PhaseFactory(order=7)
    for order in (3, 1, 5):
        PhaseFactory(district=last.district, school_year=last.school_year, order=order)

    phases = Phase.objects.filter(school_year=last.school_year).with_progress()
    assert [phase.order for phase in phases] == [1, 3, 5, 7]
