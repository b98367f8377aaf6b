"""A ZIP of job descriptions: the PDF of each by level, and an index to find them."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import IO

from django.db.models import Prefetch, QuerySet
from django.template.loader import render_to_string
from django.utils import timezone

from roles.models import District, JobDescriptionVersion, OwedStatus, Rendering

LOOK_UP_EVERY = 10  # files, to see whether it is still wanted
NOT_IN_A_NAME = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]+')
LONGEST_NAME = 80
RESERVED = re.compile(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)$")


@dataclass(frozen=True)
class Entry:
    """One job description in force: its version with role and publisher, and its PDF."""

    version: JobDescriptionVersion
    pdf: Rendering | None


@dataclass(frozen=True)
class Row:
    """One line of the index. The path is "" where the PDF could not be made."""

    version: JobDescriptionVersion
    level: str
    pdf: str


def entries_of(versions: QuerySet[JobDescriptionVersion]) -> list[Entry]:
    """All that packing needs, in two queries: nothing is read from the database after this."""
    made = Rendering.objects.filter(status=OwedStatus.DONE).order_by("pk")
    found = (
        versions.select_related("job_description__role", "published_by", "district")
        .prefetch_related(Prefetch("renderings", made, to_attr="made_pdfs"))
        .order_by("job_description__role__order", "pk")
    )
    return [_entry(version) for version in found]


def _entry(version: JobDescriptionVersion) -> Entry:
    made: list[Rendering] = getattr(version, "made_pdfs", [])
    return Entry(version, made[-1] if made else None)


def pack(
    out: IO[bytes], entries: Iterable[Entry], district: District, is_wanted: Callable[[], bool]
) -> bool:
    """Write the ZIP. False, with the rest left out, as soon as it is not wanted any more."""
    rows: list[Row] = []
    taken: set[str] = set()
    # PDFs are compressed already
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as package:
        for number, entry in enumerate(entries):
            if number % LOOK_UP_EVERY == 0 and not is_wanted():
                return False
            rows.append(_add(package, entry, taken))
        index = {"district": district, "rows": rows, "made_at": timezone.now()}
        with timezone.override(district.zone):
            html = render_to_string("print/roles/archive_index.html", index)
        package.writestr("index.html", html, zipfile.ZIP_DEFLATED)
    return True


def _add(package: zipfile.ZipFile, entry: Entry, taken: set[str]) -> Row:
    version = entry.version
    level = version.job_description.role.get_level_display()
    stem = free(f"{safe(level)}/{safe(version.title)}, version {version.number}", taken)
    pdf = _read(entry.pdf)
    if pdf:
        _write(package, f"{stem}.pdf", pdf, version)
    return Row(version, level, f"{stem}.pdf" if pdf else "")


def _read(rendering: Rendering | None) -> bytes:
    """The stored PDF, or b"" where there is none or its file is gone."""
    if rendering is None:
        return b""
    try:
        with rendering.file.open() as file:
            content: bytes = file.read()
    except OSError:
        return b""
    return content


def _write(
    package: zipfile.ZipFile, name: str, content: bytes, version: JobDescriptionVersion
) -> None:
    moment = timezone.localtime(version.published_at)
    info = zipfile.ZipInfo(name, moment.timetuple()[:6])
    info.external_attr = 0o644 << 16
    package.writestr(info, content)


def safe(name: str) -> str:
    """A name that Windows, macOS and Linux all take for a file or folder."""
    kept = NOT_IN_A_NAME.sub(" ", name)
    kept = " ".join(kept.split())[:LONGEST_NAME].strip(" .")
    return f"{kept}_" if RESERVED.match(kept) else kept or "Untitled"


def free(stem: str, taken: set[str]) -> str:
    """The stem, or with a number where another has it; case does not tell names apart."""
    found, number = stem, 1
    while found.casefold() in taken:
        number += 1
        found = f"{stem} ({number})"
    taken.add(found.casefold())
    return found
