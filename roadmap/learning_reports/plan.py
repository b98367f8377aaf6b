"""The plan of learning in figures: per line and per level. Constant numbers of queries."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db.models import Count, Max, Min, Q, Sum

from roadmap.learning_reports.hours import HOUR
from roadmap.learning_reports.lines import audience_words, lines_of, targets_of
from roadmap.learning_time import expected_by, is_quiet
from roadmap.models import CoachingEntry, LearningLevel, LearningLine, LearningSession, SessionState
from roadmap.services.attendance import roles_that_rate
from roles.access import Reach
from roles.models import Position, SchoolYear

HELD, PLANNED = SessionState.HELD, SessionState.PLANNED
PACES = {"on": "on pace", "behind": "behind"}  # as the address names them


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
    def is_on_pace(self) -> bool:
        return not self.behind

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

    def narrowed(self, pace: str) -> Plan:
        """Only the lines that are "on" pace or "behind", and the levels that have some."""
        levels = [
            replace(
                level,
                lines=tuple(row for row in level.lines if row.is_on_pace == (pace == "on")),
            )
            for level in self.levels
        ]
        return Plan(tuple(level for level in levels if level.lines))


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
