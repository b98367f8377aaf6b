"""The head of a district's documents: its logo, set and taken away."""

from __future__ import annotations

from django.core.files.storage import default_storage
from django.db import transaction

from roles.access import Reach
from roles.letterhead import store
from roles.models import District
from roles.services.audit import record


@transaction.atomic
def set_logo(png: bytes, *, by: Reach) -> District:
    """Put a cleaned logo at the head of documents made from now on; those made stay as they are."""
    district = District.objects.select_for_update(of=("self",)).get(pk=by.district.pk)
    before = district.logo.name
    district.logo.name = store(district, png)
    district.save(update_fields=["logo"])
    if before and before != district.logo.name:
        _remove_on_commit(before)
    record(by, "letterhead.changed", district)
    return district


@transaction.atomic
def remove_logo(*, by: Reach) -> bool:
    """Documents made from now on carry the district's name alone. True if there was a logo."""
    district = District.objects.select_for_update(of=("self",)).get(pk=by.district.pk)
    before = district.logo.name
    if not before:
        return False
    district.logo.name = ""
    district.save(update_fields=["logo"])
    _remove_on_commit(before)
    record(by, "letterhead.removed", district)
    return True


def _remove_on_commit(name: str) -> None:
    transaction.on_commit(lambda: default_storage.delete(name), robust=True)
