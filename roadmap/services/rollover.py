"""From one school year to the next: looked at as a whole first, then done in one go."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from roadmap import rolling
from roadmap.models import (
    Anchor,
    AnchorKind,
    Contribution,
    Milestone,
    Phase,
    Precedence,
    State,
)
from roadmap.notices import subject_of
from roadmap.rolling import Copy, Turn
from roadmap.scheduling import resolve
from roadmap.services import adoption, anchors
from roadmap.yeardays import YearDays, label_of, year_begin, year_end
from roles.access import Reach
from roles.models import AuditEvent, Closure, District, Position, SchoolYear
from roles.schooltime import Span, previous_school_day
from roles.services import audit, notices
from roles.services.refusal import Refused


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


@dataclass(frozen=True)
class Rolled:
    """What was done: how many milestones came, how many open ones moved along or were left behind,
    how many of each kind were copied, and whether the old year is archived.
    """

    year: SchoolYear
    milestones: int
    carried: int
    left: int
    copies: Mapping[str, int]
    archived: bool


def next_year(year: SchoolYear) -> SchoolYear | None:
    """The year after this one, if it is there."""
    later = SchoolYear.objects.filter(district=year.district_id, starts_on__gt=year.starts_on)
    return later.order_by("starts_on").first()


def to_be(district: District, days: YearDays) -> SchoolYear:
    """A school year with these days, not saved."""
    return SchoolYear(
        district=district,
        label=label_of(days.first),
        starts_on=year_begin(days.first),
        ends_on=year_end(days.first),
        first_student_day=days.first,
        last_student_day=days.last,
    )


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


@transaction.atomic
def make_year(days: YearDays, *, by: Reach) -> SchoolYear:
    """A school year with its days. Refused where the district has one of that name."""
    year = to_be(by.district, days)
    if SchoolYear.objects.filter(district=by.district, label=year.label).exists():
        raise Refused(f"The school year {year.label} is there already.")
    year.full_clean(exclude=["district"])
    year.save()
    anchors.write(year, days)
    audit.record(by, "roadmap.year_made", year, label=year.label)
    return year


@transaction.atomic
def roll_over(
    old: SchoolYear, days: YearDays, take: Collection[str], *, archive: bool, by: Reach
) -> Rolled:
    """Make the next year, or fill it where it is there, with what was chosen of the preview.

    With `archive` chosen open work moves along, the rest of it is set aside, and the old year is
    read only from then on. What the new year has already is left alone, so that doing it twice
    adds nothing. Refused where the old year is to be archived and is so already.
    """
    old = SchoolYear.objects.select_for_update().get(district=by.district, pk=old.pk)
    if archive:
        anchors.refuse_archived(old)
    year = next_year(old)
    if year is None:
        year = make_year(days, by=by)
    else:
        anchors.refuse_archived(year)
        days = anchors.days_of(year)
    diff = preview(old, year, days, by=by)
    chosen = set(take) & diff.keys
    made = _bring([row for row in diff.lines if row.key in chosen], diff.turn)
    made += _bring_from_library(year, [row for row in diff.library if row.key in chosen], by)
    copies = rolling.copy_chosen(diff.turn, chosen, by=by)
    carried, left = _close(old, year, diff.open, chosen, by) if archive else (0, 0)
    rolled = Rolled(year, made, carried, left, copies, archive)
    audit.record(
        by, "roadmap.year_rolled_over", year, label=year.label, old=old.label, milestones=made,
        carried=carried, left_behind=left, copied=copies, archived=archive,
    )  # fmt: skip
    return rolled


@transaction.atomic
def reopen_year(year: SchoolYear, *, reason: str, by: Reach) -> bool:
    """Let an archived year be changed again. True if this call did it; Refused without a reason."""
    if not reason.strip():
        raise Refused("Say why.")
    archived = SchoolYear.objects.filter(
        district=by.district, pk=year.pk, archived_at__isnull=False
    )
    if not archived.update(archived_at=None):
        return False
    audit.record(by, "roadmap.year_reopened", year, label=year.label, reason=reason.strip())
    return True


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


def _bring(lines: Sequence[NewLine], turn: Turn) -> int:
    """Copy the old year's milestones, who helps with them and what is best done first."""
    year = turn.new
    sources = [milestone for line in lines for milestone in line.of]
    if not sources:
        return 0
    phases = _phases(turn)
    days = {m.anchor.pk: _anchor_in(year, m.anchor, turn) for m in sources if m.anchor}
    open_seats = _open_seats(year)
    dates = {milestone.pk: line for line in lines for milestone in line.of}
    made = Milestone.objects.bulk_create(
        Milestone(
            district_id=year.district_id,
            school_year=year,
            phase=phases[m.phase.key],
            key=m.key,
            title=m.title,
            why=m.why,
            proof_hint=m.proof_hint,
            supports=m.supports,
            recurs=m.recurs,
            owner_id=m.owner_id if m.owner_id in open_seats else None,
            usual_owner_id=m.usual_owner_id,
            school_id=m.school_id,
            anchor=days[m.anchor.pk] if m.anchor else None,
            unit=m.unit,
            start_offset=m.start_offset,
            due_offset=m.due_offset,
            starts_on=dates[m.pk].starts_on,
            due_on=dates[m.pk].due_on,
        )
        for m in sources
    )
    new = {source.pk: copy.pk for source, copy in zip(sources, made, strict=True)}
    _bring_beside(year.district_id, new, open_seats)
    return len(made)


def _bring_beside(district: int, new: Mapping[int, int], open_seats: Collection[int]) -> None:
    helpers = Contribution.objects.filter(milestone__in=new, position__in=open_seats)
    Contribution.objects.bulk_create(
        Contribution(
            district_id=district, milestone_id=new[row.milestone_id], position_id=row.position_id
        )
        for row in helpers
    )
    pairs = Precedence.objects.filter(milestone__in=new, before__in=new)
    Precedence.objects.bulk_create(
        Precedence(
            district_id=district, before_id=new[row.before_id], milestone_id=new[row.milestone_id]
        )
        for row in pairs
    )


def _open_seats(year: SchoolYear) -> set[int]:
    seats = Position.objects.filter(district=year.district_id, closed_on=None)
    return set(seats.values_list("pk", flat=True))


def _phases(turn: Turn) -> dict[str, Phase]:
    """The old year's phases in the new one, made where missing."""
    old, new = turn.old, turn.new
    Phase.objects.bulk_create(
        (
            Phase(
                district_id=new.district_id,
                school_year=new,
                key=phase.key,
                title=phase.title,
                usual_time=phase.usual_time,
                order=phase.order,
            )
            for phase in Phase.objects.filter(district=old.district_id, school_year=old)
        ),
        ignore_conflicts=True,
    )
    rows = Phase.objects.filter(district=new.district_id, school_year=new)
    return {phase.key: phase for phase in rows}


def _anchor_in(year: SchoolYear, anchor: Anchor, turn: Turn) -> Anchor:
    """The new year's anchor of the same kind and name, made where missing."""
    own = anchor.kind == AnchorKind.OWN
    found, _ = Anchor.objects.get_or_create(
        district_id=year.district_id,
        school_year=year,
        kind=anchor.kind,
        label=anchor.label,
        defaults={"on": turn.shifted(anchor.day)} if own else {},
    )
    return found


def _bring_from_library(year: SchoolYear, lines: Sequence[NewLine], by: Reach) -> int:
    if not lines:
        return 0
    wanted = {line.key.partition(":")[2] for line in lines}
    templates = [line for line in adoption.templates(by.district) if line["id"] in wanted]
    choices = {
        offer.key: adoption.Choice(offer.owner, offer.due_on)
        for offer in adoption.offers(year, templates)
        if offer.due_on
    }
    return adoption.adopt(year, templates, choices, by=by)


def _close(
    old: SchoolYear, year: SchoolYear, rows: Iterable[Carried], chosen: set[str], by: Reach
) -> tuple[int, int]:
    """Move chosen open work along, set the rest aside, and archive the old year."""
    rows = list(rows)
    along = [m for row in rows if row.key in chosen for m in row.of]
    behind = [m for row in rows if row.key not in chosen for m in row.of]
    _carry(old, year, along, by)
    _leave(old, behind, by)
    SchoolYear.objects.filter(district=by.district, pk=old.pk).update(archived_at=timezone.now())
    return len(along), len(behind)


def _carry(old: SchoolYear, year: SchoolYear, along: Sequence[Milestone], by: Reach) -> None:
    """The milestone itself goes along, with its page, its notes and its date, which is a fixed one
    from now on: the new year counts its own from its own days.
    """
    if not along:
        return
    phases = _phases(Turn(old, year, ()))
    for m in along:
        m.school_year, m.phase = year, phases[m.phase.key]
        m.key, m.anchor, m.start_offset, m.due_offset = "", None, None, None
        m.changed_at = timezone.now()
    fields = ["school_year", "phase", "key", "anchor", "start_offset", "due_offset", "changed_at"]
    Milestone.objects.bulk_update(along, fields, batch_size=500)
    _tell(along, "roadmap.milestone_carried", by, reason=f"It was open at the end of {old.label}.")


def _leave(old: SchoolYear, behind: Sequence[Milestone], by: Reach) -> None:
    if not behind:
        return
    reason = f"Left behind when {old.label} was archived."
    for m in behind:
        m.state, m.reason, m.changed_at = State.NOT_APPLICABLE, reason, timezone.now()
    Milestone.objects.bulk_update(behind, ["state", "reason", "changed_at"], batch_size=500)
    _tell(behind, "roadmap.milestone_set_aside", by, reason=reason)
    notices.withdraw(by.district, *(subject_of(m.pk) for m in behind))


def _tell(milestones: Iterable[Milestone], verb: str, by: Reach, **detail: str) -> None:
    """A line in the story of each milestone."""
    AuditEvent.objects.bulk_create(
        AuditEvent(
            district=by.district,
            actor_id=by.user.pk,
            verb=verb,
            subject=m._meta.label_lower,
            subject_pk=str(m.pk),
            detail={"title": m.title, **detail},
        )
        for m in milestones
    )
