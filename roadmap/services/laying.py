"""Laying a district's own template on a school year: first to look at, then for good."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import cast

from django.db import transaction

from roadmap.models import (
    Anchor,
    AnchorKind,
    Milestone,
    Phase,
    Precedence,
    RoadmapTemplate,
    TemplateLine,
)
from roadmap.scheduling import resolve
from roles.access import Reach
from roles.models import Position, SchoolYear
from roles.schooltime import Span
from roles.services import audit
from roles.services.calendar import closures_of
from roles.services.refusal import Refused


@dataclass(frozen=True)
class Laid:
    """A line as it would stand in a school year. `there`: the year has it already. Without dates
    where the year does not have the day that it counts from.
    """

    line: TemplateLine
    starts_on: dt.date | None
    due_on: dt.date | None
    owner: Position | None
    there: bool = False

    @property
    def comes(self) -> bool:
        return self.due_on is not None and not self.there


def laid(template: RoadmapTemplate, year: SchoolYear, by: Reach) -> list[Laid]:
    """Each line that fits the district's approach, with its dates in that year and its owner.

    Writes nothing. The owner is the first of the district's seats in the line's role.
    """
    days = _days(year)
    had = set(
        Milestone.objects.filter(district=by.district, school_year=year).values_list(
            "key", flat=True
        )
    )
    seats = Position.objects.filter(district=by.district, school=None, closed_on=None)
    first = {s.role_id: s for s in seats.select_related("role", "department").order_by("-seat")}
    closures = closures_of(by.district)
    return [
        _lay(line, days, closures, first.get(line.owner_role_id or 0), there=line.key in had)
        for line in template.lines.select_related("owner_role")
        if not line.approaches or by.district.approach in line.approaches
    ]


@transaction.atomic
def adopt(
    template: RoadmapTemplate, year: SchoolYear, *, chosen: Collection[str], by: Reach
) -> int:
    """Put the chosen lines (their keys) that the year does not have into its roadmap. Returns how
    many came. Refused for an archived year.
    """
    if year.archived_at:
        raise Refused(f"The school year {year} is archived: it is read only.")
    wanted = [each for each in laid(template, year, by) if each.comes and each.line.key in chosen]
    if not wanted:
        return 0
    phases, anchors = _phases(template, year), _anchors(year, [each.line for each in wanted])
    made = Milestone.objects.bulk_create(_milestone(each, year, phases, anchors) for each in wanted)
    by_key = {milestone.key: milestone for milestone in made}
    Precedence.objects.bulk_create(
        Precedence(
            district_id=year.district_id, before=by_key[key], milestone=by_key[each.line.key]
        )
        for each in wanted
        for key in each.line.after
        if key in by_key and key != each.line.key
    )
    audit.record(by, "roadmap.template_adopted", year, template=template.name, milestones=len(made))
    return len(made)


def _anchor_of(line: TemplateLine) -> tuple[str, str]:
    return line.anchor_kind, line.anchor_label


def _days(year: SchoolYear) -> dict[tuple[str, str], dt.date]:
    """The days of a year that lines can count from, by kind and label."""
    own = Anchor.objects.filter(
        district=year.district_id, school_year=year, kind=AnchorKind.OWN, on__isnull=False
    )
    days = {(AnchorKind.OWN.value, label): on for label, on in own.values_list("label", "on") if on}
    days[AnchorKind.FIRST_STUDENT_DAY.value, ""] = year.first_student_day
    days[AnchorKind.LAST_STUDENT_DAY.value, ""] = year.last_student_day
    return days


def _lay(
    line: TemplateLine,
    days: dict[tuple[str, str], dt.date],
    closures: Sequence[Span],
    owner: Position | None,
    *,
    there: bool,
) -> Laid:
    day = days.get(_anchor_of(line))
    if day is None:
        return Laid(line, None, None, owner, there)
    starts_on = resolve(day, line.start_offset, line.unit, closures)
    due_on = resolve(day, line.due_offset, line.unit, closures)
    return Laid(line, starts_on, due_on, owner, there)


def _phases(template: RoadmapTemplate, year: SchoolYear) -> dict[str, Phase]:
    """The year's phases by key; those that only the template has are added after them."""
    rows = Phase.objects.filter(district=year.district_id, school_year=year)
    had = {phase.key: phase for phase in rows}
    last = max((phase.order for phase in had.values()), default=-1)
    named = dict(template.lines.values_list("phase_key", "phase_title"))
    missing = [key for key in dict.fromkeys(named) if key not in had]
    Phase.objects.bulk_create(
        Phase(
            district_id=year.district_id,
            school_year=year,
            key=key,
            title=named[key],
            order=last + n,
        )
        for n, key in enumerate(missing, 1)
    )
    return {phase.key: phase for phase in rows.all()}


def _anchors(year: SchoolYear, lines: Iterable[TemplateLine]) -> dict[tuple[str, str], Anchor]:
    wanted = {_anchor_of(line) for line in lines}
    return {
        (kind, label): Anchor.objects.get_or_create(
            district_id=year.district_id, school_year=year, kind=kind, label=label
        )[0]
        for kind, label in wanted
    }


def _milestone(
    each: Laid,
    year: SchoolYear,
    phases: dict[str, Phase],
    anchors: dict[tuple[str, str], Anchor],
) -> Milestone:
    line = each.line
    return Milestone(
        district_id=year.district_id,
        school_year=year,
        phase=phases[line.phase_key],
        key=line.key,
        title=line.title,
        why=line.why,
        proof_hint=line.proof_hint,
        supports=line.supports,
        recurs=line.recurs,
        owner=each.owner,
        usual_owner=line.owner_role,
        anchor=anchors[_anchor_of(line)],
        unit=line.unit,
        start_offset=line.start_offset,
        due_offset=line.due_offset,
        starts_on=cast("dt.date", each.starts_on),  # only lines with days come
        due_on=cast("dt.date", each.due_on),
    )
