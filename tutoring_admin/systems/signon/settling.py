"""From a proven identity to a person of ours: found, let in as invited, or sent to whom to ask.

A subject of a provider is a person, once linked. The first link goes by the e-mail address, and
only inside the provider's own district and its domains. No account is made without an invitation.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction
from django.utils import timezone

from roles.capabilities import AccessLevel
from roles.models import Invitation, Membership, SignOnLink, SignOnProvider, User
from roles.services import audit, invitations
from roles.wall import district_scope
from tutoring_admin.systems.signon.identity import Identity


class Says(StrEnum):
    """What we do with an identity."""

    WELCOME = "welcome"
    FIRST = "first"
    INVITED = "invited"
    NO_PLACE = "no_place"
    NO_EMAIL = "no_email"
    OTHER_DOMAIN = "other_domain"
    OTHER_SUBJECT = "other_subject"
    OTHER_PROVIDER = "other_provider"
    SHUT = "shut"


LETS_IN = {Says.WELCOME, Says.FIRST, Says.INVITED}


@dataclass(frozen=True)
class Verdict:
    """What would be done; nothing is done yet. `offers` are open invitations to accept."""

    says: Says
    user: User | None = None
    offers: tuple[Invitation, ...] = ()

    @property
    def lets_in(self) -> bool:
        return self.says in LETS_IN


def decide(provider: SignOnProvider, identity: Identity) -> Verdict:
    """What this identity opens in the provider's district, and in no other. Changes nothing."""
    with district_scope(provider.district_id):
        links = SignOnLink.objects.filter(provider=provider, subject=identity.subject)
        link = links.select_related("user").first()
        if link:
            return _of_known(provider, link.user)
        if not identity.email:
            return Verdict(Says.NO_EMAIL)
        if not provider.allows(identity.email):
            return Verdict(Says.OTHER_DOMAIN)
        return _of_address(provider, identity.email)


def _of_known(provider: SignOnProvider, user: User) -> Verdict:
    if not user.is_active:
        return Verdict(Says.SHUT, user)
    if _has_place(provider, user):
        return Verdict(Says.WELCOME, user)
    # Its own address, not the one the provider says today: invitations go to accounts.
    offers = _offers(provider, user.email) if provider.allows(user.email) else ()
    return Verdict(Says.INVITED if offers else Says.NO_PLACE, user, offers)


def _of_address(provider: SignOnProvider, email: str) -> Verdict:
    user, offers = User.objects.filter(email__iexact=email).first(), _offers(provider, email)
    if user is None:
        return Verdict(Says.INVITED if offers else Says.NO_PLACE, None, offers)
    has_place = _has_place(provider, user)
    if not (has_place or offers):
        return Verdict(Says.NO_PLACE)  # whose account it is elsewhere is nobody's business here
    if not user.is_active:
        return Verdict(Says.SHUT, user)
    held = SignOnLink.objects.filter(district=provider.district_id, user=user).first()
    if held:
        same = held.provider_id == provider.pk
        return Verdict(Says.OTHER_SUBJECT if same else Says.OTHER_PROVIDER, user)
    return Verdict(Says.FIRST if has_place else Says.INVITED, user, () if has_place else offers)


def _has_place(provider: SignOnProvider, user: User) -> bool:
    return Membership.objects.filter(district=provider.district_id, user=user).exists()


def _offers(provider: SignOnProvider, email: str) -> tuple[Invitation, ...]:
    found = Invitation.objects.open().filter(district=provider.district_id, email__iexact=email)
    return tuple(found.select_related("district", "school"))


@transaction.atomic
def settle(provider: SignOnProvider, identity: Identity, verdict: Verdict) -> User:
    """Do what the verdict says and note the sign-in. Call it outside of any district's scope."""
    if not verdict.lets_in:
        raise ValueError(f"{verdict.says} lets nobody in")
    user = verdict.user or _account(identity, verdict.offers)
    for offer in verdict.offers:
        invitations.accept(offer, user)
    with district_scope(provider.district_id):
        link, made = SignOnLink.objects.get_or_create(
            provider=provider,
            subject=identity.subject,
            defaults={"district_id": provider.district_id, "user": user},
        )
        words = {"provider": provider.name}
        if made:
            audit.record_for(provider.district, user, "sign_on.linked", link, **words)
        SignOnLink.objects.filter(pk=link.pk).update(used_at=timezone.now())
        audit.record_for(provider.district, user, "sign_on.signed_in", provider, **words)
    return user


def _account(identity: Identity, offers: tuple[Invitation, ...]) -> User:
    """A new account, without a password: the provider is the way in."""
    offer = offers[0]
    user, made = User.objects.get_or_create(
        email=identity.email,
        defaults={
            "first_name": offer.first_name or identity.first_name,
            "last_name": offer.last_name or identity.last_name,
        },
    )
    if made:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    return user


def whom_to_ask(provider: SignOnProvider) -> list[User]:
    """District leads, up to three: they invite."""
    with district_scope(provider.district_id):
        leads = User.objects.filter(
            memberships__district=provider.district_id,
            memberships__level=AccessLevel.DISTRICT_LEAD,
            is_active=True,
        )
        return list(leads.distinct()[:3])
