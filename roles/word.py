"""Job descriptions and outlines as Word files (.docx), for those who work on them in Word.

A .docx is a ZIP of XML parts. Ours are the templates under templates/word/, where the look is set
by real styles; the words come from the template that also makes page and PDF.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import mark_safe

from roles.letterhead import logo_bytes, logo_size
from roles.models import District, JobDescriptionVersion, LeadershipRole, Responsibility
from roles.wordml import FIRST_NUMBERED, Writer

KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
# What XML 1.0 cannot hold; text typed or pasted into a form may.
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
SAME_FOR_ALL = {
    "[Content_Types].xml": "content_types",
    "_rels/.rels": "package_rels",
    "word/_rels/document.xml.rels": "document_rels",
    "word/styles.xml": "styles",
    "word/settings.xml": "settings",
}
OWN = {
    "word/document.xml": "document",
    "word/header1.xml": "header",
    "word/footer1.xml": "footer",
    "word/numbering.xml": "numbering",
    "docProps/core.xml": "core",
}
LOGO_HIGH, LOGO_WIDE = 457_200, 2_286_000  # half an inch and two and a half, in EMU


@dataclass(frozen=True)
class Paper:
    """What stands around a body: the file's properties and the foot of each page."""

    title: str
    subject: str
    author: str
    foot: str
    made_at: dt.datetime


def job_description(
    version: JobDescriptionVersion, district: District, lines: Iterable[Responsibility]
) -> bytes:
    """A version with its lines as a Word file, in force or not. Takes some ten milliseconds."""
    context = {
        "version": version,
        "role": version.job_description.role,
        "district": district,
        "responsibilities": lines,
        "paper": True,
    }
    when = (
        f"published {_day(version.published_at)}"
        if version.published_at
        else f"draft of {_day(version.edited_at)}"
    )
    paper = Paper(
        title=f"{version.title}: job description",
        subject=f"Job description, version {version.number}",
        author=district.name,
        foot=f"{version.title} · version {version.number}, {when}",
        made_at=version.published_at or version.edited_at,
    )
    return to_word(render_to_string("roles/_document_body.html", context), paper, district)


def outline(role: LeadershipRole, context: dict[str, Any], district: District) -> bytes:
    """The blank responsibility outline of a role as a Word file."""
    paper = Paper(
        title=f"{role.title}: responsibility outline",
        subject="Responsibility outline",
        author=district.name,
        foot=f"{role.title} · responsibility outline",
        made_at=timezone.now(),
    )
    return to_word(render_to_string("print/roles/_outline.html", context), paper, district)


def to_word(body: str, paper: Paper, district: District) -> bytes:
    """The HTML of a body as a .docx under the district's letterhead."""
    writer = Writer(district.name)
    writer.feed(body)
    writer.close()
    png = logo_bytes(district)
    context = {
        "paper": paper,
        "made_at": paper.made_at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "body": mark_safe(writer.xml()),  # noqa: S308 -- the writer escapes each text
        "further_lists": range(FIRST_NUMBERED + 1, FIRST_NUMBERED + writer.lists),
        "logo": _logo_extent(png),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in SAME_FOR_ALL.items():
            package.writestr(name, _same(part))
        for name, part in OWN.items():
            xml = render_to_string(f"word/{part}.xml", context)
            package.writestr(name, NOT_XML.sub("", xml).encode())
        if png:
            package.writestr("word/_rels/header1.xml.rels", _same("header_rels"))
            package.writestr("word/media/logo.png", png)
    return out.getvalue()


@cache
def _same(part: str) -> bytes:
    return render_to_string(f"word/{part}.xml").encode()


def _logo_extent(png: bytes) -> dict[str, int] | None:
    """Width and height on paper in EMU, within half an inch by two and a half; None if no logo."""
    if not png:
        return None
    width, height = logo_size(png)
    scale = min(LOGO_HIGH / height, LOGO_WIDE / width)
    return {"width": round(width * scale), "height": round(height * scale)}


def _day(moment: dt.datetime) -> str:
    day = timezone.localtime(moment)
    return f"{day:%B} {day.day}, {day.year}"
