"""Planning, opening and closing windows."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from checklists.models import Checklist, ChecklistTemplate, Window, WindowState
from checklists.services import observers
from checklists.services.asking import missing_forms
from checklists.services.changing_hands import bring_back, set_aside
from checklists.services.telling import take_back
from roles.access import Reach
from roles.models import District
from roles.services import audit
from roles.services.refusal import Refused
from roles.services.rounds import in_every_district

BATCH = 500  # forms in one insert


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
    """Keep the changed name, days and checklists of a window. Refuses one that was closed.

    Forms that were made stay. Letters on their way that name the old days are taken back.
    """
    held = Window.objects.select_for_update(of=("self",)).filter(pk=window.pk, closed_at=None)
    before = held.first()
    if before is None:
        raise Refused("This window is closed. Its days stay as they are.")
    if (before.label, before.closes_on) != (window.label, window.closes_on):
        take_back(window)
    window.save(update_fields=["school_year", "label", "kind", "opens_on", "closes_on", "only"])
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
    """Make the self form of each filled position whose checklist the window asks for.

    Returns how many forms this call made. It may run again, and at the same time: forms that are
    there are left alone, a position filled since gets its form, and one that changed hands a fresh
    one (checklists.services.changing_hands). All or nothing: whoever ends it half way leaves no
    form behind. Vacant positions get none. The versions used are frozen.
    """
    if not _hold(window):
        return 0
    today = window.district.today()
    set_aside(window, today)
    bring_back(window, today)
    missing = missing_forms(window, today)
    made = Checklist.objects.bulk_create(missing, batch_size=BATCH)
    if window.opened_at is None:
        window.opened_at = timezone.now()
        window.save(update_fields=["opened_at"])
    if made:
        _freeze({form.template_id for form in made})
        audit.record_for(
            window.district,
            None,
            "checklist_window.opened",
            window,
            label=window.label,
            forms=len(made),
        )
    observers.open_forms(window)
    return len(made)


def _hold(window: Window) -> bool:
    """Hold the window's row, so that rounds go one after the other. False if it was closed."""
    rows = Window.objects.select_for_update(of=("self",), no_key=True)
    held = rows.filter(pk=window.pk, closed_at=None).values_list("opened_at", flat=True)
    for opened_at in held:
        window.opened_at = opened_at
        return True
    return False


def _freeze(templates: set[int]) -> None:
    unfrozen = ChecklistTemplate.objects.filter(pk__in=templates, frozen_at=None)
    unfrozen.update(frozen_at=timezone.now())


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
    take_back(window)
    actor = by.user if by else None
    label = window.label
    audit.record_for(window.district, actor, "checklist_window.closed", window, label=label)
    return True


def turn_windows() -> int:
    """Beat's round over all districts: open and close by each district's own date.

    Returns how many forms were made. Harmless to run twice or to miss.
    """
    return in_every_district(turn_windows_of, trouble="Windows of %s were not turned")


def turn_windows_of(district: District) -> int:
    """The round of one district, inside its scope."""
    today = district.today()
    for window in Window.objects.filter(district=district).run_out(today):
        window.district = district
        close_window(window)
    made = 0
    for window in Window.objects.filter(district=district).open_on(today).order_by("opens_on"):
        window.district = district
        made += open_window(window)
    return made
