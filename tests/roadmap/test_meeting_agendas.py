"""Agendas: drafted from the records, put in order by people, never against what they dropped."""

import datetime as dt

import pytest
from django.urls import reverse

from roadmap.models import AgendaItem, AtRiskProposal, SeriesMember
from roadmap.services import agendas
from roles.access import EVERYWHERE, Reach
from roles.capabilities import AccessLevel, Capability
from roles.models import DepartmentNeed
from tests.factories.roadmap import MilestoneFactory, PhaseFactory
from tests.factories.roadmap_meetings import (
    AgendaItemFactory,
    MeetingActionFactory,
    MeetingFactory,
    SeriesFactory,
    chaired,
)
from tests.factories.roles import (
    ClosureFactory,
    DepartmentFactory,
    PositionFactory,
    SchoolFactory,
    SchoolYearFactory,
    UserFactory,
    member,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]
TODAY = dt.date(2026, 10, 29)


@pytest.fixture
def year():
    return SchoolYearFactory()


@pytest.fixture
def chair():
    return UserFactory()


@pytest.fixture
def meeting(year, chair):
    series = chaired(
        chair, district=year.district, school_year=year, agenda="Risks\n\nDecisions\nRisks"
    )
    MeetingFactory(district=year.district, series=series, on=dt.date(2026, 12, 3))
    return MeetingFactory(district=year.district, series=series)


def milestone(meeting, **fields):
    district, year = meeting.district, meeting.series.school_year
    phase = PhaseFactory(district=district, school_year=year)
    usual = {"owner": meeting.series.chair, "phase": phase, "due_on": dt.date(2026, 11, 20)}
    return MilestoneFactory(district=district, **(usual | fields))


def reach(meeting, user=None):
    return Reach(user or UserFactory(), meeting.district, Capability.ROADMAP_WORK, EVERYWHERE)


def titles(meeting):
    return list(meeting.agenda_items.filter(dropped_at=None).values_list("title", flat=True))


def test_the_skeleton_stands_once_and_in_order(meeting):
    agendas.draft(meeting)
    assert titles(meeting) == ["Risks", "Decisions"]


def test_what_is_stuck_or_due_before_the_next_meeting_is_on_it_in_that_order(meeting):
    due = milestone(meeting, title="Due", due_on=dt.date(2026, 11, 20))
    milestone(meeting, title="Far", due_on=dt.date(2027, 3, 1))
    milestone(meeting, title="Done", done=True)
    milestone(meeting, title="Late", due_on=dt.date(2026, 10, 20))
    risky = milestone(meeting, title="Risky", due_on=dt.date(2027, 2, 1))
    AtRiskProposal.objects.create(
        district=meeting.district, milestone=risky, due_on=risky.due_on, reason="Nothing was said."
    )
    milestone(meeting, title="Stuck", state="blocked", reason="No room", due_on=dt.date(2027, 2, 1))

    agendas.draft(meeting)

    assert titles(meeting)[2:] == ["Stuck", "Risky", "Late", "Due"]
    notes = dict(meeting.agenda_items.values_list("title", "note"))
    assert notes["Stuck"].startswith("Blocked: No room")
    assert notes["Late"].startswith("9 days late")
    assert meeting.agenda_items.get(title="Due").milestone == due


def test_what_others_answer_for_is_on_it_only_when_it_is_stuck(meeting):
    other = PositionFactory(district=meeting.district)
    school = SchoolFactory(district=meeting.district)
    milestone(meeting, title="Of another", owner=other)
    milestone(meeting, title="Stuck elsewhere", owner=other, state="blocked", reason="No room")
    stuck = {"owner": other, "school": school, "state": "blocked", "reason": "No room"}
    milestone(meeting, title="Stuck at a school", **stuck)

    agendas.draft(meeting)

    assert titles(meeting)[2:] == ["Stuck elsewhere"]


def test_open_actions_and_open_items_of_earlier_meetings_come_first(meeting, year):
    before = MeetingFactory(
        district=year.district, series=meeting.series, on=dt.date(2026, 10, 1), held=True
    )
    MeetingActionFactory(district=year.district, meeting=before, text="Book rooms")
    MeetingActionFactory(
        district=year.district, meeting=before, text="Over", ended_at=dt.datetime.now(dt.UTC)
    )
    left = AgendaItemFactory(district=year.district, meeting=before, title="Left open")
    AgendaItemFactory(
        district=year.district, meeting=before, settled_at=dt.datetime.now(dt.UTC), title="Settled"
    )
    MeetingActionFactory(
        district=year.district,
        meeting__series=SeriesFactory(district=year.district, school_year=year),
    )

    agendas.draft(meeting)

    assert titles(meeting) == ["Book rooms", "Left open", "Risks", "Decisions"]
    assert meeting.agenda_items.get(title="Left open").carried_from == left


def test_what_a_department_has_not_answered_waits_where_its_partner_sits(meeting):
    district = meeting.district
    departments = [DepartmentFactory(district=district) for _ in range(2)]
    seat = PositionFactory(district=district, department=departments[0])
    SeriesMember.objects.create(district=district, series=meeting.series, position=seat)
    for department in departments:
        DepartmentNeed.objects.create(
            district=district, department=department, text=f"Data from {department}",
            due_on=dt.date(2026, 11, 10), asked_by=UserFactory(),
        )  # fmt: skip

    agendas.draft(meeting)

    assert titles(meeting)[2:] == [f"Data from {departments[0]}"]


def test_drafting_again_adds_the_new_removes_the_settled_and_leaves_the_rest(meeting, chair):
    by = reach(meeting, chair)
    first = milestone(meeting, title="First")
    agendas.draft(meeting)
    own = agendas.add(meeting, "Rooms in winter", by=by)
    agendas.put(own, 1, by=by)
    agendas.drop(meeting.agenda_items.get(title="Decisions"), by=by)
    milestone(meeting, title="Second")
    first.state = "not_applicable"
    first.reason = "We do not"
    first.save()

    assert agendas.draft(meeting) == 1
    assert titles(meeting) == ["Rooms in winter", "Risks", "Second"]


def test_what_was_written_to_stays_when_its_milestone_is_done(meeting):
    first = milestone(meeting, title="First")
    agendas.draft(meeting)
    meeting.agenda_items.filter(title="First").update(said="We talked it through.")
    first.delete()
    agendas.draft(meeting)
    assert "First" in titles(meeting)


def test_a_dropped_item_comes_back_only_by_hand(meeting, chair):
    by = reach(meeting, chair)
    agendas.draft(meeting)
    item = meeting.agenda_items.get(title="Risks")
    assert agendas.drop(item, by=by)
    assert not agendas.drop(item, by=by)
    agendas.draft(meeting)
    assert titles(meeting) == ["Decisions"]
    assert agendas.bring_back(item, by=by)
    assert "Risks" in titles(meeting)


def test_a_look_within_a_week_drafts_it_and_an_earlier_look_does_not(client, meeting, chair):
    client.force_login(chair)
    member(AccessLevel.EXECUTIVE, at=meeting.district, user=chair)
    later = meeting.series.meetings.get(on=dt.date(2026, 12, 3))
    for shown in (later, meeting):
        address = reverse("roadmap:meeting", args=[meeting.district.slug, shown.pk])
        assert client.get(address).status_code == 200
    assert titles(later) == []
    assert titles(meeting) == ["Risks", "Decisions"]


def test_beat_drafts_two_working_days_before_once_a_day(year, meeting):
    ClosureFactory(
        district=year.district, school_year=year, first_day=dt.date(2026, 11, 3),
        last_day=dt.date(2026, 11, 3),
    )  # fmt: skip
    district = year.district
    assert agendas.draft_due(district, dt.date(2026, 10, 30)) == 0
    assert agendas.draft_due(district, dt.date(2026, 11, 2)) == 1
    meeting.refresh_from_db()
    assert meeting.drafted_at is not None
    midnight = dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)
    type(meeting).objects.filter(pk=meeting.pk).update(drafted_at=midnight)
    assert agendas.draft_due(district, dt.date(2026, 11, 2)) == 0
    assert agendas.draft_due(district, dt.date(2026, 11, 4)) == 1


def test_items_move_by_button_and_stay_inside_the_list(client, meeting, chair):
    client.force_login(chair)
    member(AccessLevel.EXECUTIVE, at=meeting.district, user=chair)
    agendas.draft(meeting)
    last = meeting.agenda_items.get(title="Decisions")
    address = reverse("roadmap:agenda-put", args=[meeting.district.slug, last.pk])
    client.post(address, {"place": "up"})
    assert titles(meeting) == ["Decisions", "Risks"]
    client.post(address, {"place": "up"})
    assert titles(meeting) == ["Decisions", "Risks"]
    client.post(address, {"place": "2"})
    assert titles(meeting) == ["Risks", "Decisions"]


def test_who_does_not_sit_in_it_reads_it_and_changes_nothing(client, meeting):
    client.force_login(member(AccessLevel.EXECUTIVE, at=meeting.district))
    address = reverse("roadmap:meeting", args=[meeting.district.slug, meeting.pk])
    page = client.get(address)
    assert "Add an item" not in page.content.decode()
    add = reverse("roadmap:agenda-add", args=[meeting.district.slug, meeting.pk])
    assert client.post(add, {"title": "Mine"}).status_code == 403
    assert not AgendaItem.objects.filter(title="Mine").exists()
