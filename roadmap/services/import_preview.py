"""What a file of milestones would change in a school year, looked at before it is taken over."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from roadmap.models import Anchor, AnchorKind, Milestone, Phase
from roadmap.services import planning
from roadmap.services.planning import Plan
from roadmap.sheet_exports import key_of
from roadmap.sheet_rows import Row, Wrong
from roles.access import Reach
from roles.models import SchoolYear
from roles.schooltime import Span
from roles.services.calendar import closures_of

A_YEAR = dt.timedelta(days=365)
WORDS = {"title": "Title", "why": "Why", "proof_hint": "Proof", "supports": "Supports"}
GIVEN = {"title": "title", "why": "why", "proof_hint": "proof", "supports": "supports"}
"""Fields of a milestone with their columns' names, and with their columns' keys."""


@dataclass(frozen=True)
class Change:
    """What a row would do. Without a milestone it is a new one; without `fields` nothing changes;
    `settled`: it is done or set aside, and stays as it is. `fields` are column, old, new.
    """

    row: Row
    milestone: Milestone | None = None
    fields: tuple[tuple[str, str, str], ...] = ()
    due_on: dt.date | None = None
    settled: bool = False
    new_phase: bool = False

    @property
    def kind(self) -> str:
        """One of new, changed, settled, same."""
        if self.milestone is None:
            return "new"
        if self.settled:
            return "settled"
        return "changed" if self.fields else "same"


class YearPreview:
    """A file laid beside a school year. Reads all it needs at once, and writes nothing."""

    def __init__(self, year: SchoolYear, rows: Sequence[Row], by: Reach) -> None:
        self.year, self.rows, self.by = year, rows, by
        found = Milestone.objects.reachable(by).filter(school_year=year)
        related = list(found.select_related("phase", "anchor__school_year", "owner__role"))
        self.milestones = {key_of(m): m for m in related} | {f"#{m.pk}": m for m in related}
        phases = Phase.objects.filter(district=by.district, school_year=year)
        self.phases = {name.lower(): p for p in phases for name in (p.key, p.title)}
        self.closures: Sequence[Span] = closures_of(by.district)
        anchors = Anchor.objects.filter(district=by.district, school_year=year)
        self.anchors = {(a.kind, a.label): a for a in anchors.select_related("school_year")}
        self.wrong: list[Wrong] = []
        self.changes = [change for row in rows if (change := self._change(row))]

    @property
    def fingerprint(self) -> str:
        """Stands for what would happen: it differs when the roadmap changed in the meantime."""
        told = [(c.row, c.kind, c.fields, str(c.due_on)) for c in self.changes]
        return hashlib.sha256(repr(told).encode()).hexdigest()[:24]

    def _change(self, row: Row) -> Change | None:
        milestone = self.milestones.get(row.key) if row.key else None
        if milestone is None and row.key.startswith("#"):
            self._complain(row, "Key", "a milestone of this school year", row.key)
            return None
        if milestone is None:
            return self._new(row)
        if not milestone.is_open:
            return Change(row, milestone, due_on=milestone.due_on, settled=True)
        words = self.new_words(milestone, row)
        fields = [
            (name, _told(getattr(milestone, field)), _told(value))
            for field, name in (*WORDS.items(), ("phase", "Phase"))
            if (value := words.get(field)) is not None
        ]
        if self.opens_phase(row):
            fields.append(("Phase", milestone.phase.title, row.phase))
        due_on = self._new_date(milestone, row)
        if due_on and due_on != milestone.due_on:
            fields.append(("Due date", _day(milestone.due_on), _day(due_on)))
        return Change(row, milestone, tuple(fields), due_on)

    def _new(self, row: Row) -> Change | None:
        due_on = row.due_date
        if row.due is not None:
            plan = self.plan_for(row, row.starts or 0)
            if plan is None:
                return None
            due_on = plan.dates(self.closures)[1]
        if due_on is None or not self._is_near(row, due_on):
            return None
        return Change(row, due_on=due_on, new_phase=self.opens_phase(row))

    def opens_phase(self, row: Row) -> bool:
        """Whether the row names a phase that the year does not have."""
        return row.phase.lower() not in self.phases

    def new_words(self, milestone: Milestone, row: Row) -> dict[str, Any]:
        """The words that the row gives and that differ; an empty cell leaves things alone."""
        said: dict[str, Any] = {
            "title": row.title,
            "why": row.why,
            "proof_hint": row.proof,
            "supports": list(row.supports),
        }
        new = {
            field: value
            for field, value in said.items()
            if GIVEN[field] in row.given and getattr(milestone, field) != value
        }
        phase = self.phases.get(row.phase.lower())
        if phase is not None and phase.pk != milestone.phase_id:
            new["phase"] = phase
        return new

    def _new_date(self, milestone: Milestone, row: Row) -> dt.date | None:
        """The due date that the row asks for; None where it asks for none, or for two."""
        plan = self.asked_plan(milestone, row)
        moved = row.due_date if row.due_date != milestone.due_on else None
        if plan and moved:
            self._complain(row, "Due date", "either Due or Due date changed", "both changed")
            return None
        due_on = plan.dates(self.closures)[1] if plan else moved
        return due_on if due_on and self._is_near(row, due_on) else None

    def asked_plan(self, milestone: Milestone, row: Row) -> Plan | None:
        """Where the row says another count than the milestone has."""
        if row.due is None:
            return None
        starts = row.starts if row.starts is not None and "starts" in row.given else None
        if starts is None:
            starts = min(milestone.start_offset or row.due, row.due)
        plan, has = self.plan_for(row, starts), planning.plan_of(milestone)
        if plan is None or (has and _same(plan, has)):
            return None
        return plan

    def plan_for(self, row: Row, starts: int) -> Plan | None:
        """How the row counts; None, with a complaint, where it counts from nothing known."""
        anchor = self.anchors.get((row.anchor_kind, row.anchor_label))
        if anchor is None and row.anchor_kind == AnchorKind.OWN:
            known = [a.label for a in self.anchors.values() if a.label]
            expected = ", ".join(["First student day", "Last student day", *known])
            self._complain(row, "Counted from", expected, row.anchor_label)
            return None
        if anchor is None:  # the first that counts from it; saved with what counts from it
            anchor = Anchor(district=self.by.district, school_year=self.year, kind=row.anchor_kind)
            self.anchors[row.anchor_kind, ""] = anchor
        return Plan(anchor, row.unit, starts, row.due or 0)

    def _is_near(self, row: Row, day: dt.date) -> bool:
        first, last = self.year.starts_on - A_YEAR, self.year.ends_on + A_YEAR
        if first <= day <= last:
            return True
        column = "Due date" if row.due is None else "Due"
        self._complain(row, column, f"a day between {_day(first)} and {_day(last)}", _day(day))
        return False

    def _complain(self, row: Row, column: str, expected: str, got: str) -> None:
        self.wrong.append(Wrong(row.number, column, expected, got))


def _same(one: Plan, other: Plan) -> bool:
    return (one.anchor.kind, one.anchor.label, one.unit, one.start_offset, one.due_offset) == (
        other.anchor.kind,
        other.anchor.label,
        other.unit,
        other.start_offset,
        other.due_offset,
    )


def _told(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)


def _day(day: dt.date) -> str:
    return f"{day:%b} {day.day}, {day.year}"
