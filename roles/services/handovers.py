"""The hand-over pack: asked for when someone leaves, made by a worker, fetched by the next one."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from roles import documents
from roles.access import EVERYWHERE, Reach
from roles.capabilities import Capability
from roles.models import Assignment, HandoverPack
from roles.models.owed import UNFINISHED
from roles.reports.handover import pack_of
from roles.services.audit import record
from roles.services.renderings import excused
from roles.tasks import make_handover_pack, ring_on_commit
from roles.wall import district_scope


@transaction.atomic
def ask(assignment: Assignment, *, by: Reach) -> HandoverPack:
    """Owe a new pack of what the position is like now; the one being made, if there is one."""
    Assignment.objects.select_for_update(of=("self",)).get(pk=assignment.pk)
    packs = HandoverPack.objects.filter(district=by.district, assignment=assignment)
    unfinished = packs.filter(status__in=UNFINISHED).first()
    if unfinished is not None:
        return unfinished
    pack = HandoverPack.objects.create(
        district=by.district,
        key=f"handover:{assignment.pk}:{packs.count() + 1}",
        assignment=assignment,
        asked_by_id=by.user.pk,
    )
    _set_off(pack, by)
    return pack


@transaction.atomic
def ask_again(pack: HandoverPack, *, by: Reach) -> bool:
    """Put a pack that failed back into the queue. True if it had failed."""
    if not pack.again():
        return False
    _set_off(pack, by)
    return True


def _set_off(pack: HandoverPack, by: Reach) -> None:
    held = pack.assignment
    record(by, "handover.asked", pack, person=str(held.holder), position=str(held.position))
    ring_on_commit(make_handover_pack, pack.district_id, pack.pk)


def make(district_pk: int, pack_pk: int) -> bool:
    """Make one owed pack. True if this call made it.

    Reads in one transaction, sets the pages outside of any, files the result in another.
    """
    with district_scope(district_pk):
        pack: HandoverPack | None = HandoverPack.objects.claim(pack_pk)
        html = page_of(pack) if pack else ""
    if pack is None:
        return False
    name, stored = f"made/district-{pack.district_id}/hand-over-{pack.pk}.pdf", ""
    with excused(pack):
        stored = pack.file.storage.save(name, ContentFile(documents.to_pdf(html)))
    with district_scope(district_pk):
        if not stored or not pack.finish():
            return False
        HandoverPack.objects.filter(pk=pack.pk).update(file=stored, made=1)
    return True


def page_of(pack: HandoverPack) -> str:
    """The pack as HTML for paper: the whole position, whatever the asking person may open."""
    with timezone.override(pack.district.zone):
        return render_to_string("print/roles/handover.html", words_of(pack))


def words_of(pack: HandoverPack) -> dict[str, Any]:
    """What the template wants: as things stand today."""
    district = pack.district
    reach = Reach(pack.asked_by, district, Capability.ROLES_MANAGE, EVERYWHERE)
    return {
        "pack": pack_of(pack.assignment, reach, district.today()),
        "district": district,
        "site": settings.SITE_URL.rstrip("/"),
        "asked_by": pack.asked_by,
    }
