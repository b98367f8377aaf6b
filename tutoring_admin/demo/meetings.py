"""The demo's planning period: the whole rhythm since summer in one district, none yet in the other.

The minutes tell one story from meeting to meeting: rooms, the second coach, what the data showed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from roadmap.meeting_library import Suggestion, suggestions
from roadmap.models import (
    AgendaItem,
    AgendaSource,
    Decision,
    Meeting,
    MeetingAction,
    MeetingSeries,
    MeetingState,
    Presence,
)
from roadmap.services import agendas, meeting_series, minutes_files
from roles.capabilities import Capability
from roles.models import LeadershipRole, Position, User
from tutoring_admin.demo.world import World

DAY = dt.timedelta(days=1)
WEEK = dt.timedelta(weeks=1)


@dataclass(frozen=True)
class Told:
    """One item of told minutes: heading, notes, a decision, and (text, role key, days) to do."""

    title: str
    said: str
    decided: str = ""
    to_do: tuple[str, str, int] | None = None
    outcome: str = ""
    left_open: bool = False


TEAM = (
    (
        Told(
            "How well roles are carried out",
            "Three of five checklists of site leads say that sessions start late on Mondays. "
            "Buses, not people: the late run reaches two schools at 8:10.",
            "Sessions on Mondays start at 8:25 at Harbor View and Northside.",
            (
                "Tell tutors and families of the two schools about Monday's start",
                "PROJECT_MANAGER",
                7,
            ),
            "Letters went home in two languages; tutors have it in their calendar.",
        ),
        Told(
            "Risks",
            "Northside has had no site lead for weeks. Marcus covers two afternoons a week.",
            to_do=("Post the position again with a stipend", "DEPT_HR", 14),
            outcome="Posted; four people have applied.",
        ),
        Told(
            "A second room at Riverbend",
            "The library is taken from 1 to 2. Not settled.",
            left_open=True,
        ),
    ),
    (
        Told(
            "Milestones of the next 45 days",
            "The next checklist window is near. Who observes whom has to stand two weeks before.",
            "Observers are drawn by lot this time, so that nobody is picked by a friend.",
        ),
        Told(
            "Money",
            "A second coach costs 0.4 of a position until summer. The grant has room for "
            "0.25; the rest would come from Title I.",
            to_do=("Ask finance whether Title I may carry 0.15 of a coach", "PROGRAM_LEAD", 10),
        ),
        Told(
            "A second room at Riverbend",
            "The principal offers the music room on three days.",
            left_open=True,
        ),
    ),
)
CALLS = (
    (
        Told(
            "What is blocked",
            "Lincoln: two laptops without headsets. All others: nothing.",
            to_do=("Bring six headsets to Lincoln", "DEPT_TECH", 5),
            outcome="Delivered on Friday.",
        ),
        Told(
            "One practice worth copying",
            "Cedar Hill posts the week's groups on the door on Friday. Tutors find their students "
            "two minutes sooner.",
            "Every school tries it for two weeks.",
        ),
    ),
    (
        Told(
            "What is blocked",
            "Oak Ridge: a tutor is out for three weeks; the provider sends nobody till Wednesday.",
            to_do=("Press for a substitute at Oak Ridge by Wednesday", "PROVIDER_MANAGER", 3),
        ),
        Told(
            "Dates of this week",
            "Data look at six schools on Thursday. Bring attendance by group.",
        ),
        Told(
            "One practice worth copying",
            "Willow Park greets each student by name at the door. Nothing to install.",
        ),
    ),
)
BRIEF = (
    Told(
        "Where the goals stand",
        "Tutoring reaches nine of twelve schools. Sessions held: 87 percent.",
    ),
    Told(
        "Barriers that need a decision",
        "Two principals gave the tutoring period to test practice.",
        "The period stays protected; the champion writes to all principals.",
        ("Write to principals about the protected period", "EXEC_CHAMPION", 6),
        "Sent, with the schedule attached.",
    ),
)
DELIVERY = (
    Told(
        "Attendance of tutors",
        "96 percent. Riverbend is at 88: the commute from campus.",
        to_do=("Offer Riverbend's tutors the early shuttle", "PROVIDER_MANAGER", 9),
    ),
    Told(
        "Invoices",
        "The last one lacks the list of sessions held, the one before is paid.",
        "No invoice is paid without its list of sessions.",
    ),
)


def build(world: World) -> None:
    """After roadmap: agendas are drafted from its milestones."""
    if world.district.slug == "cedar-falls":
        return  # its page shows how one begins
    manager = world.holder("PROJECT_MANAGER")
    plans = [plan for each in _offered(world) for plan in _plans(each, world)]
    meeting_series.adopt(world.year, plans, by=world.reach(manager, Capability.ROADMAP_MANAGE))
    series = {(s.key, s.school_id): s for s in MeetingSeries.objects.filter(school_year=world.year)}
    for key, chapters in (
        ("program_team", TEAM),
        ("site_leads", CALLS),
        ("executive_brief", (BRIEF,)),
        ("delivery", (DELIVERY,)),
    ):
        _tell(series[key, None], chapters, world)
    _hold(Meeting.objects.filter(series__in=series.values(), on__lt=world.today), manager, world)
    _begin_minutes(series["site_leads", None], world)
    near = Meeting.objects.filter(district=world.district, on__gte=world.today).planned()
    soon = list(near.filter(on__lte=world.today + 7 * DAY, series__school=None))
    # The champion's next meeting may be weeks off: its agenda shows what they are asked.
    brief = near.filter(series=series["executive_brief", None]).order_by("on").first()
    for meeting in {*soon, *filter(None, [brief])}:
        agendas.draft(meeting)


def _offered(world: World) -> list[Suggestion]:
    district = world.district
    seats = Position.objects.filter(district=district).active(world.today)
    return suggestions(
        world.year,
        [],
        list(LeadershipRole.objects.filter(district=district)),
        list(seats.select_related("role", "school")),
        world.today,
    )


def _plans(offered: Suggestion, world: World) -> list[meeting_series.Plan]:
    entry = offered.entry
    begins = world.year.first_student_day + entry["begins"] * WEEK
    at = dt.time.fromisoformat(entry["at"])
    last = world.year.last_student_day
    if entry["ends"] == "launch":
        last = world.year.first_student_day + 4 * WEEK
    return offered.plans(entry["weekday"], at, max(begins, world.year.starts_on), last)


def _tell(series: MeetingSeries, chapters: Iterable[Iterable[Told]], world: World) -> None:
    """Put the chapters into the latest meetings that are over, the last one into the latest."""
    chapters = list(chapters)
    past = series.meetings.planned().filter(on__lt=world.today - DAY).order_by("-on")
    rows = list(past[: len(chapters)])[::-1]
    for meeting, chapter in zip(rows, chapters[-len(rows) :], strict=True):
        for order, told in enumerate(chapter, 1):
            _write(meeting, told, order, world)
        for seat in (*series.members.all()[:9], series.chair):
            if seat and seat.pk in world.holders:
                Presence.objects.get_or_create(
                    district=world.district, meeting=meeting, position=seat,
                    defaults={"holder": world.holders[seat.pk]},
                )  # fmt: skip


def _write(meeting: Meeting, told: Told, order: int, world: World) -> None:
    at = _after(meeting, world)
    who = world.holders.get(meeting.series.chair_id or 0, world.holder("PROJECT_MANAGER"))
    standing = told.title in meeting.series.agenda
    item = AgendaItem.objects.create(
        district=world.district, meeting=meeting, order=order, title=told.title, said=told.said,
        source=AgendaSource.SKELETON if standing else AgendaSource.PERSON,
        settled_at=None if told.left_open else at,
    )  # fmt: skip
    if told.decided:
        Decision.objects.create(
            district=world.district, meeting=meeting, item=item, text=told.decided, by=who, at=at
        )
    if told.to_do:
        text, role, days = told.to_do
        owner = world.positions.get((role, None, 1))
        due_on = meeting.on + days * DAY
        ended = {}
        if told.outcome and due_on < world.today:
            day = dt.datetime.combine(due_on, dt.time(15), tzinfo=world.district.zone)
            by = world.holders.get(owner.pk if owner else 0, who)
            ended = {"ended_at": day, "ended_by": by, "outcome": told.outcome}
        MeetingAction.objects.create(
            district=world.district, meeting=meeting, item=item, text=text, owner=owner,
            due_on=due_on, made_by=who, made_at=at, **ended,
        )  # fmt: skip


def _hold(rows: Iterable[Meeting], manager: User, world: World) -> None:
    """Close what is over; the newest of those with minutes get their PDF."""
    told = []
    changed = []
    newest = Meeting.objects.filter(series__key="site_leads", on__lt=world.today)
    last = newest.filter(district=world.district).order_by("-on").first()
    for meeting in rows:
        if last and meeting.pk == last.pk:
            continue  # its minutes are still being written
        meeting.state = MeetingState.HELD
        meeting.held_at = _after(meeting, world)
        meeting.held_by = world.holders.get(meeting.series.chair_id or 0, manager)
        meeting.drafted_at = meeting.held_at - 2 * DAY
        changed.append(meeting)
    Meeting.objects.bulk_update(changed, ["state", "held_at", "held_by", "drafted_at"])
    told = [m for m in changed if m.series.key == "program_team"]
    for meeting in sorted(told, key=lambda each: each.on)[-1:]:
        minutes_files.owe_file(meeting)


def _begin_minutes(series: MeetingSeries, world: World) -> None:
    """The latest call is over; its minutes stand half written."""
    meeting = series.meetings.planned().filter(on__lt=world.today).order_by("-on").first()
    if meeting and not meeting.notes:
        meeting.notes = "Harbor View joined ten minutes late: fire drill."
        meeting.drafted_at = _after(meeting, world) - 2 * DAY
        meeting.save(update_fields=["notes", "drafted_at"])


def _after(meeting: Meeting, world: World) -> dt.datetime:
    """The moment at which a meeting was over."""
    begins = dt.datetime.combine(meeting.on, meeting.at, tzinfo=world.district.zone)
    return begins + dt.timedelta(minutes=meeting.minutes_long)
