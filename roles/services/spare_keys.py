"""Spare keys: who may still use a password where a district takes its provider's word only.

They open the district while its provider fails, so one that works has to be there for as long.
"""

from __future__ import annotations

from django.db import connection

from roles.capabilities import AccessLevel
from roles.models import District, Membership, SignOnSpare, User
from roles.wall import district_scope

LAST_ONE = (
    "This is the last spare key of {district}: if its provider of sign-in fails, nobody could get"
    " in. Name another spare key on the page Systems, Single sign-on first."
)


def able_to_hold(district: District) -> list[User]:
    """District leads with a password and a second factor. Call it inside the district's scope."""
    leads = User.objects.filter(
        memberships__district=district,
        memberships__level=AccessLevel.DISTRICT_LEAD,
        is_active=True,
    ).distinct()
    return [
        lead
        for lead in leads
        if lead.password and lead.has_usable_password() and _has_second_factor(lead)
    ]


def refusal(person_pk: int, district: District) -> str:
    """Why someone has to stay a lead with a second factor, in a sentence; "" if they need not.

    Call it inside the district's scope. Where passwords are taken it asks nothing.
    """
    if not district.sign_on_only:
        return ""
    able = [user.pk for user in able_to_hold(district)]
    holders = SignOnSpare.objects.filter(district=district, user__in=able)
    is_last = list(holders.values_list("user_id", flat=True)) == [person_pk]
    return LAST_ONE.format(district=district) if is_last else ""


def refusal_anywhere(person: User) -> str:
    """The same for all districts of a person: what a second factor given up would do. Runs outside
    the wall.
    """
    leads = Membership.objects.filter(user=person, level=AccessLevel.DISTRICT_LEAD)
    districts = District.objects.filter(sign_on_only=True, pk__in=leads.values("district"))
    for district in districts:
        with district_scope(district):
            if sentence := refusal(person.pk, district):
                return sentence
    return ""


def _has_second_factor(user: User) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT roles_has_second_factor(%s)", [user.pk])
        return bool(cursor.fetchone()[0])
