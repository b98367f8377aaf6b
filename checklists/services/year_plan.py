"""Planning the windows of a school year in one go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.db import IntegrityError, transaction

from checklists import planning
from checklists.models import ChecklistTemplate, Window, WindowState
from checklists.services.windows import open_window
from roles.access import Reach
from roles.models import SchoolYear
from roles.services import audit
from roles.services.refusal import Refused


def calendar_of(year: SchoolYear) -> planning.Year:
    """The year as arithmetic wants it. One query, none with its closures at hand."""
    return planning.Year(
        year.starts_on,
        year.ends_on,
        year.first_student_day,
        year.last_student_day,
        tuple((each.first_day, each.last_day) for each in year.closures.all()),
    )


def proposals(
    year: SchoolYear,
    templates: Sequence[ChecklistTemplate],
    planned: Sequence[Window],
    *,
    rhythm: planning.Rhythm,
    meetings: planning.Meetings | None,
) -> planning.Plan:
    """What the rhythm makes of the rest of the year beside the windows that are planned.

    A name that a planned window has gets a number.
    """
    plan = planning.propose(
        rhythm,
        calendar_of(year),
        {template.key: template.self_frequency for template in templates},
        meetings=meetings,
        planned=[(window.opens_on, window.closes_on) for window in planned],
        today=year.district.today(),
    )
    names = {window.label.casefold() for window in planned}
    named = [
        replace(each, label=f"{each.label}, new") if each.label.casefold() in names else each
        for each in plan.proposals
    ]
    return replace(plan, proposals=tuple(named))


def plan_windows(windows: Sequence[Window], *, by: Reach) -> list[Window]:
    """Put all these windows of one school year into it, or none; those that hold today open.

    Refuses if somebody gave a window one of the names meanwhile.
    """
    for window in windows:
        window.district = by.district
    try:
        with transaction.atomic():
            made = Window.objects.bulk_create(windows)
            year = windows[0].school_year
            audit.record(
                by, "checklist_window.year_planned", year, windows=len(made), year=year.label
            )
    except IntegrityError:
        raise Refused(
            "Someone planned a window of one of these names just now. Look at the names again."
        ) from None
    for window in made:
        if window.state(by.district.today()) == WindowState.OPEN:
            open_window(window)
    return made
