"""Asking to look into a district, being allowed to, and the end of it."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from roles.access import Reach
from roles.capabilities import AccessLevel
from roles.models import District, Membership, SupportVisit, User
from roles.models.support import ASKED_FOR
from roles.services import letters
from roles.services.audit import record, record_for
from roles.services.refusal import Refused
from roles.wall import district_scope

AN_HOUR = dt.timedelta(hours=1)
MOST_ASKED = 10  # by one operator within an hour
TOO_OFTEN = "You asked often within this hour. Ask again later."
ASKED_ALREADY = "You have asked there already, or may look right now."
OWN = "You cannot let yourself in. Another district lead can."
TOO_LATE = "This is no longer waiting for an answer."
NO_OPERATOR = "This person runs the installation no more."


def mine(operator: User) -> list[SupportVisit]:
    """What an operator asked for in the last 30 days, in any district. Runs outside the wall."""
    since = timezone.now() - dt.timedelta(days=30)
    found = SupportVisit.objects.filter(operator=operator, asked_at__gt=since)
    return list(found.select_related("district")[:50])


def ask(operator: User, slug: str, reason: str, minutes: int) -> None:
    """Ask the leads of a district. Raises Refused where it is too soon to.

    Says nothing about a district that does not exist, or where the operator works anyway. Opens
    the district's scope itself: call it outside of any.
    """
    recent = SupportVisit.objects.filter(
        operator=operator, asked_at__gt=timezone.now() - AN_HOUR
    ).count()
    if recent >= MOST_ASKED:
        raise Refused(TOO_OFTEN)
    district = District.objects.filter(slug=slug).first()
    if district is None:
        return
    if Membership.objects.filter(user=operator, district=district).exists():
        return
    with district_scope(district):
        District.objects.select_for_update().get(pk=district.pk)  # of two clicks at once, one
        here = SupportVisit.objects.filter(operator=operator, district=district)
        if here.asked().exists() or here.in_force().exists():
            raise Refused(ASKED_ALREADY)
        visit = SupportVisit.objects.create(
            district=district, operator=operator, reason=reason, minutes=minutes
        )
        record_for(district, operator, "support.asked", visit, reason=reason, minutes=minutes)
        _write_to_leads(visit)


@transaction.atomic
def allow(visit: SupportVisit, *, by: Reach) -> SupportVisit:
    """Let them look from now on. Raises Refused where it no longer waits, or is one's own."""
    if visit.operator_id == by.user.pk:
        raise Refused(OWN)
    if not (visit.operator.is_active and visit.operator.is_staff):
        raise Refused(NO_OPERATOR)
    now = timezone.now()
    waiting = SupportVisit.objects.asked().filter(pk=visit.pk, district=by.district)
    ends_at = now + dt.timedelta(minutes=visit.minutes)
    if not waiting.update(starts_at=now, ends_at=ends_at, allowed_by=by.user.pk):
        raise Refused(TOO_LATE)
    visit.refresh_from_db()
    record(by, "support.allowed", visit, person=str(visit.operator), minutes=visit.minutes)
    return visit


@transaction.atomic
def decline(visit: SupportVisit, *, by: Reach) -> None:
    """Raises Refused where it no longer waits."""
    waiting = SupportVisit.objects.asked().filter(pk=visit.pk, district=by.district)
    if not waiting.update(ended_at=timezone.now(), ended_by=by.user.pk):
        raise Refused(TOO_LATE)
    record(by, "support.declined", visit, person=str(visit.operator))


@transaction.atomic
def end(visit: SupportVisit, *, by: Reach) -> bool:
    """Their next click is not found. True if this call ended it."""
    open_ones = SupportVisit.objects.in_force().filter(pk=visit.pk, district=by.district)
    if not open_ones.update(ended_at=timezone.now(), ended_by=by.user.pk):
        return False
    record(by, "support.ended", visit, person=str(visit.operator))
    return True


def leave(visit: SupportVisit, operator: User) -> bool:
    """The operator ends it, or takes the question back. True if this call did it.

    Opens the district's scope itself.
    """
    with district_scope(visit.district_id):
        own = SupportVisit.objects.filter(pk=visit.pk, operator=operator)
        for open_ones in (own.in_force(), own.asked()):
            if open_ones.update(ended_at=timezone.now(), ended_by=operator.pk):
                record_for(visit.district, operator, "support.left", visit)
                return True
    return False


def _write_to_leads(visit: SupportVisit) -> None:
    leads = User.objects.filter(
        memberships__district=visit.district_id,
        memberships__level=AccessLevel.DISTRICT_LEAD,
        is_active=True,
    )
    path = reverse("systems:support", args=[visit.district.slug])
    words = {"visit": visit, "link": settings.SITE_URL.rstrip("/") + path}
    for lead in leads:
        letters.write(
            district=visit.district,
            key=f"support:{visit.pk}:{lead.pk}",
            to=lead.email,
            subject=f"May {visit.operator} look into {visit.district}?",
            template="systems/support_asked",
            words={**words, "lead": lead},
            expires_at=visit.asked_at + ASKED_FOR,
        )
