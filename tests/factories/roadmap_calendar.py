"""Milestones that are counted from an anchor."""

import datetime as dt

from roadmap.models import Anchor, AnchorKind, Unit
from roadmap.scheduling import resolve
from roles.models import SchoolYear
from roles.services.calendar import closures_of
from tests.factories.roadmap import MilestoneFactory, owned_milestone


def first_student_day(year: SchoolYear) -> Anchor:
    anchor, _ = Anchor.objects.get_or_create(
        district=year.district, school_year=year, kind=AnchorKind.FIRST_STUDENT_DAY
    )
    anchor.school_year = year
    return anchor


def own_anchor(year: SchoolYear, label="Program start", on=dt.date(2027, 1, 11)) -> Anchor:
    return Anchor.objects.create(
        district=year.district, school_year=year, kind=AnchorKind.OWN, label=label, on=on
    )


def counted(anchor, due, *, span=2, unit=Unit.WEEKS, held=False, **fields):
    """A milestone `due` weeks after an anchor, with the dates that these give; held by somebody or
    by nobody.
    """
    year = anchor.school_year
    closures = closures_of(year.district)
    make = owned_milestone if held else MilestoneFactory
    return make(
        district=year.district,
        phase__school_year=year,
        anchor=anchor,
        unit=unit,
        start_offset=due - span,
        due_offset=due,
        starts_on=resolve(anchor.day, due - span, unit, closures),
        due_on=resolve(anchor.day, due, unit, closures),
        **fields,
    )
