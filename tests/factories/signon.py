"""Providers of sign-in and what hangs on them."""

import factory
from django.utils import timezone

from roles.models import SignOnKind, SignOnLink, SignOnProvider, SignOnSpare
from roles.sealing import seal
from tests.factories.roles import InDistrict, UserFactory, same_district

TENANT = "0f9c1a22-6a51-4f6e-9a1b-3d2f1c0b9a77"


class SignOnProviderFactory(InDistrict):
    class Meta:
        model = SignOnProvider

    kind = SignOnKind.OIDC
    name = "Riverbend account"
    issuer = "https://login.riverbend.example"
    client_id = "tutoring"
    client_secret = factory.LazyFunction(lambda: seal("a secret of nobody"))
    domains = ["riverbend.example"]
    is_on = True
    tested_at = factory.LazyFunction(timezone.now)


class SignOnLinkFactory(InDistrict):
    class Meta:
        model = SignOnLink

    provider = factory.SubFactory(SignOnProviderFactory, district=same_district())
    user = factory.SubFactory(UserFactory)
    subject = factory.Sequence(lambda n: f"subject-{n}")


class SignOnSpareFactory(InDistrict):
    class Meta:
        model = SignOnSpare

    user = factory.SubFactory(UserFactory)
