"""Which files stand behind the evidence of a binder: those added by hand, and job descriptions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.core.files.storage import default_storage
from django.db.models import Q

from roles.models import OwedStatus, Rendering
from selfassessment.binding.contents import Contents
from selfassessment.evidence import Item
from selfassessment.models import EvidenceRevision

VERSION = "roles:version"  # the page of a job description's version
NOT_MADE = "The PDF of this job description has not been made."


@dataclass(frozen=True)
class Attached:
    """A file to pack: where it is stored, what to call it, and since when it is there. `sha256`
    (hex) is what it was when it was handed in, "" where that was not noted.
    """

    stored: str
    name: str
    at: dt.datetime
    sha256: str = ""

    @property
    def size(self) -> int:
        """In bytes; 0 if the file is gone."""
        try:
            return default_storage.size(self.stored)
        except OSError:
            return 0

    @property
    def suffix(self) -> str:
        """The end of its name, such as ".pdf"; "" if it has none that is usual."""
        found = PurePosixPath(self.name).suffix
        return found if found[1:].isascii() and found[1:].isalnum() and len(found) <= 8 else ""

    @property
    def stem(self) -> str:
        return self.name.removesuffix(self.suffix) if self.suffix else self.name


@dataclass(frozen=True)
class Behind:
    """What stands behind one piece of evidence: a file, or why there is none."""

    file: Attached | None = None
    note: str = ""


NOTHING = Behind()


def files_behind(contents: Contents) -> dict[str, Behind]:
    """By the number of the piece; 2 queries. Pieces that have no file by their nature are left
    out.
    """
    items = [(piece.number, piece.item) for part in contents.parts for piece in part.pieces]
    by_hand = any(item.by_hand for _, item in items)
    revisions = {each.evidence_id: each for each in _revisions(contents)} if by_hand else {}
    versions = {pk for _, item in items if (pk := version_of(item))}
    renderings = _renderings(contents, versions) if versions else {}
    found: dict[str, Behind] = {}
    for number, item in items:
        if item.by_hand:
            behind = _of_revision(revisions.get(item.evidence_pk or 0))
        elif pk := version_of(item):
            behind = renderings.get(pk, Behind(note=NOT_MADE))
        else:
            behind = NOTHING
        if behind != NOTHING:
            found[number] = behind
    return found


def version_of(item: Item) -> int | None:
    """The version of a job description that a piece of evidence rests on."""
    return item.pdf_pk or (item.pk if item.view_name == VERSION else None)


def official_files(contents: Contents) -> list[tuple[int, Attached]]:
    """The reports of NSSA, by the key of their result."""
    return [
        (each.pk, Attached(str(each.file.name), each.file_name or "Report", each.recorded_at))
        for each in contents.official
        if each.file
    ]


def _revisions(contents: Contents) -> Iterable[EvidenceRevision]:
    """What evidence by hand said at the moment of the binder, earlier revisions first."""
    standing = Q(evidence__withdrawn_at=None) | Q(evidence__withdrawn_at__gt=contents.as_of)
    of_then = EvidenceRevision.objects.filter(
        standing, district=contents.district, added_at__lte=contents.as_of
    )
    return of_then.order_by("evidence", "number").defer("text")


def _of_revision(revision: EvidenceRevision | None) -> Behind:
    if revision is None or not revision.file:
        return NOTHING
    name = revision.file_name or PurePosixPath(str(revision.file.name)).name
    return Behind(Attached(str(revision.file.name), name, revision.added_at, revision.sha256))


def _renderings(contents: Contents, versions: set[int]) -> dict[int, Behind]:
    made = Rendering.objects.filter(
        district=contents.district, version__in=versions, status=OwedStatus.DONE
    )
    found: dict[int, Behind] = {}
    for each in made.select_related("version").order_by("pk"):
        name = f"{each.version.title}, version {each.version.number}.pdf"
        at = each.version.published_at or contents.as_of
        found[each.version_id] = Behind(Attached(str(each.file.name), name, at))
    return found
