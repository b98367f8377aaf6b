"""What a session proves about its person, and which districts that opens.

A password or a passkey of this product is one's own proof: it opens every district that takes it.
A district's provider of sign-in proves something to that district alone; no other one trusts it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from allauth.account.authentication import get_authentication_records
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from roles.models import AuditEvent, District, SignOnSpare, User
from roles.wall import district_scope

_PROVED, _COMING, _USED = "sign_on", "sign_on_coming", "spare_key_noted"
COMES_WITHIN = 600  # seconds between the provider's word and the end of signing in here
LASTS = 60 * 60 * 12  # whom a district shuts out at its provider is out here on the same day


class Door(StrEnum):
    """How a district stands to a session."""

    OPEN = "open"
    ENFORCED = "enforced"  # it takes its own provider's word only
    FOREIGN = "foreign"  # the session rests on another district's provider


@dataclass(frozen=True)
class Proof:
    """The districts whose provider vouched, and whether the person's own proof is there too."""

    districts: frozenset[int]
    own: bool


def of(session: SessionBase) -> Proof:
    kept = session.get(_PROVED)
    if not kept:
        return Proof(frozenset(), own=True)
    return Proof(frozenset(kept["districts"]), own=bool(kept["own"]))


def door(request: HttpRequest, user: User, district: District) -> Door:
    """Whether this session may enter. Asks the database only where a password is not enough."""
    proof = of(request.session)
    if district.pk in proof.districts:
        return Door.OPEN
    if not proof.own:
        return Door.FOREIGN
    if not district.sign_on_only or _holds_spare_key(request, user, district):
        return Door.OPEN
    return Door.ENFORCED


def expect(session: SessionBase, user: User, district_id: int) -> None:
    """A provider vouched: note it for the moment when the person is signed in."""
    session[_COMING] = {"user": user.pk, "district": district_id, "at": time.time()}


def take_expected(session: SessionBase, user: User) -> int | None:
    """The district whose provider has just vouched for this person, once."""
    coming: dict[str, Any] | None = session.pop(_COMING, None)
    if not coming or coming["user"] != user.pk or time.time() - coming["at"] > COMES_WITHIN:
        return None
    return int(coming["district"])


def begin(session: SessionBase, district_id: int) -> None:
    """The session rests on this provider and nothing else. It ends within half a day."""
    session[_PROVED] = {"districts": [district_id], "own": False}
    session.set_expiry(LASTS)


def add(session: SessionBase, district_id: int) -> None:
    """The person who is signed in already proved it to one more district."""
    proof = of(session)
    session[_PROVED] = {"districts": sorted({*proof.districts, district_id}), "own": proof.own}


def _holds_spare_key(request: HttpRequest, user: User, district: District) -> bool:
    """Named by the district, and signed in with a second factor just now."""
    if not any(step["method"] == "mfa" for step in get_authentication_records(request, user)):
        return False
    with district_scope(district):
        spare = SignOnSpare.objects.filter(district=district, user=user).first()
        if spare and request.session.get(_USED) != district.pk:
            request.session[_USED] = district.pk
            AuditEvent.objects.create(
                district=district,
                actor_id=user.pk,
                verb="sign_on.spare_used",
                subject="roles.signonspare",
                subject_pk=str(spare.pk),
            )
    return spare is not None
