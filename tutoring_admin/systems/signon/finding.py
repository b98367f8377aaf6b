"""Which provider is meant, before anybody has signed in. Outside the wall, on providers only."""

from __future__ import annotations

from django.db.models import Q

from roles.models import SignOnProvider


def by_key(key: str) -> SignOnProvider | None:
    found: SignOnProvider | None = (
        SignOnProvider.objects.filter(key=key).select_related("district").first()
    )
    return found


def is_any_offered() -> bool:
    return SignOnProvider.objects.offered().exists()


def meant_by(typed: str) -> list[SignOnProvider]:
    """Providers of the domain of an e-mail address, or of the district of that name.

    The same for every address of a domain: nothing is said about accounts.
    """
    words = " ".join(typed.split()).lower()
    if not words:
        return []
    offered = SignOnProvider.objects.offered().select_related("district")
    if "@" in words:
        return list(offered.filter(domains__contains=[words.rpartition("@")[2]]))
    named = Q(district__name__iexact=words) | Q(district__slug=words.replace(" ", "-"))
    return list(offered.filter(named | Q(domains__contains=[words])))


def of_district(district_id: int) -> list[SignOnProvider]:
    offered = SignOnProvider.objects.offered().select_related("district")
    return list(offered.filter(district=district_id))
