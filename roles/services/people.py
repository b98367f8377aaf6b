"""What people may do here: changing access, ending it. In force at their next request."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet

from roles.access import Reach
from roles.capabilities import AccessLevel
from roles.models import Membership, School, User
from roles.services import audit
from roles.services.refusal import Refused


@transaction.atomic
def change_access(
    membership: Membership, *, level: str, school: School | None, by: Reach
) -> Membership:
    """Give a person another level or place. Raises Refused, see `_keep_a_lead`."""
    if level != membership.level:
        _keep_a_lead(membership, by)
    before = {"level": membership.get_level_display(), "place": _place(membership)}
    membership.level, membership.school = level, school
    membership.save(update_fields=["level", "school"])
    audit.record(
        by,
        "access.changed",
        membership,
        person=str(membership.user),
        level=membership.get_level_display(),
        place=_place(membership),
        before=before,
    )
    return membership


@transaction.atomic
def give_access(user: User, *, level: str, school: School | None, by: Reach) -> bool:
    """Give a person who can sign in one more access. False if they had it."""
    membership, given = Membership.objects.get_or_create(
        district=by.district, user_id=user.pk, level=level, school=school
    )
    if given:
        audit.record(
            by,
            "access.given",
            membership,
            person=str(user),
            level=membership.get_level_display(),
            place=_place(membership),
        )
    return given


@transaction.atomic
def end_access(membership: Membership, *, by: Reach) -> bool:
    """Take access away. True if this call did it. Raises Refused, see `_keep_a_lead`."""
    _keep_a_lead(membership, by)
    gone, _ = Membership.objects.filter(pk=membership.pk, district=by.district).delete()
    if not gone:
        return False
    audit.record(
        by,
        "access.ended",
        membership,
        person=str(membership.user),
        level=membership.get_level_display(),
        place=_place(membership),
    )
    return True


def refusal(membership: Membership, *, by: Reach) -> str:
    """Why this access cannot be taken away, in a sentence; "" if it can."""
    if membership.level != AccessLevel.DISTRICT_LEAD:
        return ""
    if membership.user_id == by.user.pk:
        return "You cannot take away your own district lead access. Another district lead can."
    if not any(lead.pk != membership.pk for lead in _leads(by)):
        return "At least one district lead who can sign in has to remain."
    return ""


def _keep_a_lead(membership: Membership, by: Reach) -> None:
    """Nobody takes away their own lead access, and at least one lead remains.

    Holds the leads' rows, so that two leads cannot end each other at the same moment.
    """
    if membership.level == AccessLevel.DISTRICT_LEAD:
        list(_leads(by).select_for_update(of=("self",)))
    if sentence := refusal(membership, by=by):
        raise Refused(sentence)


def _leads(by: Reach) -> QuerySet[Membership]:
    return Membership.objects.filter(
        district=by.district, level=AccessLevel.DISTRICT_LEAD, user__is_active=True
    )


def _place(membership: Membership) -> str:
    return str(membership.school or membership.district)
