"""Evidence binders: asked for, made by a worker, fetched by whoever may see the self-assessment.

A frozen round has one binder of each kind for each way it was frozen and signed; it is kept. Of an
open round each is a draft, gone after a month.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import tempfile

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from roles.access import Access, Reach
from roles.capabilities import Capability
from roles.documents import CannotSet
from roles.models import Membership, OwedStatus
from roles.models.owed import UNFINISHED
from roles.services import renderings
from roles.services.audit import record
from roles.tasks import ring_on_commit
from roles.wall import district_scope
from selfassessment.binding.contents import Contents, contents_of, signatures_of, snapshot_of
from selfassessment.binding.files import files_behind, official_files
from selfassessment.binding.packing import Sources, pack
from selfassessment.binding.page import page_of
from selfassessment.models import Binder, Round
from selfassessment.tasks import make_binder

NEEDS = Capability.ASSESSMENT_VIEW
DRAFT = "draft"
DRAFTS_KEPT_FOR = dt.timedelta(days=30)
SHORTER = (25, 5)  # pieces of evidence of an indicator on paper, where more are too many
LOST = "Whoever asked for it may no longer see the self-assessment. Ask for it again."
NO_PDF = "It could not be made: {}"


def stand_of(round_: Round) -> str:
    """What tells apart the ways a round was frozen and signed; "draft" for an open one."""
    if round_.is_open:
        return DRAFT
    snapshot = snapshot_of(round_)
    signed = sorted(signatures_of(round_).values_list("pk", flat=True))
    told = f"{snapshot.digest if snapshot else ''} {round_.state} {round_.closed_at} {signed}"
    short = hashlib.sha256(told.encode()).hexdigest()[:16]
    return f"{snapshot.pk if snapshot else 0}:{short}"


def prefix_of(round_: Round, kind: str, stand: str) -> str:
    """How the keys of binders of this stand begin."""
    return f"binder:{round_.pk}:{kind}:{stand}"


@transaction.atomic
def ask(round_: Round, kind: str, *, by: Reach) -> Binder:
    """Owe the binder of a round (a `Binder.Kind`) as it stands now.

    Asked twice it is owed once; one that failed is tried again. Of an open round the one that is
    being made already, or else a new one.
    """
    now = Round.objects.select_for_update(of=("self",)).get(pk=round_.pk)
    stand = stand_of(now)
    key = prefix_of(now, kind, stand)
    mine = Binder.objects.filter(district=by.district, round=now, kind=kind)
    if stand == DRAFT:
        last = mine.filter(key__startswith=f"{key}:").order_by("-pk").first()
        if last is not None and last.status in (*UNFINISHED, OwedStatus.FAILED):
            return _once_more(last, by)
        key = f"{key}:{last.pk if last else 0}"
    binder, created = Binder.objects.get_or_create(
        district=by.district,
        key=key,
        defaults={"round": now, "kind": kind, "asked_by_id": by.user.pk},
    )
    return _noted(binder, by) if created else _once_more(binder, by)


def _once_more(binder: Binder, by: Reach) -> Binder:
    if is_gone(binder):  # the database came back from a backup without its files
        Binder.objects.filter(pk=binder.pk).update(status=OwedStatus.FAILED, file="", made=0)
    if binder.again():
        Binder.objects.filter(pk=binder.pk).update(asked_by_id=by.user.pk)
        binder.refresh_from_db()
        return _noted(binder, by)
    return binder


def is_gone(binder: Binder) -> bool:
    """Whether it was made and its file is missing."""
    return binder.status == OwedStatus.DONE and not default_storage.exists(str(binder.file.name))


def _noted(binder: Binder, by: Reach) -> Binder:
    told = {"label": binder.round.label, "kind": binder.get_kind_display()}
    record(by, "assessment.binder_asked", binder, **told)
    ring_on_commit(make_binder, binder.district_id, binder.pk)
    return binder


@transaction.atomic
def note_download(binder: Binder, *, by: Reach) -> None:
    """Evidence leaves the product: who took it is on record."""
    told = {"label": binder.round.label, "kind": binder.get_kind_display()}
    record(by, "assessment.binder_downloaded", binder, **told)


@transaction.atomic
def note_sheet(kind: str, *, by: Reach) -> None:
    """The same for the ratings of all rounds as a table."""
    record(by, "assessment.sheet_downloaded", by.district, kind=kind)


def make(district_pk: int, binder_pk: int) -> bool:
    """Make one owed binder. True if this call made it.

    Reads in a transaction, sets and packs outside of any, files the result in another.
    """
    with district_scope(district_pk):
        binder: Binder | None = Binder.objects.claim(binder_pk)
    if binder is None:
        return False
    stored: renderings.Filed | None = None
    lost = False
    with renderings.excused(binder):
        with district_scope(district_pk):
            found = _read(binder)
        if found is None:
            lost = True
        elif binder.kind == Binder.Kind.PDF:
            stored = _set(district_pk, found[0])
        else:
            stored = _packed(binder, *found)
    with district_scope(district_pk):
        if lost:
            binder.finish(OwedStatus.FAILED, error=LOST)
        if stored is not None and binder.finish(error=stored.note):
            Binder.objects.filter(pk=binder.pk).update(file=stored.name, made=1)
            return True
    if stored is not None and binder.kind == Binder.Kind.ZIP:
        default_storage.delete(stored.name)  # another worker has made it meanwhile
    return False


def _read(binder: Binder) -> tuple[Contents, Sources] | None:
    """All that a binder needs; nothing is read from the database after this. None if whoever asked
    may not read it any more.
    """
    reach = _reach_of(binder)
    if not reach:
        return None
    contents = contents_of(binder.round, reach)
    if binder.kind == Binder.Kind.PDF:
        return contents, Sources("", "", {}, {})
    official = dict(official_files(contents))
    return contents, Sources("", "", files_behind(contents), official)


def _reach_of(binder: Binder) -> Reach:
    held = Membership.objects.filter(user=binder.asked_by_id, district=binder.district_id)
    access = Access.from_memberships(binder.asked_by, binder.district, held)
    return access.reach(NEEDS)


def _set(district_pk: int, contents: Contents) -> renderings.Filed:
    """The stored PDF. Where there is more evidence than can be set in time, it shows fewer pieces
    of each indicator and says how many there are besides. Raises as `renderings.filed`.
    """
    for most in SHORTER:
        try:
            return renderings.filed(district_pk, page_of(contents), "binders")
        except CannotSet:
            if contents.longest <= most:
                raise
            contents = contents.shortened(most)
    return renderings.filed(district_pk, page_of(contents), "binders")


def _packed(binder: Binder, contents: Contents, files: Sources) -> renderings.Filed:
    """The stored ZIP. Where the pages cannot be set, it says so and holds all the rest."""
    try:
        pdf, why = _set(binder.district_id, contents), ""
    except CannotSet as refusal:
        pdf, why = renderings.Filed(""), NO_PDF.format(refusal)
    sources = Sources(pdf.name, why, files.behind, files.official)
    # The number of tries keeps workers apart that both hold it to be theirs.
    name = f"binders/district-{binder.district_id}/{binder.pk}-{binder.tries}.zip"
    with tempfile.TemporaryFile() as packed:
        pack(packed, contents, sources)
        packed.seek(0)
        default_storage.delete(name)  # of a worker that died on the way
        return renderings.Filed(default_storage.save(name, File(packed)), why or pdf.note)


def remove_old_drafts() -> int:
    """Take away binders of open rounds a month after they were asked for, and files that no other
    one shares.

    Runs outside the wall, for all districts. A file goes before its row, so none is left behind.
    Returns how many binders went.
    """
    old = Binder.objects.filter(
        key__contains=f":{DRAFT}:", owed_at__lt=timezone.now() - DRAFTS_KEPT_FOR
    ).exclude(status__in=UNFINISHED)
    removed = 0
    for binder in old:
        shared = Binder.objects.filter(file=binder.file.name).exclude(pk=binder.pk)
        if binder.file.name and not shared.exists():
            default_storage.delete(binder.file.name)
        binder.delete()
        removed += 1
    return removed
