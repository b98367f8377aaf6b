"""A binder as a ZIP: the PDF, the files of the evidence, an index, and a list of their digests.

The same binder gives the same bytes. Files go through in pieces, so that memory stays small
however large they are.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO

from django.core.files.storage import default_storage
from django.template.loader import render_to_string
from django.utils import timezone

from roadmap.spreadsheets import Column, as_csv
from roles.packing import free, safe
from selfassessment.binding.contents import Contents, Piece
from selfassessment.binding.files import NOTHING, Attached, Behind
from selfassessment.binding.page import title_of

CHUNK = 256 * 1024
PDF, EVIDENCE, TABLE, INDEX, MANIFEST = (
    "binder.pdf",
    "evidence.json",
    "index.csv",
    "index.html",
    "manifest-sha256.txt",
)
OFFICIAL = "NSSA results"
GONE = "The file is missing on the server."
CHANGED = "The file is not as it was when it was added."
COLUMNS = (
    Column("Number", "Of the piece in the binder."),
    Column("Indicator", "Its code."),
    Column("Evidence", "What it is."),
    Column("What it shows", "In one sentence."),
    Column("Dated", "The day it speaks for."),
    Column("Counts until", "The last day it counts."),
    Column("Source", "Where it is kept."),
    Column("Added by hand", "yes or no."),
    Column("Link", "A page elsewhere."),
    Column("File", "In this ZIP."),
    Column("SHA-256", "Of that file."),
    Column("Note", "What there is to say of the file."),
)


@dataclass(frozen=True)
class Row:
    """One line of the index; `path` and `sha256` are "" where no file is in the ZIP."""

    piece: Piece
    code: str
    path: str = ""
    sha256: str = ""
    note: str = ""


@dataclass(frozen=True)
class Official:
    """A result of NSSA with its file, if that is in the ZIP."""

    title: str
    path: str = ""
    note: str = ""


@dataclass(frozen=True)
class Sources:
    """What goes into the ZIP besides the evidence in words: the stored PDF, or why there is none;
    the files by the number of their piece; and the reports of NSSA by the key of their result.
    """

    pdf: str
    no_pdf: str
    behind: Mapping[str, Behind]
    official: Mapping[int, Attached]


def pack(out: IO[bytes], contents: Contents, sources: Sources) -> None:
    """Write the ZIP. A file that is missing is named in the index; trouble in the middle of one
    raises OSError.
    """
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        package = _Package(archive, contents)
        has_pdf = bool(sources.pdf) and package.take_pdf(sources.pdf)
        rows = [
            package.take(piece, part.indicator.code, sources.behind.get(piece.number, NOTHING))
            for part in contents.parts
            for piece in part.pieces
        ]
        official = [
            package.take_official(each.pk, str(each), sources.official)
            for each in contents.official
        ]
        if not contents.tells_votes:
            package.write(EVIDENCE, _canonical(contents))
        package.write(TABLE, as_csv(COLUMNS, [_cells(row) for row in rows]))
        context = {
            "binder": contents,
            "title": title_of(contents.round),
            "parts": list(_by_part(contents, rows)),
            "official": official,
            "pdf": PDF if has_pdf else "",
            "no_pdf": sources.no_pdf or GONE,
        }
        with timezone.override(contents.district.zone):
            index = render_to_string("print/selfassessment/binder_index.html", context)
        package.write(INDEX, index.encode())
        package.write_manifest()


class _Package:
    """A ZIP being written: which names are taken, and the digest of all that is in it."""

    def __init__(self, archive: zipfile.ZipFile, contents: Contents) -> None:
        self.archive = archive
        self.at = timezone.localtime(contents.as_of, contents.district.zone)
        self.taken = {name.casefold() for name in (PDF, EVIDENCE, TABLE, INDEX, MANIFEST)}
        self.folders: dict[str, str] = {}
        self.digests: list[tuple[str, str]] = []
        self.stored: dict[str, Row] = {}

    def take_pdf(self, stored: str) -> bool:
        return bool(self._copy(stored, PDF, self.at))

    def take(self, piece: Piece, code: str, behind: Behind) -> Row:
        """The row of a piece, with its file in the folder of the indicator. A file that stands
        behind several pieces is there once, where it came first.
        """
        file = behind.file
        if file is None:
            return Row(piece, code, note=behind.note)
        if first := self.stored.get(file.stored):
            return Row(piece, code, first.path, first.sha256, first.note)
        path = self._path(code, f"{piece.number} {file.stem}", file.suffix)
        sha256 = self._copy(file.stored, path, file.at, file.size)
        note = "" if sha256 else GONE
        if sha256 and file.sha256 and sha256 != file.sha256:
            note = CHANGED
        row = Row(piece, code, path if sha256 else "", sha256, note)
        self.stored[file.stored] = row
        return row

    def take_official(self, pk: int, title: str, files: Mapping[int, Attached]) -> Official:
        file = files.get(pk)
        if file is None:
            return Official(title)
        path = self._path(OFFICIAL, file.stem, file.suffix)
        done = self._copy(file.stored, path, file.at, file.size)
        return Official(title, path) if done else Official(title, note=GONE)

    def write(self, name: str, content: bytes) -> None:
        """Put a text that we made ourselves into the ZIP."""
        self._copy_from(io.BytesIO(content), self._info(name, self.at, zipfile.ZIP_DEFLATED))

    def write_manifest(self) -> None:
        """The digests of all the rest, in the form that `sha256sum --check` reads."""
        lines = "".join(f"{digest}  {name}\n" for name, digest in self.digests)
        self.write(MANIFEST, lines.encode())

    def _path(self, folder: str, stem: str, suffix: str) -> str:
        if folder not in self.folders:
            self.folders[folder] = free(safe(folder), self.taken)
        return free(f"{self.folders[folder]}/{safe(stem)}", self.taken) + suffix

    def _copy(self, stored: str, path: str, at: dt.datetime, size: int = 0) -> str:
        """Copy a stored file in pieces; its SHA-256 in hex, or "" if it is gone."""
        try:
            content = default_storage.open(stored)
        except OSError:
            return ""
        info = self._info(path, at, zipfile.ZIP_STORED)
        info.file_size = size  # what is too large for the plain format is known beforehand
        with content:
            return self._copy_from(content, info)

    def _copy_from(self, content: IO[bytes], info: zipfile.ZipInfo) -> str:
        digest = hashlib.sha256()
        with self.archive.open(info, "w") as entry:
            while chunk := content.read(CHUNK):
                digest.update(chunk)
                entry.write(chunk)
        self.digests.append((info.filename, digest.hexdigest()))
        return digest.hexdigest()

    def _info(self, name: str, at: dt.datetime, compression: int) -> zipfile.ZipInfo:
        moment = timezone.localtime(at, self.at.tzinfo).timetuple()[:6]
        info = zipfile.ZipInfo(name, max(moment, (1980, 1, 1, 0, 0, 0)))
        info.compress_type = compression
        info.external_attr = 0o644 << 16
        return info


def _canonical(contents: Contents) -> bytes:
    """The evidence as the digest was taken of it."""
    told = json.dumps(contents.content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return told.encode()


def _cells(row: Row) -> list[str]:
    item = row.piece.item
    return [
        row.piece.number,
        row.code,
        item.label,
        item.told,
        str(item.dated_on or ""),
        str(item.good_until or ""),
        item.source,
        "yes" if item.by_hand else "no",
        item.url,
        row.path,
        row.sha256,
        row.note,
    ]


def _by_part(contents: Contents, rows: list[Row]) -> Iterator[tuple[object, list[Row]]]:
    left = iter(rows)
    for part in contents.parts:
        yield part, [next(left) for _ in part.pieces]
