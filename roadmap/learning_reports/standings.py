"""Hours and pace of each person, and of a level together. Constant numbers of queries."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Count, F, Q, Sum

from roadmap.learning_reports.hours import hours
from roadmap.learning_reports.lines import lines_of, targets_of
from roadmap.learning_time import expected_by
from roadmap.models import Attendance, CoachingEntry, LearningLevel, LearningLine, SessionState
from roadmap.services.attendance import roles_that_rate
from roles.access import Reach
from roles.models import Assignment, Position, SchoolYear, User


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


def narrowed(rows: Iterable[PersonRow], given: Mapping[str, str]) -> list[PersonRow]:
    """Those that an address asks for: of one level, behind, or on pace."""
    level = level_in(given)
    behind, on_pace = "behind" in given, "on-pace" in given
    return [
        row
        for row in rows
        if (not level or level in row.levels)
        and not (behind and row.is_on_pace)
        and not (on_pace and not row.is_on_pace)
    ]


def narrows(given: Mapping[str, str]) -> bool:
    return bool(level_in(given) or {"behind", "on-pace"} & set(given))


def level_in(given: Mapping[str, str]) -> str:
    """The level that an address names; "" for none."""
    level = given.get("level", "")
    return level if level in LearningLevel.values else ""


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
        session__state=SessionState.HELD,
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
