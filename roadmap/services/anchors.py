"""A school year's days as they stand, and as they are written."""

from __future__ import annotations

from typing import Any

from roadmap.models import Anchor, AnchorKind
from roadmap.services.archived import refuse_archived
from roadmap.yeardays import Closed, OwnDay, YearDays
from roles.models import Closure, SchoolYear
from roles.services.refusal import Refused


def days_of(year: SchoolYear) -> YearDays:
    """The year's days as they stand in the database."""
    closures = Closure.objects.filter(district=year.district_id, school_year=year)
    own = Anchor.objects.filter(
        district=year.district_id, school_year=year, kind=AnchorKind.OWN
    ).order_by("on", "pk")
    return YearDays(
        first=year.first_student_day,
        last=year.last_student_day,
        closures=tuple(sorted(Closed(c.first_day, c.last_day, c.label) for c in closures)),
        own=tuple(OwnDay(a.label, a.on, a.pk) for a in own if a.on),
    )


def write(year: SchoolYear, days: YearDays) -> dict[str, Any]:
    """Make the year's days these, touching only what differs; returns what changed, for the audit.

    Refused if an anchor is to go that milestones count from, or the year is archived.
    """
    refuse_archived(year)
    was = days_of(year)
    changed: dict[str, Any] = {}
    if (was.first, was.last) != (days.first, days.last):
        changed["student_days"] = [str(d) for d in (was.first, was.last, days.first, days.last)]
        year.first_student_day, year.last_student_day = days.first, days.last
        year.save(update_fields=["first_student_day", "last_student_day"])
    return changed | _write_closures(year, was, days) | _write_own(year, was, days)


def _write_closures(year: SchoolYear, was: YearDays, days: YearDays) -> dict[str, Any]:
    gone, new = set(was.closures) - set(days.closures), set(days.closures) - set(was.closures)
    for closed in gone:
        Closure.objects.filter(
            district=year.district_id,
            school_year=year,
            label=closed.label,
            first_day=closed.first,
            last_day=closed.last,
        ).delete()
    Closure.objects.bulk_create(
        Closure(
            district_id=year.district_id,
            school_year=year,
            label=closed.label,
            first_day=closed.first,
            last_day=closed.last,
        )
        for closed in sorted(new)
    )
    said = {"closures_added": new, "closures_removed": gone}
    return {k: [_said(closed) for closed in sorted(v)] for k, v in said.items() if v}


def _said(closed: Closed) -> str:
    return f"{closed.label}: {closed.first} to {closed.last}"


def _write_own(year: SchoolYear, was: YearDays, days: YearDays) -> dict[str, Any]:
    had = {day.pk: day for day in was.own if day.pk is not None}
    kept = {day.pk for day in days.own}
    own = Anchor.objects.filter(district=year.district_id, school_year=year, kind=AnchorKind.OWN)
    said: list[str] = []
    for pk, day in had.items():
        if pk not in kept:
            anchor = own.get(pk=pk)
            if anchor.milestones.exists():
                raise Refused(f"Milestones count from {day.label}: it cannot be taken out.")
            anchor.delete()
            said.append(f"{day.label} taken out")
    for day in days.own:
        if day.pk is None or day.pk not in had:
            Anchor.objects.create(
                district_id=year.district_id,
                school_year=year,
                kind=AnchorKind.OWN,
                label=day.label,
                on=day.on,
            )
            said.append(f"{day.label}: {day.on}")
        elif had[day.pk] != day:
            own.filter(pk=day.pk).update(label=day.label, on=day.on)
            said.append(f"{day.label}: {had[day.pk].on} to {day.on}")
    return {"anchors": said} if said else {}
