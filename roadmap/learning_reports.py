"""The plan of learning in figures: per line, per level, per person. Constant numbers of queries."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, QuerySet, Sum

from checklists.models import LearningTopic
from roadmap.learning_time import QUIET, expected_by, is_quiet, target_days
from roadmap.models import (
    Attendance,
    CoachingEntry,
    LearningLevel,
    LearningLine,
    LearningSession,
    SessionState,
    SessionTopic,
)
from roadmap.services.attendance import roles_that_rate
from roles.access import Reach
from roles.models import Assignment, AuditEvent, Position, SchoolYear, User

HOUR = 60
HELD, PLANNED = SessionState.HELD, SessionState.PLANNED
FIRST_NAMES = 3


@dataclass(frozen=True)
class LineRow:
    """One line of the plan on one day. `people` hold a position of its audience."""

    line: LearningLine
    audience: str
    seats: int
    people: int
    held: int
    held_minutes: int
    scheduled: int
    expected: int
    next_on: dt.date | None
    next_pk: int | None

    @property
    def hours_planned(self) -> float:
        return self.line.hours

    @property
    def hours_held(self) -> float:
        return self.held_minutes / HOUR

    @property
    def behind(self) -> int:
        return max(self.expected - self.held, 0)

    @property
    def unscheduled(self) -> int:
        return max(self.line.sessions - self.held - self.scheduled, 0)

    @property
    def pace(self) -> tuple[str, str]:
        """The kind of status chip, and its words."""
        if self.behind:
            return "due-soon", f"{self.behind} behind"
        if self.held >= self.line.sessions:
            return "done", "All held"
        return "good", "On pace"


@dataclass(frozen=True)
class LevelRow:
    """A level with its lines. `quiet`: nobody of it met for 90 days, in sessions or coaching."""

    key: str
    label: str
    lines: tuple[LineRow, ...]
    seats: int
    last_on: dt.date | None
    quiet: bool

    @property
    def note(self) -> str:
        """Beside the level's name: when it last met."""
        return f"last met {self.last_on:%b} {self.last_on.day}" if self.last_on else ""

    @property
    def held(self) -> int:
        return sum(row.held for row in self.lines)

    @property
    def expected(self) -> int:
        return sum(row.expected for row in self.lines)

    @property
    def planned(self) -> int:
        return sum(row.line.sessions for row in self.lines)

    @property
    def hours_held(self) -> float:
        return sum(row.hours_held for row in self.lines)


@dataclass(frozen=True)
class Plan:
    """The plan of a school year within someone's reach."""

    levels: tuple[LevelRow, ...]
    ended: tuple[LearningLine, ...] = ()

    @property
    def lines(self) -> list[LineRow]:
        return [row for level in self.levels for row in level.lines]

    @property
    def quiet(self) -> list[LevelRow]:
        return [level for level in self.levels if level.quiet]

    @property
    def held(self) -> int:
        return sum(level.held for level in self.levels)

    @property
    def planned(self) -> int:
        return sum(level.planned for level in self.levels)

    @property
    def expected(self) -> int:
        return sum(level.expected for level in self.levels)

    @property
    def behind(self) -> list[LineRow]:
        return [row for row in self.lines if row.behind]


@dataclass(frozen=True)
class Proposal:
    """A topic that grew from low items, with the session it could go into; None without one."""

    topic: LearningTopic
    session: LearningSession | None


@dataclass
class PersonRow:
    """One person's learning in a school year; minutes, for what their positions are planned for.

    `expected` counts what should have been held by now since they began; `coaching` are the minutes
    of all talks, those that count for a line among them.
    """

    person: User
    positions: list[Position] = field(default_factory=list)
    levels: set[str] = field(default_factory=set)
    planned: int = 0
    expected: int = 0
    expected_sessions: int = 0
    attended: int = 0
    sessions: int = 0
    coaching: int = 0
    talks: int = 0

    @property
    def is_on_pace(self) -> bool:
        """Met the minutes, or the number of sessions, that were due by now."""
        return self.attended >= self.expected or self.sessions >= self.expected_sessions

    @property
    def pace(self) -> tuple[str, str]:
        if self.is_on_pace:
            return "good", "On pace"
        return "due-soon", f"{hours(self.expected - self.attended)} behind"

    @property
    def place(self) -> str:
        return self.positions[0].place


@dataclass(frozen=True)
class LevelPace:
    """People of a level: how many are on pace, and their hours together."""

    label: str
    people: int
    on_pace: int
    attended: int
    coaching: int

    @property
    def percent(self) -> int:
        return self.on_pace * 100 // self.people if self.people else 0


def hours(minutes: int) -> str:
    """ "1 h 30 min" for 90."""
    whole, rest = divmod(minutes, HOUR)
    parts = [f"{whole} h"] if whole else []
    parts += [f"{rest} min"] if rest or not whole else []
    return " ".join(parts)


def plan_of(reach: Reach, year: SchoolYear, today: dt.date) -> Plan:
    """Every level with its lines and how they stand."""
    lines = list(lines_of(reach, year))
    sessions = _session_figures(reach, year, today)
    seats = _seats_by_role(reach, today)
    raters = roles_that_rate(reach.district.pk) if any(x.for_raters for x in lines) else set()
    talks = _last_talks(reach, year)
    rows: dict[str, list[LineRow]] = defaultdict(list)
    for line in lines:
        if line.ended_at is None:
            rows[line.level].append(_line_row(line, sessions, seats, raters, year, today))
    levels = [
        _level(key, label, rows[key], seats, sessions, lines, talks.get(key), year, today)
        for key, label in LearningLevel.choices
    ]
    return Plan(tuple(levels), tuple(line for line in lines if line.ended_at))


def lines_of(reach: Reach, year: SchoolYear) -> QuerySet[LearningLine]:
    found = LearningLine.objects.reachable(reach).filter(school_year=year)
    return found.select_related("lead", "school_year").prefetch_related("audiences__role")


def audience_words(line: LearningLine, *, whole: bool = False) -> str:
    """Who a line is for: "Site Tutoring Lead, Teacher Liaison"; of many roles the first three."""
    names = [each.role.title for each in line.audiences.all()]
    if line.for_raters:
        names.append("Everyone who rates checklists")
    if whole or len(names) <= FIRST_NAMES + 1:
        return ", ".join(names) or "Nobody yet"
    return f"{', '.join(names[:FIRST_NAMES])} and {len(names) - FIRST_NAMES} more"


def proposals(reach: Reach, year: SchoolYear, today: dt.date) -> list[Proposal]:
    """Topics taken up from low items this year that no session has, with the role's next one."""
    taken = SessionTopic.objects.filter(topic=OuterRef("pk")).exclude(
        session__state=SessionState.CANCELLED
    )
    topics = (
        LearningTopic.objects.reachable(reach)
        .filter(window__school_year=year)
        .filter(~Exists(taken))
        .select_related("role", "window")
        .order_by("at", "pk")
    )
    coming = _coming(reach, year, today)
    audiences = {s.line_id: {a.role_id for a in s.line.audiences.all()} for s in coming}
    return [
        Proposal(topic, next((s for s in coming if topic.role_id in audiences[s.line_id]), None))
        for topic in topics
    ]


def _coming(reach: Reach, year: SchoolYear, today: dt.date) -> list[LearningSession]:
    found = LearningSession.objects.reachable(reach).filter(
        line__school_year=year, state=PLANNED, on__gte=today
    )
    return list(found.select_related("line").prefetch_related("line__audiences"))


def learned(reach: Reach, year: SchoolYear) -> list[SessionTopic]:
    """Topics that a session was held with, latest first."""
    found = SessionTopic.objects.reachable(reach).filter(
        session__line__school_year=year, session__state=HELD
    )
    return list(found.select_related("topic__role", "session__line").order_by("-session__on"))


@dataclass(frozen=True)
class _Held:
    held: int = 0
    minutes: int = 0
    scheduled: int = 0
    next_on: dt.date | None = None
    last_on: dt.date | None = None
    next_pk: int | None = None


def _session_figures(reach: Reach, year: SchoolYear, today: dt.date) -> dict[int, _Held]:
    coming = Q(state=PLANNED, on__gte=today)
    rows = (
        LearningSession.objects.reachable(reach)
        .filter(line__school_year=year)
        .order_by()
        .values("line")
        .annotate(
            n=Count("pk", filter=Q(state=HELD)),
            minutes=Sum("minutes_long", filter=Q(state=HELD)),
            scheduled=Count("pk", filter=coming),
            next=Min("on", filter=coming),
            last=Max("on", filter=Q(state=HELD)),
        )
    )
    upcoming = LearningSession.objects.reachable(reach).filter(coming, line__school_year=year)
    first = dict(upcoming.order_by("-on", "-at", "-pk").values_list("line", "pk"))
    return {
        r["line"]: _Held(
            r["n"], r["minutes"] or 0, r["scheduled"], r["next"], r["last"], first.get(r["line"])
        )
        for r in rows
    }


@dataclass(frozen=True)
class _Seats:
    level: str
    seats: int
    people: int


def _seats_by_role(reach: Reach, today: dt.date) -> dict[int, _Seats]:
    """Positions and holders by role (primary key)."""
    positions = Position.objects.reachable(reach).active(today).with_filled(today).order_by()
    counted = positions.values("role", "role__level").annotate(
        n=Count("pk"), held=Count("pk", filter=Q(filled=True))
    )
    return {row["role"]: _Seats(row["role__level"], row["n"], row["held"]) for row in counted}


def _last_talks(reach: Reach, year: SchoolYear) -> dict[str, dt.date]:
    """The day of the last coaching talk by level; a figure, whoever may read the talks."""
    talks = CoachingEntry.objects.reachable(reach).filter(
        on__gte=year.starts_on, on__lte=year.ends_on
    )
    found = talks.order_by().values("coached__role__level").annotate(last=Max("on"))
    return dict(found.values_list("coached__role__level", "last"))


def _line_row(
    line: LearningLine,
    sessions: Mapping[int, _Held],
    seats: Mapping[int, _Seats],
    raters: set[int],
    year: SchoolYear,
    today: dt.date,
) -> LineRow:
    roles = {each.role_id for each in line.audiences.all()}
    roles |= raters if line.for_raters else set()
    found = sessions.get(line.pk, _Held())
    return LineRow(
        line=line,
        audience=audience_words(line),
        seats=sum(seats[role].seats for role in roles if role in seats),
        people=sum(seats[role].people for role in roles if role in seats),
        held=found.held,
        held_minutes=found.minutes,
        scheduled=found.scheduled,
        expected=expected_by(today, targets_of(line, year)),
        next_on=found.next_on,
        next_pk=found.next_pk,
    )


def targets_of(line: LearningLine, year: SchoolYear) -> list[dt.date]:
    first, last = year.first_student_day, year.last_student_day
    return target_days(line.sessions, line.cadence, first, last)


def _level(
    key: str,
    label: str,
    rows: Sequence[LineRow],
    seats: Mapping[int, _Seats],
    sessions: Mapping[int, _Held],
    lines: Iterable[LearningLine],
    talked_on: dt.date | None,
    year: SchoolYear,
    today: dt.date,
) -> LevelRow:
    held_on = [sessions[x.pk].last_on for x in lines if x.level == key and x.pk in sessions]
    days = [day for day in (*held_on, talked_on) if day]
    last_on = max(days, default=None)
    own = sum(each.seats for each in seats.values() if each.level == key)
    is_on = today <= year.last_student_day and own > 0
    return LevelRow(
        key=key,
        label=label,
        lines=tuple(rows),
        seats=own,
        last_on=last_on,
        quiet=is_on and is_quiet(today, year.first_student_day, last_on),
    )


def standings(
    reach: Reach, year: SchoolYear, today: dt.date, person: User | None = None
) -> list[PersonRow]:
    """Everyone who holds a position today, or one of them, by name."""
    held = Assignment.objects.reachable(reach).in_force(today)
    held = held.filter(holder=person) if person else held
    held = held.select_related(
        "holder", "position__role", "position__school", "position__department"
    ).order_by("holder__last_name", "holder__first_name", "holder", "position__role__order")
    people: dict[int, PersonRow] = {}
    since: dict[int, dict[int, dt.date]] = defaultdict(dict)  # person, role: first day
    for each in held:
        row = people.setdefault(each.holder_id, PersonRow(each.holder))
        row.positions.append(each.position)
        row.levels.add(each.position.role.level)
        begun = since[each.holder_id]
        role = each.position.role_id
        begun[role] = min(each.starts_on, begun.get(role, each.starts_on))
    _plan_for(people, since, [x for x in lines_of(reach, year) if not x.ended_at], year, today)
    _add_attended(people, reach, year)
    _add_coaching(people, reach, year)
    return list(people.values())


def _plan_for(
    people: Mapping[int, PersonRow],
    since: Mapping[int, Mapping[int, dt.date]],
    lines: Sequence[LearningLine],
    year: SchoolYear,
    today: dt.date,
) -> None:
    raters = roles_that_rate(year.district_id) if any(x.for_raters for x in lines) else set()
    for line in lines:
        roles = {each.role_id for each in line.audiences.all()}
        roles |= raters if line.for_raters else set()
        targets = targets_of(line, year)
        for pk, row in people.items():
            begun = [day for role, day in since[pk].items() if role in roles]
            if begun:
                due = expected_by(today, targets, since=min(begun))
                row.planned += len([x for x in targets if x >= min(begun)]) * line.minutes_each
                row.expected += due * line.minutes_each
                row.expected_sessions += due


def _add_attended(people: Mapping[int, PersonRow], reach: Reach, year: SchoolYear) -> None:
    """Minutes stay with the person, whatever position they sat in for."""
    there = Attendance.objects.filter(
        district=reach.district,
        attendee__in=people,
        present=True,
        session__line__school_year=year,
        session__state=HELD,
    )
    once = there.order_by().values("attendee", "session", minutes=F("session__minutes_long"))
    for mark in once.distinct():
        row = people[mark["attendee"]]
        row.attended += mark["minutes"]
        row.sessions += 1


def _add_coaching(people: Mapping[int, PersonRow], reach: Reach, year: SchoolYear) -> None:
    """A talk that belongs to a line of the plan counts as one of its sessions."""
    talks = CoachingEntry.objects.filter(
        district=reach.district,
        coached_person__in=people,
        on__gte=year.starts_on,
        on__lte=year.ends_on,
    )
    counted = (
        talks.order_by()
        .values("coached_person")
        .annotate(
            n=Count("pk"),
            minutes=Sum("minutes_long"),
            planned=Count("pk", filter=Q(line__isnull=False)),
            planned_minutes=Sum("minutes_long", filter=Q(line__isnull=False)),
        )
    )
    for talk in counted:
        row = people[talk["coached_person"]]
        row.talks = talk["n"]
        row.sessions += talk["planned"]
        row.attended += talk["planned_minutes"] or 0
        row.coaching = talk["minutes"]


def paces(rows: Iterable[PersonRow]) -> list[LevelPace]:
    """The same by level; who leads on two levels counts on both."""
    by_level: dict[str, list[PersonRow]] = defaultdict(list)
    for row in rows:
        for level in row.levels:
            by_level[level].append(row)
    return [
        LevelPace(
            label=label,
            people=len(found),
            on_pace=sum(row.is_on_pace for row in found),
            attended=sum(row.attended for row in found),
            coaching=sum(row.coaching for row in found),
        )
        for key, label in LearningLevel.choices
        if (found := by_level[key])
    ]


def next_sessions(reach: Reach, person: User, today: dt.date) -> list[LearningSession]:
    """Sessions to come that this person is expected at, or leads; the next first."""
    positions = Position.objects.filter(district=reach.district).held_by(person, today)
    held = list(positions.values_list("pk", "role", "school"))
    if not held:
        return []
    rates = roles_that_rate(reach.district.pk)
    mine = Q(leader__in=[pk for pk, _, _ in held])
    for _, role, school in held:
        is_for = Q(line__audiences__role=role)
        is_for |= Q(line__for_raters=True) if role in rates else Q(pk__in=[])
        mine |= is_for & (Q(school=None) | Q(school=school) if school else Q(school=None))
    found = LearningSession.objects.filter(mine, district=reach.district, state=PLANNED)
    found = found.filter(on__gte=today).select_related("line", "school", "leader__role")
    return list(found.distinct().order_by("on", "at", "pk"))


def with_counts(sessions: QuerySet[LearningSession]) -> QuerySet[LearningSession]:
    """With `came` and `marked`: how many were present, and of how many that is known."""
    return sessions.select_related("school", "leader__role", "leader__school").annotate(
        came=Count("attendance", filter=Q(attendance__present=True)),
        marked=Count("attendance"),
    )


def attended(reach: Reach, person: User, year: SchoolYear) -> list[LearningSession]:
    """Sessions of the year that this person was at, latest first."""
    there = Attendance.objects.filter(district=reach.district, attendee=person, present=True)
    found = LearningSession.objects.filter(
        pk__in=there.values("session"), line__school_year=year, state=HELD
    )
    return list(found.select_related("line").order_by("-on", "-pk"))


def agreed_talks(reach: Reach, person: User, today: dt.date) -> list[CoachingEntry]:
    """The next talks this person has agreed on as coach or coached: of each pair the latest entry,
    as long as its day has not been followed by another talk.
    """
    mine = CoachingEntry.objects.filter(district=reach.district).filter(
        Q(coach=person) | Q(coached_person=person)
    )
    later = CoachingEntry.objects.filter(
        coach=OuterRef("coach"), coached_person=OuterRef("coached_person")
    ).filter(Q(on__gt=OuterRef("on")) | Q(on=OuterRef("on"), pk__gt=OuterRef("pk")))
    open_talks = mine.filter(~Exists(later), next_on__gte=today - QUIET)
    return list(
        open_talks.select_related("coach", "coached_person", "coached__role").order_by("next_on")
    )


def changes_of(year: SchoolYear, *, lines: bool = False) -> list[dt.datetime]:
    """When the plan of a year was worked on; with `lines`, when single lines of it were."""
    of_plan = Q(verb__in=("learning.plan_adopted", "learning.lines_rolled_over")) & Q(
        subject_pk=str(year.pk)
    )
    of_lines = Q(verb__startswith="learning.line_", detail__year=year.label)
    found = AuditEvent.objects.filter(district=year.district_id)
    found = found.filter(of_lines if lines else of_plan | of_lines)
    return list(found.values_list("at", flat=True))
