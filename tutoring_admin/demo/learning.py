"""The demo's plan of learning in mid-year: sessions held, one today, one level nobody has met with.

Only in the district that has run for months; the other has none yet and is offered the shipped one.
"""

from __future__ import annotations

import datetime as dt

from roadmap.learning_time import session_days
from roadmap.models import (
    Attendance,
    CoachingEntry,
    LearningLine,
    LearningSession,
    SessionState,
)
from roadmap.services.attendance import audience_of
from roadmap.services.learning import adopt_plan
from roles.capabilities import Capability
from roles.models import Assignment, Position, User
from roles.schooltime import Span, next_school_day, previous_school_day
from roles.services.audit import told_of
from tutoring_admin.demo.world import ONE_DAY, World

ONE_WEEK = 7 * ONE_DAY
# Weeks from the first student day to each line's first session; the day of the week is that of it.
BEGINS = {
    "PD01": (5, 2), "PD02": (4, 3), "PD03": (1, 1), "PD04": (17, 2), "PD05": (2, 3),
    "PD06": (-1, 1), "PD07": (2, 0), "PD08": (-2, 2), "PD09": (9, 4), "PD10": (10, 1),
    "PD11": (30, 0), "PD12": (3, 2),
}  # fmt: skip
TODAYS, CANCELLED = "PD07", "PD09"
TODAYS_TITLE = "One problem, one tool: calling home after a missed session"
WHY_CANCELLED = "The recording could not be opened on the district's devices."
PLACES = {"PD06": "Board room", "PD08": "Teacher center, room 2", "PD05": "Principals' meeting"}
VIDEO = "https://meet.maple-valley.example/"
TAKEAWAYS = {
    "PD01": "Ask for the two schools that are late, not for the average.",
    "PD05": "Tutoring stays out of lunch and recess in every schedule.",
    "PD06": "Each site lead has the call list and knows who answers it.",
    "PD07": "One phone call on the first day missed works better than three letters.",
    "PD08": "Debrief within two days, with one thing kept and one thing to try.",
}
TALKS = (
    ("PROGRAM_LEAD", "PROJECT_MANAGER", None, 62, 45, "Running the fall window",
     "Draft the reminder plan for schools that are late", "PD03"),
    ("PROGRAM_LEAD", "PROJECT_MANAGER", None, 33, 40, "Provider review: staffing and invoices",
     "Send the provider the list of open shifts", "PD03"),
    ("PROGRAM_LEAD", "PROJECT_MANAGER", None, 5, 45, "Evidence files for the spring take",
     "Name an owner for each missing file", "PD03"),
    ("PROJECT_MANAGER", "SITE_LEAD", "Lincoln ES", 19, 25, "Coverage when two tutors are out",
     "Agree on a floater with the principal", ""),
    ("PROJECT_MANAGER", "SITE_LEAD", "Cedar Hill ES", 9, 30, "Missed sessions: who calls home",
     "Try the new call list for two weeks", ""),
    ("INSTR_SUPERVISOR", "PRINCIPAL", "Harbor View ES", 12, 30, "Protecting the tutoring period",
     "Walk the schedule with the office on Monday", ""),
)  # fmt: skip


def build(world: World) -> None:
    if world.district.slug == "cedar-falls":
        return
    lead = world.holder("PROGRAM_LEAD")
    with told_of(_before_the_year(world)):
        adopt_plan(world.year, by=world.reach(lead, Capability.ROADMAP_MANAGE))
    closures: list[Span] = [(c.first_day, c.last_day) for c in world.closures]
    lines = LearningLine.objects.filter(school_year=world.year).prefetch_related("audiences")
    story = Story(world, closures)
    for line in lines:
        story.tell(line)
    story.keep()
    _talk(world, {line.key: line for line in lines}, closures)


def _before_the_year(world: World) -> dt.datetime:
    """The plan was made in summer, not when the demo was."""
    day = previous_school_day(world.year.first_student_day - 4 * ONE_WEEK, [])
    return dt.datetime.combine(day, dt.time(10, 20), tzinfo=world.district.zone)


class Story:
    def __init__(self, world: World, closures: list[Span]) -> None:
        self.world = world
        self.closures = closures
        self.sessions: list[LearningSession] = []
        assignments = Assignment.objects.filter(district=world.district)
        self.held = list(assignments.select_related("position").order_by("pk"))
        self.seats = list(
            Position.objects.filter(district=world.district).active(world.today).order_by("pk")
        )

    def tell(self, line: LearningLine) -> None:
        """All sessions of the year; those before today were held."""
        world, year = self.world, self.world.year
        weeks, weekday = BEGINS[line.key]
        first = year.first_student_day + weeks * ONE_WEEK + weekday * ONE_DAY
        days = session_days(
            first, line.sessions, line.cadence, year.last_student_day, self.closures
        )
        leader = self._leader(line)
        has_today = False
        for n, proposed in enumerate(days):
            day = proposed.day
            if line.key == TODAYS and not has_today and day >= world.today:
                day, has_today = world.today, True
            session = LearningSession(
                district=world.district,
                line=line,
                on=day,
                at=dt.time(15, 30) if line.minutes_each < 200 else dt.time(8, 30),
                minutes_long=line.minutes_each,
                place=PLACES.get(line.key, ""),
                link="" if line.key in PLACES else VIDEO + line.key.lower(),
                leader=leader,
                title=TODAYS_TITLE if day == world.today else "",
            )
            if line.key == CANCELLED and n == 0 and day < world.today:
                session.state, session.reason = SessionState.CANCELLED, WHY_CANCELLED
            elif day < world.today:
                self._hold(session)
            self.sessions.append(session)

    def _hold(self, session: LearningSession) -> None:
        session.state = SessionState.HELD
        session.held_by = self._leader_person(session)
        at = dt.datetime.combine(session.on, dt.time(16, 40), tzinfo=self.world.district.zone)
        session.held_at = session.changed_at = at
        session.takeaway = TAKEAWAYS.get(session.line.key, "")

    def keep(self) -> None:
        LearningSession.objects.bulk_create(self.sessions)
        Attendance.objects.bulk_create(
            Attendance(
                district=self.world.district,
                session=session,
                position_id=held.position_id,
                attendee_id=held.holder_id,
                present=(held.position_id * 7 + session.on.toordinal()) % 9 > 0,
                marked_by=session.held_by,
                marked_at=session.changed_at,
            )
            for session in self.sessions
            if session.state == SessionState.HELD
            for held in self._there(session)
        )

    def _there(self, session: LearningSession) -> list[Assignment]:
        """Who held a position of its audience on that day."""
        roles, day = audience_of(session.line), session.on
        return [
            held
            for held in self.held
            if held.position.role_id in roles
            and held.starts_on <= day
            and (held.ends_on is None or held.ends_on >= day)
        ]

    def _leader(self, line: LearningLine) -> Position | None:
        led_by = [seat for seat in self.seats if seat.role_id == line.lead_id]
        return led_by[0] if led_by else None

    def _leader_person(self, session: LearningSession) -> User:
        held = self.world.holders.get(session.leader_id or 0)
        return held or self.world.holder("PROGRAM_LEAD")


def _talk(world: World, lines: dict[str, LearningLine], closures: list[Span]) -> None:
    """Coaching talks of the last weeks, each with its next step; two next talks are to come."""
    made = []
    for coach, role, school, ago, minutes, focus, step, line in TALKS:
        position = world.positions.get((role, school, 1))
        person = world.holders.get(position.pk) if position else None
        if position is None or person is None or person == world.holder(coach):
            continue
        on = previous_school_day(world.today - ago * ONE_DAY, closures)
        made.append(
            CoachingEntry(
                district=world.district,
                coached=position,
                coached_person=person,
                coach=world.holder(coach),
                on=on,
                minutes_long=minutes,
                focus=focus,
                next_step=step,
                next_on=next_school_day(on + 4 * ONE_WEEK, closures),
                line=lines.get(line),
            )
        )
    CoachingEntry.objects.bulk_create(made)
