"""Asking someone in: one person, one access level, one link that works once."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any, TypedDict

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from roles.access import Reach
from roles.models import Invitation, Letter, Membership, OwedStatus, School, User
from roles.sealing import seal
from roles.services import audit, letters
from roles.wall import district_scope

TOKEN_BYTES = 32


class Offer(TypedDict):
    """What an invitation offers, and to whom. The school is None where the level spans all."""

    email: str
    first_name: str
    last_name: str
    level: str
    school: School | None


class NewAccount(TypedDict):
    """What a person without an account gives when they accept."""

    first_name: str
    last_name: str
    password: str


def hash_token(token: str) -> str:
    """What the database keeps of a token: 64 hex digits."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def invite(offer: Offer, *, by: Reach) -> Invitation:
    """Offer access to one address and owe the letter. Says nothing about existing accounts."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    fields: dict[str, Any] = {**offer, "email": offer["email"].lower()}
    invitation = Invitation.objects.create(
        district=by.district,
        invited_by=by.user,
        token_hash=hash_token(token),
        expires_at=timezone.now() + Invitation.LIFE,
        **fields,
    )
    _owe_letter(invitation, token)
    audit.record(by, "person.invited", invitation, **_words(invitation))
    return invitation


@transaction.atomic
def resend(invitation: Invitation, *, by: Reach) -> bool:
    """Send a new link for seven more days; the old one is dead. False if taken up or taken back."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    expires_at = timezone.now() + Invitation.LIFE
    changed = _unanswered(invitation).update(token_hash=hash_token(token), expires_at=expires_at)
    if not changed:
        return False
    invitation.refresh_from_db()
    _call_back_letters(invitation)
    _owe_letter(invitation, token)
    audit.record(by, "invitation.resent", invitation, **_words(invitation))
    return True


@transaction.atomic
def revoke(invitation: Invitation, *, by: Reach) -> bool:
    """Take an invitation back. True if this call did it, False if it was no longer open."""
    if not _unanswered(invitation).update(revoked_at=timezone.now()):
        return False
    _call_back_letters(invitation)
    audit.record(by, "invitation.revoked", invitation, **_words(invitation))
    return True


def find_open(token_hash: str) -> Invitation | None:
    """The open invitation of a token, whichever district it is in. Runs outside the wall."""
    if not token_hash:
        return None
    invitations = Invitation.objects.open().select_related("district", "school", "invited_by")
    found: Invitation | None = invitations.filter(token_hash=token_hash).first()
    return found


def account_of(invitation: Invitation) -> User | None:
    """The person of this address who can already sign in. Leaders without a password cannot."""
    user = User.objects.filter(email__iexact=invitation.email).first()
    return user if user is not None and _has_password(user) else None


@transaction.atomic
def accept(invitation: Invitation, user: User) -> bool:
    """Give the invited person what was offered. True if this call did it.

    False if the invitation was used, taken back or ran out meanwhile, or is for another address.
    Opens the district's scope itself: call it outside of any.
    """
    if user.email.lower() != invitation.email.lower():
        return False
    with district_scope(invitation.district_id):
        now = timezone.now()
        held = Invitation.objects.open().filter(pk=invitation.pk, token_hash=invitation.token_hash)
        if not held.update(accepted_at=now):
            return False
        Membership.objects.get_or_create(
            district_id=invitation.district_id,
            user_id=user.pk,
            level=invitation.level,
            school=invitation.school,
        )
        audit.record_for(
            invitation.district, user, "invitation.accepted", invitation, **_words(invitation)
        )
    return True


def accept_with_new_account(invitation: Invitation, account: NewAccount) -> User | None:
    """Make the account, or the password of one that had none, and accept. None as in `accept`."""
    with transaction.atomic():
        # The account is made outside the wall: behind it nobody writes the table of people.
        user = _open_account(invitation, account)
        if user is not None and accept(invitation, user):
            return user
        transaction.set_rollback(True)
    return None


def _open_account(invitation: Invitation, account: NewAccount) -> User | None:
    user, _ = User.objects.select_for_update().get_or_create(email=invitation.email.lower())
    if _has_password(user):
        return None
    user.first_name, user.last_name = account["first_name"], account["last_name"]
    user.set_password(account["password"])
    user.save()
    # The link came out of this mailbox: nothing else is left to prove.
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )
    return user


def _has_password(user: User) -> bool:
    return bool(user.password) and user.has_usable_password()


def _unanswered(invitation: Invitation) -> Any:
    return Invitation.objects.filter(
        pk=invitation.pk, district=invitation.district_id, accepted_at=None, revoked_at=None
    )


def _owe_letter(invitation: Invitation, token: str) -> None:
    link = settings.SITE_URL.rstrip("/") + reverse("invitation", args=[token])
    context = {"invitation": invitation, "link": seal(link)}
    letters.write(
        district=invitation.district,
        key=f"{_letter_key(invitation)}{invitation.token_hash[:16]}",
        to=invitation.email,
        subject=f"Join {invitation.district} by {invitation.expires_at:%B} "
        f"{invitation.expires_at.day}: tutoring leadership",
        template="roles/invitation",
        words=context,
        expires_at=invitation.expires_at,
    )


def _call_back_letters(invitation: Invitation) -> None:
    """Letters not sent yet would carry a dead link."""
    Letter.objects.filter(
        district=invitation.district_id,
        key__startswith=_letter_key(invitation),
        status=OwedStatus.WAITING,
    ).update(expires_at=timezone.now())


def _letter_key(invitation: Invitation) -> str:
    return f"invitation:{invitation.pk}:"


def _words(invitation: Invitation) -> dict[str, str]:
    """What the audit trail keeps: words, since levels and schools may be renamed."""
    place = str(invitation.school or invitation.district)
    return {"email": invitation.email, "level": invitation.get_level_display(), "place": place}
