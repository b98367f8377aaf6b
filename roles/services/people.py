"""What people may do here: changing access, ending it. In force at their next request."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet

from roles import signed_in
from roles.access import Everywhere, Reach
from roles.capabilities import AccessLevel
from roles.models import Membership, School, User
from roles.services import audit, spare_keys
from roles.services.refusal import Refused

OWN_SESSIONS = "These are your own. You end them in your account, under “Where you are signed in”."
NOT_ALL_THEIRS = "Only who looks after the whole district signs people out."
WORKS_ELSEWHERE = (
    "This person also works outside this district, so their sessions are not for this district to"
    " end. Ending their access here is in force at their next click."
)


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
    return spare_keys.refusal(membership.user_id, by.district)


@transaction.atomic
def sign_out(person: User, *, by: Reach) -> int:
    """End all sessions of someone who works in this district alone; how many there were.

    Raises Refused, see `sign_out_refusal`. Their password stays as it is.
    """
    if sentence := sign_out_refusal(person, by=by):
        raise Refused(sentence)
    ended = signed_in.end_sessions(person.pk)
    if ended:
        audit.record(by, "person.signed_out", person, person=str(person), sessions=ended)
    return ended


def sign_out_refusal(person: User, *, by: Reach) -> str:
    """Why someone cannot be signed out here, in a sentence; "" if they can."""
    if person.pk == by.user.pk:
        return OWN_SESSIONS
    if not isinstance(by.schools, Everywhere):
        return NOT_ALL_THEIRS
    return WORKS_ELSEWHERE if signed_in.works_elsewhere(person.pk) else ""


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
