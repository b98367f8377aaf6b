"""How a district's people prove who they are at the district's own provider of sign-in."""

from __future__ import annotations

import secrets
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from roles.models.people import User
from roles.scoping import DistrictOnlyQuerySet, DistrictOwned
from roles.wall import DistrictKey

KEY_BYTES = 10


class SignOnKind(models.TextChoices):
    """What a provider speaks, by the name under which a district knows it."""

    GOOGLE = "google", "Google Workspace"
    MICROSOFT = "microsoft", "Microsoft Entra"
    CLASSLINK = "classlink", "ClassLink"
    CLEVER = "clever", "Clever"
    OIDC = "oidc", "Another provider that speaks OpenID Connect"
    SAML = "saml", "SAML 2.0"


def new_key() -> str:
    return secrets.token_hex(KEY_BYTES)


class SignOnProviderQuerySet(DistrictOnlyQuerySet):
    def offered(self) -> Self:
        """Those that are on: people may sign in with them."""
        return self.filter(is_on=True)


class SignOnProvider(DistrictOwned):
    """One provider of a district. `key` names it in addresses, and says nothing else.

    `client_secret` holds a seal (`roles.sealing`). `tenants` are what the provider calls the
    district: Entra's tenant ids, ClassLink's tenant, Clever's district id. `metadata` is SAML's.
    """

    key = models.CharField(max_length=40, unique=True, default=new_key)
    kind = models.CharField("what it is", max_length=12, choices=SignOnKind)
    name = models.CharField("name on the sign-in page", max_length=60)
    issuer = models.URLField(max_length=300, blank=True)
    client_id = models.CharField(max_length=255, blank=True)
    client_secret = models.TextField(blank=True)
    tenants = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    domains = ArrayField(models.CharField(max_length=120), default=list)
    metadata = models.TextField(blank=True)
    is_on = models.BooleanField(default=False)
    tested_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField(default=timezone.now)

    objects = SignOnProviderQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                name="provider_on_only_once_tested", condition=Q(is_on=False) | ~Q(tested_at=None)
            ),
            models.CheckConstraint(name="provider_has_domains", condition=~Q(domains=[])),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def kind_name(self) -> str:
        return "OpenID Connect" if self.kind == SignOnKind.OIDC else self.get_kind_display()

    def allows(self, email: str) -> bool:
        """Whether an address lies in a domain that this provider speaks for."""
        return email.rpartition("@")[2].lower() in self.domains


class SignOnLink(DistrictOwned):
    """A person is one subject of a provider: that, and never an address, is who they are there."""

    provider = DistrictKey(SignOnProvider, models.CASCADE, related_name="links")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    subject = models.CharField(max_length=255)
    made_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(default=timezone.now)

    objects = DistrictOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["user__last_name", "user__first_name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "subject"], name="subject_once"),
            models.UniqueConstraint(fields=["provider", "user"], name="link_of_a_person_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user} at {self.provider}"


class SignOnSpare(DistrictOwned):
    """A lead who may still use password and second factor where sign-on is enforced."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    named_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    named_at = models.DateTimeField(default=timezone.now)

    objects = DistrictOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["district", "user"], name="spare_account_once")
        ]

    def __str__(self) -> str:
        return f"Spare key of {self.user}"


class SignOnAssertion(DistrictOwned):
    """A SAML assertion that was taken: a second one of the same name is refused."""

    provider = DistrictKey(SignOnProvider, models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)
    until = models.DateTimeField()

    objects = DistrictOnlyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "digest"], name="assertion_once")
        ]

    def __str__(self) -> str:
        return f"Assertion {self.digest[:8]}"
