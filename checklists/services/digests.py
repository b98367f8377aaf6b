"""After a window closed: those who manage checklists are told, each once."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from checklists.models import Window
from checklists.notices import ClosedWindows
from roles.capabilities import CATALOGUE, Capability
from roles.models import District, Membership, Notice, User
from roles.services import notices

NEWS = dt.timedelta(days=21)  # a window that closed before a long break is news after it


@transaction.atomic
def report(district: District) -> int:
    """Tell of each window that closed lately; returns how many notices this call added."""
    closed = Window.objects.filter(district=district, closed_at__gt=timezone.now() - NEWS)
    asked = closed.filter(checklists__isnull=False).distinct()
    subjects = [f"{ClosedWindows.kind}:{pk}" for pk in asked.values_list("pk", flat=True)]
    told = set(
        Notice.objects.filter(district=district, subject__in=subjects).values_list(
            "subject", "reader"
        )
    )
    missing = [
        (manager, subject)
        for subject in subjects
        for manager in _managers(district)
        if (subject, manager.pk) not in told
    ]
    for manager, subject in missing:
        notices.tell(district, manager, ClosedWindows.kind, subject)
    return len(missing)


def _managers(district: District) -> list[User]:
    levels = [
        level
        for level, spec in CATALOGUE.items()
        if spec.whole_district and Capability.CHECKLIST_MANAGE in spec.grants
    ]
    members = Membership.objects.filter(district=district, level__in=levels, user__is_active=True)
    found = members.select_related("user").order_by("user")
    return list({member.user_id: member.user for member in found}.values())
