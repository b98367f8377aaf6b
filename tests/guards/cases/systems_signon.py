"""How to knock at the pages of single sign-on."""

from django.utils import timezone

from roles.models import SignOnKind
from tests.factories.signon import SignOnLinkFactory, SignOnProviderFactory
from tests.guards.case import Case


def a_provider(school, who):
    return {"pk": SignOnProviderFactory(district=school.district, is_on=False).pk}


def a_tried_provider(school, who):
    made = SignOnProviderFactory(
        district=school.district, is_on=False, tested_at=timezone.now(), kind=SignOnKind.GOOGLE
    )
    return {"pk": made.pk}


def a_link(school, who):
    return {"pk": SignOnLinkFactory(district=school.district).pk}


def a_kind(school, who):
    return {"kind": "google"}


CASES = {
    "GET systems:signon": Case(),
    "GET systems:signon-add": Case(kwargs=a_kind, shared=True),
    "POST systems:signon-add": Case(kwargs=a_kind, shared=True),
    "GET systems:signon-enforce": Case(),
    "POST systems:signon-enforce": Case(),
    "POST systems:signon-relax": Case(),
    "GET systems:signon-people": Case(),
    "POST systems:signon-unlink": Case(kwargs=a_link, shared=True),
    "GET systems:signon-provider": Case(kwargs=a_provider, shared=True),
    "GET systems:signon-edit": Case(kwargs=a_provider, shared=True),
    "POST systems:signon-edit": Case(kwargs=a_provider, shared=True),
    "GET systems:signon-remove": Case(kwargs=a_provider, shared=True),
    "POST systems:signon-remove": Case(kwargs=a_provider, shared=True),
    "POST systems:signon-switch": Case(kwargs=a_tried_provider, shared=True),
    "GET systems:signon-try": Case(kwargs=a_provider, shared=True),
    "GET systems:signon-trial": Case(kwargs=a_provider, shared=True),
}
