"""What people were told about a window, and whom it concerns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from checklists.models import Checklist, RaterKind, Window
from checklists.notices import Forms, form_subject, waiting_forms, with_names
from roles.models import Notice, NoticeStatus
from roles.models.notices import NoticeQuerySet
from roles.services import notices
from roles.services.calendar import quiet_days

__all__ = ["PEOPLE", "by_rater", "quiet_days", "told_about", "waiting_forms", "with_names"]

PEOPLE = 200  # told in one round; the next one goes on


def told_about(window: Window) -> NoticeQuerySet:
    """What its raters were told about it, or are about to be; not what was withdrawn."""
    found = Notice.objects.filter(
        district=window.district_id,
        source=Forms.kind,
        subject__startswith=f"checklist:{window.pk}:",
    )
    return found.exclude(status=NoticeStatus.WITHDRAWN)


def tell_of(window: Window, forms: Iterable[Checklist], what: str) -> None:
    """Tell each form's rater of it. `what` is why: once for each ("told", a rung and its day)."""
    for form in forms:
        subject = form_subject(window.pk, form.pk)
        notices.tell(window.district, form.rater, Forms.kind, subject, again=what)


def by_rater(forms: Iterable[Checklist]) -> dict[int, list[Checklist]]:
    """The forms of each rater: their own first, then those they rate as observers."""
    found: dict[int, list[Checklist]] = {}
    for form in sorted(forms, key=lambda form: (form.rater_kind == RaterKind.OBSERVER, form.pk)):
        found.setdefault(form.rater_id, []).append(form)
    return found


def start_of(day: dt.date, window: Window) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.min, tzinfo=window.district.zone)
