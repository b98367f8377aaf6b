"""After a window closed: one letter about it to each of those who manage checklists."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from checklists.models import Checklist, Window
from checklists.reports.progress import progress_of
from checklists.reports.turnout import vacant_in
from checklists.services.writing import address, key_of, letters_about, readers
from roles.access import EVERYWHERE, Reach
from roles.capabilities import CATALOGUE, Capability
from roles.models import District, Membership, User
from roles.services import letters

DIGEST = "digest"
NEWS = dt.timedelta(days=21)  # a window that closed before a long break is news after it
NAMES = 40  # people and positions named in the letter; the page has all


@transaction.atomic
def report(district: District) -> int:
    """Owe the letter about each window that closed lately; returns how many this call added."""
    closed = Window.objects.filter(district=district, closed_at__gt=timezone.now() - NEWS)
    asked = closed.filter(checklists__isnull=False).distinct()
    owed = 0
    for window in asked:
        window.district = district
        had = readers(letters_about(window).filter(key__contains=f":{DIGEST}:"))
        for manager in _managers(district):
            if manager.pk not in had:
                _write(window, manager)
                owed += 1
    return owed


def _managers(district: District) -> list[User]:
    levels = [
        level
        for level, spec in CATALOGUE.items()
        if spec.whole_district and Capability.CHECKLIST_MANAGE in spec.grants
    ]
    members = Membership.objects.filter(district=district, level__in=levels, user__is_active=True)
    found = members.select_related("user").order_by("user")
    return list({member.user_id: member.user for member in found}.values())


def _write(window: Window, manager: User) -> None:
    district = window.district
    reach = Reach(manager, district, Capability.CHECKLIST_VIEW, EVERYWHERE)
    progress = progress_of([window], reach)[0]
    forms = Checklist.objects.filter(window=window, submitted_at=None).self_rated()
    named = forms.select_related(
        "holder", "position__role", "position__school", "position__department"
    )
    vacant = vacant_in(window, reach)
    ended = min(window.closes_on, timezone.localdate(window.closed_at, district.zone))
    call = f"Look through, closed {date_format(ended, 'M j')}"
    words = {
        "district": district,
        "reader": manager,
        "window": window,
        "ended": ended,
        "progress": progress,
        "missing": named[:NAMES],
        "more_missing": max(0, forms.count() - NAMES),
        "vacant": vacant[:NAMES],
        "more_vacant": max(0, vacant.count() - NAMES),
        "url": address(district, "window-detail", pk=window.pk),
    }
    letters.write(
        district=district,
        key=key_of(window, DIGEST, ended, manager.pk),
        to=manager.email,
        subject=f"{call}: {window.label}, {progress.submitted} of {progress.expected} in",
        template="checklists/digest",
        words=words,
    )
