"""Files made on request: asked for, made by a worker, fetched by whoever asked, gone in a week."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable
from pathlib import PurePath
from typing import Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone

from roles import documents, making
from roles.access import Reach
from roles.making import Answer, Ended, Lost, Page, Work
from roles.models import MadeFile, OwedStatus
from roles.models.owed import UNFINISHED
from roles.services.audit import record
from roles.services.holding import held
from roles.services.refusal import Refused
from roles.services.renderings import NO_FONT, excused
from roles.tasks import make_file, make_long_file, ring, ring_on_commit
from roles.wall import district_scope

KEPT_FOR = dt.timedelta(days=7)
LOST = "You may no longer read what it was to hold."


@transaction.atomic
def ask(
    maker: str,
    arguments: dict[str, Any],
    title: str,
    name: str,
    *,
    by: Reach,
    also: Iterable[Reach] = (),
) -> MadeFile:
    """Owe this person a file; the one they wait for, if it answers the same question.

    `maker` is a name in `roles.making`, `arguments` is JSON for it, `title` is for the reader and
    `name` what the file is saved as ("people-2026-11-05.csv"). It is made and handed out only to
    someone who still has `by`, and the reaches of `also`, which may be empty ones.
    """
    told = {**arguments, making.WITHIN: making.within((by, *(reach for reach in also if reach)))}
    asked = f"files:{by.user.pk}:{_digest(maker, told, name)}"
    mine = MadeFile.objects.filter(district=by.district, asked_by=by.user.pk)
    last = mine.filter(key__startswith=f"{asked}:").order_by("-pk").first()
    if last is not None and last.is_unfinished:
        return last
    made, created = MadeFile.objects.get_or_create(
        district=by.district,
        key=f"{asked}:{last.pk if last else 0}",  # of two clicks at once, one
        defaults={
            "maker": maker,
            "arguments": told,
            "title": title[:160],
            "name": name[-120:],
            "asked_by_id": by.user.pk,
        },
    )
    if created:
        record(by, "file.asked", made, title=made.title)
        ring_on_commit(make_file, made.district_id, made.pk)
    return made


def _digest(maker: str, arguments: dict[str, Any], name: str) -> str:
    kind = PurePath(name).suffix  # the name itself may hold the day
    told = json.dumps([maker, arguments, kind], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:32]


@transaction.atomic
def ask_again(made: MadeFile, *, by: Reach) -> bool:
    """Put a file that could not be made back into the queue. True if it had failed."""
    if not made.again():
        return False
    record(by, "file.asked", made, title=made.title)
    ring_on_commit(make_file, made.district_id, made.pk)
    return True


@transaction.atomic
def cancel(made: MadeFile, *, by: Reach) -> bool:
    """Stop making a file; its worker notices at its next step. True if it was unfinished."""
    open_ones = MadeFile.objects.filter(pk=made.pk, status__in=UNFINISHED)
    if not open_ones.update(status=OwedStatus.CANCELLED, lease_until=None, done_at=timezone.now()):
        return False
    record(by, "file.cancelled", made, title=made.title)
    return True


@transaction.atomic
def note_download(made: MadeFile, *, by: Reach) -> None:
    """What leaves the product, and who took it, is on record."""
    record(by, "file.downloaded", made, title=made.title)


def carry(district_pk: int, made_pk: int) -> bool:
    """Make one owed file; one that takes long goes where there are hours. True if this made it."""
    if _takes_long(district_pk, made_pk):
        ring(make_long_file, district_pk, made_pk)
        return False
    return make(district_pk, made_pk)


def make(district_pk: int, made_pk: int) -> bool:
    """Make one owed file. True if this call made it.

    The maker reads in transactions of its own; pages are set and files stored outside of any.
    """
    made = _claimed(district_pk, made_pk)
    if made is None:
        return False
    stored = ""
    with excused(made), held(Work(made)):
        try:
            answer, note = _content(making.maker_of(made.maker)(Work(made)))
            stored = _stored(made, answer)
        except Ended:
            return False
        except (Lost, Refused) as refusal:
            with district_scope(district_pk):
                made.finish(OwedStatus.FAILED, error=str(refusal) or LOST)
    with district_scope(district_pk):
        if stored and made.finish(error=note):
            done = MadeFile.objects.filter(pk=made.pk)
            done.update(file=stored, made=made.total)
            return True
    if stored:
        default_storage.delete(stored)  # cancelled, or made by another worker
    return False


def _takes_long(district_pk: int, made_pk: int) -> bool:
    with district_scope(district_pk):
        return MadeFile.objects.filter(pk=made_pk, maker__in=making.long_ones()).exists()


def _claimed(district_pk: int, made_pk: int) -> MadeFile | None:
    """The file, for this worker to make; None if it is not due or another has it.

    Of all that take long, one is made at a time: the other workers are left for what is short. The
    sweep rings for the next one.
    """
    with transaction.atomic():
        if _takes_long(district_pk, made_pk) and _long_one_is_made():
            return None
        with district_scope(district_pk):
            made: MadeFile | None = MadeFile.objects.claim(made_pk)
            return made


def _long_one_is_made() -> bool:
    """In whichever district, by a worker that lives. Asked by one worker at a time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('roles.long_file'))")
    made = MadeFile.objects.filter(maker__in=making.long_ones(), status=OwedStatus.RUNNING)
    return made.filter(lease_until__gt=timezone.now()).exists()


def _content(answer: Answer) -> tuple[File[bytes], str]:
    """What to store, and what its reader should know about it. Raises as `documents.to_pdf`."""
    if isinstance(answer, Page):
        printed = documents.printed(answer.html)
        missing = " ".join(printed.missing)
        return ContentFile(printed.pdf), NO_FONT.format(missing) if missing else ""
    if isinstance(answer, bytes):
        return ContentFile(answer), ""
    answer.seek(0)
    return File(answer), ""


def _stored(made: MadeFile, content: File[bytes]) -> str:
    """The name it is stored under: another for each worker that took it up."""
    folder, end = f"made/district-{made.district_id}", PurePath(made.name).suffix
    name = f"{folder}/file-{made.pk}-{made.tries}{end}"
    with content:
        default_storage.delete(name)
        return default_storage.save(name, content)


def remove_old() -> int:
    """Take away files, with their rows, a week after they were asked for. How many went.

    Runs outside the wall, for all districts. A file goes before its row, so none is left behind.
    """
    old = MadeFile.objects.filter(owed_at__lt=timezone.now() - KEPT_FOR)
    removed = 0
    for made in old.exclude(status__in=UNFINISHED):
        if made.file.name:
            made.file.storage.delete(made.file.name)
        made.delete()
        removed += 1
    return removed
