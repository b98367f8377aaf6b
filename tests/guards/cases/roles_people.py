"""Reach table: people, invitations, audit trail."""

import uuid

from django.utils import timezone

from roles.models import Invitation, Membership
from tests.factories.roles import UserFactory
from tests.guards.case import Case


def membership(school, who):
    other = Membership.objects.create(
        district=school.district, school=school, user=UserFactory(), level="coach"
    )
    return {"pk": other.pk}


def invitation(school, who):
    offer = Invitation.objects.create(
        district=school.district,
        email="new@district.example",
        level="auditor",
        token_hash=uuid.uuid4().hex,
        invited_by=UserFactory(),
        expires_at=timezone.now() + Invitation.LIFE,
    )
    return {"pk": offer.pk}


CASES = {
    "GET roles:people": Case(),
    "GET roles:people-levels": Case(),
    "GET roles:people-invite": Case(),
    "POST roles:people-invite": Case(
        data={
            "email": "new@district.example",
            "first_name": "Noor",
            "last_name": "Haddad",
            "level": "auditor",
            "school": "",
        }
    ),
    "GET roles:people-person": Case(kwargs=membership),
    "POST roles:people-sign-out": Case(kwargs=membership),
    "GET roles:people-change": Case(kwargs=membership),
    "POST roles:people-change": Case(
        kwargs=membership, data={"level": "auditor", "school": "", "confirm": "yes"}
    ),
    "GET roles:people-end": Case(kwargs=membership),
    "POST roles:people-end": Case(kwargs=membership),
    "POST roles:invitation-resend": Case(kwargs=invitation),
    "POST roles:invitation-revoke": Case(kwargs=invitation),
    "GET roles:audit": Case(),
}
