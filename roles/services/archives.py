"""All job descriptions of a district in one ZIP: asked for, made in the background, fetched.

Each missing PDF is owed as a rendering of its own, so all worker processes share in the work. The
archive waits for them as a row and is packed when the last one is there.
"""

from __future__ import annotations

import datetime as dt
import tempfile

from django.conf import settings
from django.core.files.base import File
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone

from roles.access import Access, Reach
from roles.capabilities import Capability
from roles.models import Archive, JobDescriptionVersion, Membership, OwedStatus, Rendering
from roles.models.owed import UNFINISHED
from roles.packing import Entry, entries_of, pack
from roles.services import letters, renderings
from roles.services.audit import record, record_for
from roles.services.refusal import Refused
from roles.tasks import make_archive, ring_on_commit
from roles.wall import district_scope

NEEDS = Capability.ROLES_VIEW
KEPT_FOR = dt.timedelta(days=7)
LOOK_AGAIN = dt.timedelta(seconds=10)  # if no rendering says that it was the last one


@transaction.atomic
def ask(*, by: Reach) -> Archive:
    """Owe this person a ZIP of all that is in force; the one they wait for, if there is one.

    Raises Refused where nothing is in force.
    """
    published = JobDescriptionVersion.objects.filter(district=by.district).published()
    total = published.count()
    if not total:
        raise Refused("No job description is in force yet, so there is nothing to pack.")
    last = Archive.objects.filter(district=by.district, asked_by=by.user.pk).first()
    if last is not None and last.is_unfinished:
        return last
    archive, created = Archive.objects.get_or_create(
        district=by.district,
        key=f"archive:{by.user.pk}:{last.pk if last else 0}",  # of two clicks at once, one
        defaults={"asked_by_id": by.user.pk, "total": total},
    )
    if created:
        for failed in Rendering.objects.filter(version__in=published, status=OwedStatus.FAILED):
            renderings.owe_again(failed)
        record(by, "archive.asked", archive, files=total)
        ring_on_commit(make_archive, by.district.pk, archive.pk)
    return archive


@transaction.atomic
def cancel(archive: Archive, *, by: Reach) -> bool:
    """Stop making an archive; its worker notices within moments. True if it was unfinished."""
    open_ones = Archive.objects.filter(pk=archive.pk, status__in=UNFINISHED)
    if not open_ones.update(status=OwedStatus.CANCELLED, lease_until=None, done_at=timezone.now()):
        return False
    record(by, "archive.cancelled", archive)
    return True


@transaction.atomic
def note_download(archive: Archive, *, by: Reach) -> None:
    """A whole district's texts leave the product: who took them is on record."""
    record(by, "archive.downloaded", archive, files=archive.total)


def make(district_pk: int, archive_pk: int) -> bool:
    """Take an owed archive one step on: owe what it lacks, or pack it. True if it is now done."""
    with district_scope(district_pk):
        archive: Archive | None = Archive.objects.claim(archive_pk)
        entries = _prepare(archive) if archive is not None else None
    if archive is None:
        return False
    if entries is None:
        advance(district_pk)  # the last one may have come while we looked
        return False
    try:
        return _deliver(archive, entries)
    except Exception as error:
        with district_scope(district_pk):
            archive.finish(OwedStatus.FAILED, error=f"{type(error).__name__}: {error}")
        raise


def advance(district_pk: int) -> None:
    """A PDF was made, or not: move the bars of the archives that wait, and wake them at the end."""
    with district_scope(district_pk):
        waiting = Archive.objects.filter(district=district_pk, status=OwedStatus.WAITING)
        pks = list(waiting.values_list("pk", "total"))
        if not pks:
            return
        left = _unmade(district_pk).count()
        for pk, total in pks:
            changes = {"made": max(0, total - left)}
            when = {} if left else {"not_before": timezone.now()}
            waiting.filter(pk=pk).update(**changes, **when)
            if not left:
                ring_on_commit(make_archive, district_pk, pk)


def remove_old() -> int:
    """Take away archives, with their files, a week after they were asked for. How many went.

    Runs outside the wall, for all districts. A file goes before its row, so none is left behind.
    """
    old = Archive.objects.filter(owed_at__lt=timezone.now() - KEPT_FOR).exclude(
        status__in=UNFINISHED
    )
    removed = 0
    for archive in old:
        if archive.file.name:
            archive.file.storage.delete(archive.file.name)
        archive.delete()
        removed += 1
    return removed


def _prepare(archive: Archive) -> list[Entry] | None:
    """What to pack; None if the archive has to wait or has ended."""
    if not _may_still_read(archive):
        archive.finish(OwedStatus.FAILED, error="Your access ended before the ZIP was made.")
        return None
    published = JobDescriptionVersion.objects.filter(district=archive.district_id).published()
    for version in published.exclude(renderings__isnull=False):
        renderings.owe(version)
    left = _unmade(archive.district_id).count()
    total = published.count()
    if left:
        archive.wait(until=timezone.now() + LOOK_AGAIN, made=max(0, total - left), total=total)
        return None
    Archive.objects.filter(pk=archive.pk).update(made=total, total=total)
    return entries_of(published)


def _may_still_read(archive: Archive) -> bool:
    held = Membership.objects.filter(user=archive.asked_by_id, district=archive.district_id)
    access = Access.from_memberships(archive.asked_by, archive.district, held)
    return bool(access.reach(NEEDS))


def _unmade(district_pk: int) -> models.QuerySet[Rendering]:
    """PDFs of versions in force that are still being made."""
    return Rendering.objects.filter(
        district=district_pk,
        version__status=JobDescriptionVersion.Status.PUBLISHED,
        status__in=UNFINISHED,
    )


def _deliver(archive: Archive, entries: list[Entry]) -> bool:
    """Pack outside of any transaction, then file it and tell the one who asked."""

    def is_wanted() -> bool:
        with district_scope(archive.district_id):
            return archive.is_held()

    storage = archive.file.storage
    name = f"made/district-{archive.district_id}/job-descriptions-{archive.pk}.zip"
    with tempfile.TemporaryFile() as packed:
        if not pack(packed, entries, archive.district, is_wanted):
            return False
        packed.seek(0)
        storage.delete(name)  # of a worker that died on the way
        stored = storage.save(name, File(packed))
    with district_scope(archive.district_id):
        if archive.finish():
            Archive.objects.filter(pk=archive.pk).update(file=stored)
            _tell(archive, len(entries))
            return True
    storage.delete(stored)
    return False


def _tell(archive: Archive, files: int) -> None:
    district, asker = archive.district, archive.asked_by
    record_for(district, asker, "archive.made", archive, files=files)
    context = {
        "district": district,
        "asker": asker,
        "files": files,
        "days": KEPT_FOR.days,
        "url": settings.SITE_URL + reverse("roles:documents", args=[district.slug]),
    }
    letters.write(
        district=district,
        key=f"archive-ready:{archive.pk}",
        to=asker.email,
        subject="Your ZIP of all job descriptions is ready",
        template="roles/archive_ready",
        words=context,
        expires_at=timezone.now() + KEPT_FOR,
    )
