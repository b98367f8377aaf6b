"""What a change of the calendar would move, looked at before it is done. Writes nothing."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import cast

from checklists.models import Window
from roadmap.models import (
    OPEN,
    Anchor,
    AnchorKind,
    LearningSession,
    Meeting,
    Milestone,
    Precedence,
    SessionState,
)
from roadmap.scheduling import resolve
from roadmap.services import anchors
from roadmap.yeardays import YearDays
from roles.access import Reach
from roles.models import Closure, SchoolYear, User
from roles.schooltime import Span, is_school_day


@dataclass(frozen=True)
class Move:
    """One milestone and the dates it would get."""

    milestone: Milestone
    starts_on: dt.date
    due_on: dt.date

    @property
    def days(self) -> int:
        """How many days later it is due; negative for earlier."""
        return (self.due_on - self.milestone.due_on).days


@dataclass(frozen=True)
class Stay:
    """A milestone that would have moved, and why it does not. `would_be` is the date it forgoes."""

    milestone: Milestone
    why: str
    would_be: dt.date


@dataclass(frozen=True)
class Overtaken:
    """A milestone that would be due after one that is best done later."""

    before: Milestone
    before_due: dt.date
    after: Milestone
    after_due: dt.date


@dataclass(frozen=True)
class Unmoved:
    """Something dated that the change does not touch. `why` says what is odd about its days now."""

    kind: str
    title: str
    first: dt.date
    last: dt.date
    why: str


@dataclass(frozen=True)
class Preview:
    """Everything that a change of a year's days would do. Reading it writes nothing."""

    moves: Sequence[Move]
    stays: Sequence[Stay]
    overtaken: Sequence[Overtaken]
    unmoved: Sequence[Unmoved]
    today: dt.date
    changes: bool
    facts: str = field(repr=False, default="")

    @property
    def late(self) -> list[Move]:
        """Those that would be late the moment they move."""
        return [move for move in self.moves if move.due_on < self.today]

    @cached_property
    def hears(self) -> list[tuple[User, int]]:
        """Whose milestones move, with how many; the most first."""
        owners = Counter(move.milestone.holder for move in self.moves)
        owners.pop(None, None)
        return [(user, number) for user, number in owners.most_common() if user]

    @property
    def odd(self) -> list[Unmoved]:
        """Those not moved whose days have become strange."""
        return [each for each in self.unmoved if each.why]

    @property
    def calm(self) -> list[Unmoved]:
        """Those not moved that are as good as before."""
        return [each for each in self.unmoved if not each.why]

    @property
    def unheard(self) -> int:
        """How many move with nobody in their owner position."""
        return sum(move.milestone.holder is None for move in self.moves)

    @property
    def fingerprint(self) -> str:
        """The same for as long as confirming would do what is shown."""
        rows = [(m.milestone.pk, str(m.starts_on), str(m.due_on)) for m in self.moves]
        return hashlib.sha256(f"{self.facts}{rows}".encode()).hexdigest()[:32]


def preview(year: SchoolYear, days: YearDays, *, by: Reach) -> Preview:
    """What would move if the year's days were these. A constant number of queries."""
    today = by.district.today()
    was = anchors.days_of(year)
    change = _Change(year, days, was, by)
    moves, stays = change.outcomes(today)
    return Preview(
        moves=moves,
        stays=stays,
        overtaken=_overtaken(moves, by),
        unmoved=list(_unmoved(year, days, change.new, by)),
        today=today,
        changes=was != days,
        facts=f"{was}{days}",
    )


class _Change:
    """The calendar before and after, and what counting in it gives."""

    def __init__(self, year: SchoolYear, days: YearDays, was: YearDays, by: Reach) -> None:
        self.year, self.days, self.by = year, days, by
        others = Closure.objects.filter(district=by.district).exclude(school_year=year)
        elsewhere: list[Span] = list(others.values_list("first_day", "last_day"))
        self.old, self.new = elsewhere + was.spans, elsewhere + days.spans
        self._own = {day.pk: day.on for day in days.own}
        self._known: dict[tuple[dt.date, int, str, bool], dt.date] = {}

    def outcomes(self, today: dt.date) -> tuple[list[Move], list[Stay]]:
        """What moves and what stays, of the milestones whose counted dates differ. Milestones of
        other years count too: next year's begin in this one.
        """
        counted = Milestone.objects.reachable(self.by).filter(
            anchor__isnull=False, school_year__archived_at=None
        )
        moves, stays = [], []
        rows = counted.with_owner(today).select_related("anchor__school_year")
        for milestone in rows.order_by("due_on", "pk"):
            dates = self._dates(milestone)
            if dates is None:
                continue
            if why := _why_it_stays(milestone):
                stays.append(Stay(milestone, why, dates[1]))
            elif dates != (milestone.starts_on, milestone.due_on):
                moves.append(Move(milestone, *dates))
        return moves, stays

    def _dates(self, milestone: Milestone) -> tuple[dt.date, dt.date] | None:
        """Start and due date as they would be counted; None where the change makes no difference.

        Compared with how they would be counted today, not with the dates they have: a date that was
        set in another way is not this change's business.
        """
        old, new = self._count(milestone, after=False), self._count(milestone, after=True)
        return None if old == new else new

    def _count(self, milestone: Milestone, *, after: bool) -> tuple[dt.date, dt.date]:
        day = self._anchor_day(milestone, after=after)
        start, due = (
            self._resolve(day, offset or 0, milestone.unit, after=after)
            for offset in (milestone.start_offset, milestone.due_offset)
        )
        return start, due

    def _anchor_day(self, milestone: Milestone, *, after: bool) -> dt.date:
        anchor = cast("Anchor", milestone.anchor)  # only those that have one are asked for
        if not after or anchor.school_year_id != self.year.pk:
            return anchor.day
        if anchor.kind == AnchorKind.OWN:
            return self._own.get(anchor.pk, anchor.day)
        first = anchor.kind == AnchorKind.FIRST_STUDENT_DAY
        return self.days.first if first else self.days.last

    def _resolve(self, day: dt.date, offset: int, unit: str, *, after: bool) -> dt.date:
        key = day, offset, unit, after
        if key not in self._known:
            self._known[key] = resolve(day, offset, unit, self.new if after else self.old)
        return self._known[key]


def _why_it_stays(milestone: Milestone) -> str:
    if milestone.state not in OPEN:
        return milestone.get_state_display()
    return "Dated by hand" if milestone.hand_dated else ""


def _overtaken(moves: Sequence[Move], by: Reach) -> list[Overtaken]:
    """Pairs that the moves put the wrong way round: they warn, and stop nothing."""
    new = {move.milestone.pk: move.due_on for move in moves}
    pairs = Precedence.objects.reachable(by).select_related("before", "milestone")
    found = []
    for pair in pairs.filter(before__state__in=OPEN, milestone__state__in=OPEN):
        before, after = pair.before, pair.milestone
        first, then = new.get(before.pk, before.due_on), new.get(after.pk, after.due_on)
        if first > then and not before.due_on > after.due_on:
            found.append(Overtaken(before, first, after, then))
    return found


def _unmoved(
    year: SchoolYear, days: YearDays, closures: Sequence[Span], by: Reach
) -> Iterable[Unmoved]:
    """Windows of checklists ahead, whatever their days; meetings and sessions on a closed day."""
    today = by.district.today()
    ahead = Window.objects.reachable(by).filter(school_year=year, closes_on__gte=today)
    for window in ahead.order_by("opens_on"):
        why = _oddness(window.opens_on, window.closes_on, days, closures)
        yield Unmoved("Checklist window", window.label, window.opens_on, window.closes_on, why)
    meetings = Meeting.objects.reachable(by).planned().filter(on__gte=today, on__lte=year.ends_on)
    sessions = LearningSession.objects.reachable(by).filter(
        on__gte=today, on__lte=year.ends_on, state=SessionState.PLANNED
    )
    dated = [("Meeting", m.on, str(m.series)) for m in meetings.select_related("series")]
    dated += [("Learning session", s.on, s.title or str(s.line)) for s in
              sessions.select_related("line")]  # fmt: skip
    for kind, on, title in sorted(dated, key=lambda row: row[1]):
        if not is_school_day(on, closures):
            yield Unmoved(kind, title, on, on, "Schools are closed on this day")


def _oddness(first: dt.date, last: dt.date, days: YearDays, closures: Sequence[Span]) -> str:
    if first < days.first:
        return "Opens before the first student day"
    if last > days.last:
        return "Closes after the last student day"
    if not is_school_day(first, closures):
        return "Opens on a day without school"
    return "" if is_school_day(last, closures) else "Closes on a day without school"
