"""What the next school year would hold, and what becomes of the old one: looked at, not done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from roadmap import rolling
from roadmap.models import Anchor, AnchorKind, Milestone, State
from roadmap.rolling import Copy, Turn
from roadmap.scheduling import resolve
from roadmap.services import adoption
from roadmap.yeardays import YearDays
from roles.access import Reach
from roles.models import Closure, District, SchoolYear
from roles.schooltime import Span, previous_school_day


@dataclass(frozen=True)
class NewLine:
    """A milestone of the old year (`of`, one for each school that has it) as it would come again,
    or one of the library (`line`).
    """

    key: str
    title: str
    phase: str
    starts_on: dt.date
    due_on: dt.date
    owner: str
    proposed: bool
    note: str = ""
    of: tuple[Milestone, ...] = ()

    @property
    def schools(self) -> int:
        return len(self.of) if len(self.of) > 1 else 0


@dataclass(frozen=True)
class Carried:
    """Open work of the old year; one for each school that has it."""

    key: str
    title: str
    due_on: dt.date
    state: str
    of: tuple[Milestone, ...]

    @property
    def schools(self) -> int:
        return len(self.of) if len(self.of) > 1 else 0


@dataclass(frozen=True)
class Diff:
    """What the new year would hold, and what becomes of the old one."""

    turn: Turn
    lines: Sequence[NewLine]
    library: Sequence[NewLine]
    open: Sequence[Carried]
    copies: Sequence[tuple[str, Sequence[Copy]]]
    done: int
    set_aside: int

    @property
    def keys(self) -> set[str]:
        """Everything that can be chosen."""
        rows: list[NewLine | Carried | Copy] = [*self.lines, *self.library, *self.open]
        rows += [copy for _, copies in self.copies for copy in copies]
        return {row.key for row in rows}


def preview(old: SchoolYear, new: SchoolYear, days: YearDays, *, by: Reach) -> Diff:
    """What rolling over would bring. Writes nothing; a constant number of queries."""
    turn = Turn(old, new, _closures(by.district, new, days))
    today = by.district.today()
    rows = Milestone.objects.reachable(by).filter(school_year=old).with_owner(today)
    milestones = list(rows.select_related("anchor__school_year").order_by("due_on", "pk"))
    there = _there(new)
    lines = _lines(_groups(milestones), turn, days, there)
    return Diff(
        turn=turn,
        lines=lines,
        library=_from_library(turn, {m.key for m in milestones}, there, by),
        open=[] if old.archived_at else _open(milestones),
        copies=rolling.copies_of_year(turn, by),
        done=sum(m.state == State.DONE for m in milestones),
        set_aside=sum(m.state == State.NOT_APPLICABLE for m in milestones),
    )


def _closures(district: District, new: SchoolYear, days: YearDays) -> list[Span]:
    others = Closure.objects.filter(district=district).exclude(school_year=new.pk)
    return list(others.values_list("first_day", "last_day")) + days.spans


def _there(new: SchoolYear) -> set[tuple[str, int | None]]:
    """What the new year has already, by key or title and by school."""
    if new.pk is None:
        return set()
    rows = Milestone.objects.filter(district=new.district_id, school_year=new)
    return {
        (key or title, school) for key, title, school in rows.values_list("key", "title", "school")
    }


Name = tuple[Any, ...]


def _groups(milestones: Iterable[Milestone]) -> list[tuple[Milestone, ...]]:
    """The same milestone of several schools is one row."""
    groups: dict[Name, list[Milestone]] = {}
    for m in milestones:
        counted = m.anchor_id, m.unit, m.start_offset, m.due_offset
        fixed = () if m.anchor_id else (m.due_on,)
        groups.setdefault((m.key or m.title, *counted, *fixed), []).append(m)
    return [tuple(group) for group in groups.values()]


def _lines(
    groups: Iterable[tuple[Milestone, ...]],
    turn: Turn,
    days: YearDays,
    there: Collection[tuple[str, int | None]],
) -> list[NewLine]:
    dates = _Dates(turn, days)
    found = []
    for group in groups:
        new = tuple(m for m in group if (m.key or m.title, m.school_id) not in there)
        if not new:
            continue
        first = new[0]
        aside = all(m.state == State.NOT_APPLICABLE for m in new)
        note = "Did not apply" if aside else ("" if first.anchor_id else "Had a date of its own")
        starts_on, due_on = dates.of(first)
        found.append(
            NewLine(
                key=f"plan:{first.pk}",
                title=first.title,
                phase=first.phase.title,
                starts_on=starts_on,
                due_on=due_on,
                owner=first.owner_words,
                proposed=not note,
                note=note,
                of=new,
            )
        )
    return sorted(found, key=lambda row: (row.due_on, row.key))


class _Dates:
    """When a milestone of the old year falls in the new one."""

    def __init__(self, turn: Turn, days: YearDays) -> None:
        self.turn, self.days = turn, days
        self._own = {day.label: day.on for day in days.own}

    def of(self, milestone: Milestone) -> tuple[dt.date, dt.date]:
        anchor, closures = milestone.anchor, self.turn.closures
        if anchor is None:
            due = previous_school_day(self.turn.shifted(milestone.due_on), closures)
            return min(self.turn.shifted(milestone.starts_on), due), due
        day = self.day(anchor)
        start, due = (
            resolve(day, offset or 0, milestone.unit, closures)
            for offset in (milestone.start_offset, milestone.due_offset)
        )
        return start, due

    def day(self, anchor: Anchor) -> dt.date:
        if anchor.kind == AnchorKind.FIRST_STUDENT_DAY:
            return self.days.first
        if anchor.kind == AnchorKind.LAST_STUDENT_DAY:
            return self.days.last
        return self._own.get(anchor.label) or self.turn.shifted(anchor.day)


def _from_library(
    turn: Turn, had: Collection[str], there: Collection[tuple[str, int | None]], by: Reach
) -> list[NewLine]:
    """The library's milestones that the old year had not; proposed only where it had none."""
    phases = {phase["key"]: phase["title"] for phase in adoption.content()["phases"]}
    day, closures = turn.new.first_student_day, turn.closures
    return [
        NewLine(
            key=f"library:{line['id']}",
            title=line["title"],
            phase=phases[line["phase"]].partition(" (")[0],
            starts_on=resolve(day, line["start"], "weeks", closures),
            due_on=resolve(day, line["due"], "weeks", closures),
            owner="",
            proposed=not had,
        )
        for line in adoption.templates(by.district)
        if line["id"] not in had and (line["id"], None) not in there
    ]


def _open(milestones: Iterable[Milestone]) -> list[Carried]:
    groups: dict[tuple[str, dt.date], list[Milestone]] = {}
    for m in milestones:
        if m.is_open:
            groups.setdefault((m.title, m.due_on), []).append(m)
    return [
        Carried(f"open:{group[0].pk}", title, due_on, group[0].get_state_display(), tuple(group))
        for (title, due_on), group in groups.items()
    ]
