"""The PDF of a published job description: owed in the publishing transaction, made by a worker."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from roles import documents
from roles.letterhead import logo_data_uri
from roles.models import JobDescriptionVersion, OwedStatus, Rendering
from roles.models.files import OwedFile
from roles.tasks import render_job_description, ring_on_commit
from roles.wall import district_scope

logger = logging.getLogger(__name__)
TROUBLE = "The server could not set pages or store the file."
NO_FONT = "No font on the server has these characters; boxes stand for them: {}"
DEFECT = "Something went wrong in the program. It has been noted for those who run it."


class Filed(NamedTuple):
    """Where a PDF is stored, and what its readers should know about it."""

    name: str
    note: str = ""


def owe(version: JobDescriptionVersion) -> Rendering:
    """Owe the PDF of a published version once; the text is frozen, so one is enough."""
    rendering, created = Rendering.objects.get_or_create(
        district_id=version.district_id,
        key=f"job-description-version:{version.pk}",
        defaults={"version": version},
    )
    if created:
        ring_on_commit(render_job_description, version.district_id, rendering.pk)
    return rendering


@transaction.atomic
def owe_again(rendering: Rendering) -> bool:
    """Put a rendering that failed back into the queue. True if it had failed."""
    if not rendering.again():
        return False
    ring_on_commit(render_job_description, rendering.district_id, rendering.pk)
    return True


def render(district_pk: int, rendering_pk: int) -> bool:
    """Make one owed PDF. True if this call made it.

    Reads in one transaction, sets the pages outside of any, files the result in another. A text
    that will not become pages fails for good; trouble of the machine is tried once more.
    """
    with district_scope(district_pk):
        rendering: Rendering | None = Rendering.objects.claim(rendering_pk)
        html = page_of(rendering.version) if rendering else ""
    if rendering is None:
        return False
    stored: Filed | None = None
    with excused(rendering):
        stored = filed(rendering.district_id, html)
    with district_scope(district_pk):
        if stored is None or not rendering.finish(error=stored.note):
            return False
        Rendering.objects.filter(pk=rendering.pk).update(file=stored.name, made=1)
    return True


@contextmanager
def excused(owed: OwedFile) -> Iterator[None]:
    """Around the setting of pages: the row is told why there is no file, and the worker goes on.

    A defect of ours is told to the row too, and raised.
    """
    try:
        yield
    except documents.CannotSet as refusal:
        logger.warning("%s failed: %s %s", owed.key, refusal, refusal.detail)
        with district_scope(owed.district_id):
            owed.finish(OwedStatus.FAILED, error=str(refusal))
    except OSError:
        logger.exception("%s has to wait", owed.key)
        with district_scope(owed.district_id):
            owed.try_again(TROUBLE)
    except Exception:
        with district_scope(owed.district_id):
            owed.finish(OwedStatus.FAILED, error=DEFECT)
        raise


def filed(district_pk: int, html: str, folder: str = "job-descriptions") -> Filed:
    """The stored PDF of `html` in a folder of the store, set only if it has never been.

    Raises as `documents.to_pdf`. The name is the digest of all that determines the bytes.
    """
    name = f"{folder}/district-{district_pk}/{documents.key_of(html)}.pdf"
    if default_storage.exists(name):
        return Filed(name)
    printed = documents.printed(html)
    _store_whole(name, printed.pdf)
    missing = " ".join(printed.missing)
    return Filed(name, NO_FONT.format(missing) if missing else "")


def _store_whole(name: str, pdf: bytes) -> None:
    """Put a file in its place at one stroke: nobody finds half of one there, nor a second."""
    if isinstance(default_storage, FileSystemStorage):
        part = default_storage.path(default_storage.save(f"{name}.part", ContentFile(pdf)))
        Path(part).replace(default_storage.path(name))
    elif not default_storage.exists(name):  # such a store takes a file whole or not at all
        default_storage.save(name, ContentFile(pdf))


def page_of(version: JobDescriptionVersion) -> str:
    context = {
        "version": version,
        "role": version.job_description.role,
        "district": version.district,
        "labels": True,
        "logo": logo_data_uri(version.district),
        "responsibilities": version.responsibilities.select_related("duty"),
    }
    with timezone.override(version.district.zone):
        return render_to_string("print/roles/job_description.html", context)
