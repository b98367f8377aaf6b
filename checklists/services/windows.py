"""Planning, opening and closing windows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from checklists.models import Checklist, ChecklistTemplate, RaterKind, Window, WindowState
from roles.access import Reach
from roles.models import Assignment, District, Level, Position
from roles.services import audit
from roles.services.refusal import Refused
from roles.wall import district_scope


@transaction.atomic
def plan_window(window: Window, *, by: Reach) -> Window:
    """Put a window into the district's year; if today lies in it, it opens at once."""
    window.district = by.district
    window.save()
    audit.record(by, "checklist_window.planned", window, **_days(window))
    if window.state(by.district.today()) == WindowState.OPEN:
        open_window(window)
    return window


@transaction.atomic
def change_window(window: Window, *, by: Reach) -> Window:
    """Keep the changed name and days of a window. Refuses one that was closed, meanwhile too."""
    held = Window.objects.select_for_update(of=("self",)).filter(pk=window.pk, closed_at=None)
    if held.first() is None:
        raise Refused("This window is closed. Its days stay as they are.")
    window.save(update_fields=["school_year", "label", "kind", "opens_on", "closes_on"])
    audit.record(by, "checklist_window.changed", window, **_days(window))
    if window.state(by.district.today()) == WindowState.OPEN:
        open_window(window)
    return window


def _days(window: Window) -> dict[str, str]:
    return {
        "label": window.label,
        "opens_on": window.opens_on.isoformat(),
        "closes_on": window.closes_on.isoformat(),
    }


@transaction.atomic
def open_window(window: Window) -> int:
    """Make the self form of each filled position that has a published checklist.

    Returns how many forms this call made. Made forms are left alone, so it may run again, at the
    same time too: a position filled while the window is open gets its form then. Vacant positions
    get none. The versions used are frozen.
    """
    today = window.district.today()
    missing = _without_a_form(window, today)
    forms = [_form(window, a, template) for a, template in _paired(window, missing)]
    made = Checklist.objects.bulk_create(forms, ignore_conflicts=True)
    if window.opened_at is None:
        Window.objects.filter(pk=window.pk, opened_at=None).update(opened_at=timezone.now())
        window.refresh_from_db(fields=["opened_at"])
    if made:
        used = {form.template_id for form in forms}
        ChecklistTemplate.objects.filter(pk__in=used, frozen_at=None).update(
            frozen_at=timezone.now()
        )
        audit.record_for(
            window.district,
            None,
            "checklist_window.opened",
            window,
            label=window.label,
            forms=len(made),
        )
    return len(made)


def _without_a_form(window: Window, day: dt.date) -> Iterable[Assignment]:
    there = Checklist.objects.filter(window=window, rater_kind=RaterKind.SELF)
    active = Position.objects.filter(district_id=window.district_id).active(day)
    return (
        Assignment.objects.filter(position__in=active)
        .in_force(day)
        .exclude(position__in=there.values("position"))
        .select_related("position__role")
    )


def _paired(
    window: Window, assignments: Iterable[Assignment]
) -> Iterable[tuple[Assignment, ChecklistTemplate]]:
    published = ChecklistTemplate.objects.filter(district_id=window.district_id).published()
    by_role = {template.role_id: template for template in published}
    for assignment in assignments:
        role = assignment.position.role
        template = by_role.get(role.pk)
        if template is None and role.level == Level.DEPARTMENT:
            template = by_role.get(None)
        if template is not None:
            yield assignment, template


def _form(window: Window, assignment: Assignment, template: ChecklistTemplate) -> Checklist:
    return Checklist(
        district_id=window.district_id,
        window=window,
        template=template,
        position_id=assignment.position_id,
        school_id=assignment.position.school_id,
        holder_id=assignment.holder_id,
        rater_id=assignment.holder_id,
    )


@transaction.atomic
def close_window(window: Window, *, by: Reach | None = None) -> bool:
    """Close a window for good, by a person or (`by` None) because its last day is over.

    True if this call did it. Refuses a window that has not begun.
    """
    if window.state(window.district.today()) == WindowState.PLANNED:
        raise Refused("This window has not opened yet. Change its days instead.")
    now = timezone.now()
    if not Window.objects.filter(pk=window.pk, closed_at=None).update(closed_at=now):
        return False
    window.closed_at = now
    actor = by.user if by else None
    label = window.label
    audit.record_for(window.district, actor, "checklist_window.closed", window, label=label)
    return True


def turn_windows() -> int:
    """Beat's round over all districts: open and close by each district's own date.

    Returns how many forms were made. Each district has a transaction of its own; harmless to run
    twice or to miss.
    """
    return sum(turn_windows_of(district) for district in District.objects.all())


def turn_windows_of(district: District) -> int:
    """The round of one district, inside its scope."""
    today = district.today()
    with district_scope(district):
        for window in Window.objects.run_out(today).select_related("district"):
            close_window(window)
        running = Window.objects.open_on(today).select_related("district")
        return sum(open_window(window) for window in running)
