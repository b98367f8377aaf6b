"""Files as evidence: which are taken, and whether they are inside what their name says."""

from __future__ import annotations

import re
import struct
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath

from django.core.files.base import ContentFile, File
from django.core.files.uploadedfile import UploadedFile

from checklists.photos import NotAPhoto, jpeg_of

TAKEN = "Word, Excel, PowerPoint, PDF, CSV and text files and photos (JPEG, PNG, WebP) up to 10 MB"
ACCEPT = "image/jpeg,image/png,image/webp,.pdf,.docx,.xlsx,.pptx,.csv,.txt"
JPEG = "image/jpeg"
OFFICE = "application/vnd.openxmlformats-officedocument."
PHOTOS = {".jpg", ".jpeg", ".png", ".webp"}
PAPERS = {
    ".pdf": "application/pdf",
    ".docx": OFFICE + "wordprocessingml.document",
    ".xlsx": OFFICE + "spreadsheetml.sheet",
    ".pptx": OFFICE + "presentationml.presentation",
    ".csv": "text/csv",
    ".txt": "text/plain",
}
HEIC = (
    "This photo is in Apple's HEIC format, which many school computers cannot open. On an iPhone,"
    " choose it from the Photo Library: it is converted by itself. Or take a screenshot of it."
)
SVG = "An SVG can carry programs, so it is refused. Take a screenshot of it, or save it as PNG."
TOO_LARGE = "The file is larger than 10 MB. Send less of it, or a link to where it lies."
EMPTY = f"The file is empty. Taken are {TAKEN}."
SWELLS = "This file unpacks to far more than its size, so it is refused. Save it anew as PDF."
MACROS = "This document carries macros, which are programs. Save it without them, or as PDF."
HEIC_BRANDS = {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"}
PROGRAM = re.compile(
    r"\.(app|bat|cmd|com|dll|exe|hta|html?|jar|js|lnk|msi|php|ps1|py|scr|sh|svg|vbs|wsf)\."
)
MOST_NAME = 120  # characters
MOST_PARTS, MOST_UNPACKED, MOST_LISTING = 3_000, 150_000_000, 400_000  # of a document; bytes


class NotTaken(ValueError):
    """A sentence for the person: why this file is not taken and what would do."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A file as it is kept. `ending` is its own, whatever the name it came with."""

    content: File
    name: str
    ending: str
    content_type: str


def taken(upload: UploadedFile) -> Taken:
    """Look into a file and say how it is kept; photos are made anew. Raises NotTaken."""
    name = cleaned_name(upload.name or "")
    ending = PurePath(name).suffix.lower()
    head = _read(upload, 0, 64)
    if ending in {".heic", ".heif"} or (head[4:8] == b"ftyp" and head[8:12] in HEIC_BRANDS):
        raise NotTaken(HEIC)
    if ending in {".svg", ".svgz"}:
        raise NotTaken(SVG)
    if ending not in PHOTOS and ending not in PAPERS:
        raise NotTaken(f"{_kind(ending)} cannot be added. Taken are {TAKEN}.")
    if PROGRAM.search(name.lower()):
        raise NotTaken(f"The name “{name}” has two endings. Give the file a plain name.")
    if ending in PHOTOS:
        return _photo(upload, name)
    LOOKS[ending](upload, ending)
    upload.seek(0)
    return Taken(upload, name, ending, PAPERS[ending])


def cleaned_name(name: str) -> str:
    """A file name that shows as it is: no folders, control or direction marks; its ending stays."""
    flat = unicodedata.normalize("NFC", re.split(r"[/\\]", name)[-1])
    shown = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in flat)
    plain = re.sub(r"\s+", " ", re.sub(r'[<>:"|?*;]', "", shown)).strip(" .")
    stem, ending = PurePath(plain).stem, PurePath(plain).suffix[:12]
    return f"{stem[: MOST_NAME - len(ending)]}{ending}" or "file"


def _kind(ending: str) -> str:
    return f"Files that end in {ending[:12]}" if ending else "Files without an ending"


def _read(upload: File, start: int, size: int) -> bytes:
    upload.seek(start)
    found: bytes = upload.read(size)
    return found


def _photo(upload: UploadedFile, name: str) -> Taken:
    upload.seek(0)
    try:
        content = jpeg_of(upload)
    except NotAPhoto as why:
        raise NotTaken(str(why)) from why
    return Taken(ContentFile(content), f"{PurePath(name).stem}.jpg", ".jpg", JPEG)


def _not_inside(ending: str) -> NotTaken:
    return NotTaken(
        f"The name ends in {ending}, but inside it is something else or it is damaged."
        f" Save it anew. Taken are {TAKEN}."
    )


def _look_at_pdf(upload: UploadedFile, ending: str) -> None:
    size = upload.size or 0
    tail = _read(upload, max(0, size - 2048), 2048)
    if not _read(upload, 0, 5) == b"%PDF-" or b"%%EOF" not in tail:
        raise _not_inside(ending)


def _look_at_text(upload: UploadedFile, ending: str) -> None:
    """Text has no control characters, and none that begins like a web page is taken for a table."""
    content = _read(upload, 0, upload.size or 0)
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    odd = re.search(r"[\x00-\x08\x0e-\x1f\x7f]", text)
    begins = text.lstrip()[:200].lower()
    if odd or re.match(r"<(!doctype|\?xml|html|head|body|script|svg)|%pdf-", begins):
        raise _not_inside(ending)


def _look_at_office(upload: UploadedFile, ending: str) -> None:
    """The parts of a document as its own listing has them; nothing but the listing is unpacked."""
    tail = _read(upload, max(0, (upload.size or 0) - 66_000), 66_000)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 22 or not _read(upload, 0, 4) == b"PK\x03\x04":
        raise _not_inside(ending)
    if struct.unpack_from("<L", tail, at + 12)[0] > MOST_LISTING or b"PK\x06\x07" in tail[:at]:
        raise NotTaken(SWELLS)
    try:
        with zipfile.ZipFile(upload) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise _not_inside(ending) from error
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise NotTaken(SWELLS)
    names = {part.filename for part in parts}
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise NotTaken(MACROS)
    if not {"[Content_Types].xml", HEARTS[ending]} <= names:
        raise _not_inside(ending)


HEARTS = {
    ".docx": "word/document.xml",
    ".xlsx": "xl/workbook.xml",
    ".pptx": "ppt/presentation.xml",
}
LOOKS: dict[str, Callable[[UploadedFile, str], None]] = {
    ".pdf": _look_at_pdf,
    ".csv": _look_at_text,
    ".txt": _look_at_text,
    **dict.fromkeys(HEARTS, _look_at_office),
}
