"""What a lead does with the district's providers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from roles.access import Reach
from roles.models import District, SignOnKind, SignOnLink, SignOnProvider, SignOnSpare, User
from roles.sealing import seal
from roles.services import audit, spare_keys
from roles.services.refusal import Refused

# A new secret or certificate leaves the provider who it is; these make it another one.
WHO_IT_IS = ("issuer", "client_id", "tenants")
LAST_ONE = (
    "Signing in through the district is required, and this is the only provider that is on. "
    "Stop requiring it first."
)


@transaction.atomic
def add(kind: SignOnKind, key: str, values: dict[str, Any], *, by: Reach) -> SignOnProvider:
    """Set a provider up. It is off until it has been tried."""
    made = SignOnProvider.objects.create(
        district=by.district, kind=kind, key=key, **_sealed(values)
    )
    audit.record(by, "sign_on.added", made, **_words(made))
    return made


@transaction.atomic
def change(provider: SignOnProvider, values: dict[str, Any], *, by: Reach) -> bool:
    """True if it is off now, since it is another provider and has to be tried.

    Raises Refused where that would shut everyone out. Another issuer's subjects are other people:
    links to the old one go.
    """
    new = _sealed(values)
    is_another = any(getattr(provider, name) != new.get(name, getattr(provider, name))
                     for name in WHO_IT_IS)  # fmt: skip
    if is_another:
        _check_not_last(provider)
        new |= {"is_on": False, "tested_at": None}
    if new.get("issuer", provider.issuer) != provider.issuer:
        SignOnLink.objects.filter(provider=provider).delete()
    for name, value in new.items():
        setattr(provider, name, value)
    provider.save()
    audit.record(by, "sign_on.changed", provider, **_words(provider))
    return is_another


@transaction.atomic
def remove(provider: SignOnProvider, *, by: Reach) -> None:
    """Take a provider away with its links. Raises Refused for the last one while required."""
    _check_not_last(provider)
    audit.record(by, "sign_on.removed", provider, **_words(provider))
    provider.delete()


@transaction.atomic
def switch(provider: SignOnProvider, *, on: bool, by: Reach) -> bool:
    """Offer it on the sign-in page, or not. True if this call did it. Raises Refused."""
    if on and provider.tested_at is None:
        raise Refused("Try it first: it is turned on once a trial went well.")
    if not on:
        _check_not_last(provider)
    if not SignOnProvider.objects.filter(pk=provider.pk, is_on=not on).update(is_on=on):
        return False
    provider.is_on = on
    verb = "sign_on.turned_on" if on else "sign_on.turned_off"
    audit.record(by, verb, provider, **_words(provider))
    return True


@transaction.atomic
def enforce(spares: Iterable[User], *, by: Reach) -> None:
    """Take the providers' word only, but for these people. Raises Refused without one of each."""
    chosen = list(spares)
    able = {user.pk for user in spare_keys.able_to_hold(by.district)}
    if not chosen or not {user.pk for user in chosen} <= able:
        raise Refused(
            "Choose at least one district lead with a password and a second factor: "
            "if the provider fails, nobody could get in."
        )
    if not SignOnProvider.objects.offered().filter(district=by.district).exists():
        raise Refused("Turn a provider on first: nobody could sign in.")
    SignOnSpare.objects.filter(district=by.district).exclude(user__in=chosen).delete()
    for user in chosen:
        SignOnSpare.objects.get_or_create(
            district=by.district, user=user, defaults={"named_by": by.user}
        )
    District.objects.filter(pk=by.district.pk).update(sign_on_only=True)
    people = ", ".join(str(user) for user in chosen)
    audit.record(by, "sign_on.enforced", by.district, people=people)


@transaction.atomic
def relax(*, by: Reach) -> bool:
    """Take passwords and passkeys again. True if this call did it."""
    changed = District.objects.filter(pk=by.district.pk, sign_on_only=True)
    if not changed.update(sign_on_only=False):
        return False
    SignOnSpare.objects.filter(district=by.district).delete()
    audit.record(by, "sign_on.relaxed", by.district)
    return True


@transaction.atomic
def unlink(link: SignOnLink, *, by: Reach) -> None:
    """Forget who someone is at a provider; the next sign-in finds them by e-mail anew."""
    words = {"person": str(link.user), "provider": link.provider.name}
    audit.record(by, "sign_on.unlinked", link, **words)
    link.delete()


def _check_not_last(provider: SignOnProvider) -> None:
    district = District.objects.get(pk=provider.district_id)
    if not (district.sign_on_only and provider.is_on):
        return
    others = SignOnProvider.objects.offered().filter(district=district).exclude(pk=provider.pk)
    if not others.exists():
        raise Refused(LAST_ONE)


def _sealed(values: dict[str, Any]) -> dict[str, Any]:
    secret = values.get("client_secret")
    return {**values, "client_secret": seal(secret)} if secret else values


def _words(provider: SignOnProvider) -> dict[str, str]:
    return {"provider": provider.name, "kind": provider.kind_name}
