"""Who: users, and what they may do where."""

from __future__ import annotations

import datetime as dt
from typing import Any, Self

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from roles.capabilities import CATALOGUE, AccessLevel
from roles.models.places import School
from roles.scoping import DistrictOnlyQuerySet, DistrictOwned, ReachableQuerySet
from roles.wall import DistrictKey


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A person by e-mail; without a password they cannot sign in until they set one."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractUser):
    """A person, named by e-mail. May hold leadership positions without ever signing in."""

    username = None  # type: ignore[assignment]
    email = models.EmailField("e-mail address", unique=True)
    keys_are_on = models.BooleanField(
        "keyboard shortcuts",
        default=True,
        help_text="The keys / and Ctrl-K open the search from any page.",
    )

    removed_at = models.DateTimeField("deleted", null=True, blank=True, editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []

    objects = UserManager()  # type: ignore[misc,assignment]

    class Meta:
        ordering = ["last_name", "first_name", "email"]
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_once")]

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    @property
    def initials(self) -> str:
        letters = "".join(part[0] for part in (self.first_name, self.last_name) if part)
        return letters.upper() or self.email[:1].upper()


class MembershipQuerySet(ReachableQuerySet):
    pass


class Membership(DistrictOwned):
    """An access level of a person at a district or at one of its schools."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    school = DistrictKey(School, models.CASCADE, null=True, blank=True, related_name="memberships")
    level = models.CharField(max_length=40, choices=AccessLevel)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "user", "school", "level"],
                name="membership_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="membership_at_a_school_when_its_level_says_so",
                condition=Q(
                    level__in=[k for k, spec in CATALOGUE.items() if spec.whole_district],
                    school__isnull=True,
                )
                | Q(
                    level__in=[k for k, spec in CATALOGUE.items() if not spec.whole_district],
                    school__isnull=False,
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} as {self.get_level_display()}"


class InvitationQuerySet(DistrictOnlyQuerySet):
    def open(self) -> Self:
        """Not taken up, not taken back, not run out."""
        return self.unanswered().filter(expires_at__gt=timezone.now())

    def unanswered(self) -> Self:
        """Not taken up, not taken back; those that ran out can be sent again."""
        return self.filter(accepted_at=None, revoked_at=None)


class Invitation(DistrictOwned):
    """A single-use offer of an access level, bound to one e-mail address. Only a hash is kept."""

    LIFE = dt.timedelta(days=7)

    email = models.EmailField()
    first_name = models.CharField(max_length=150, blank=True)
    last_name = models.CharField(max_length=150, blank=True)
    school = DistrictKey(School, models.CASCADE, null=True, blank=True, related_name="+")
    level = models.CharField(max_length=40, choices=AccessLevel)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-invited_at"]

    def __str__(self) -> str:
        return f"Invitation of {self.email}"

    @property
    def state(self) -> str:
        """One of accepted, revoked, expired, open."""
        if self.accepted_at:
            return "accepted"
        if self.revoked_at:
            return "revoked"
        return "expired" if self.expires_at <= timezone.now() else "open"
