"""Job descriptions and outlines as Word files (.docx), for those who work on them in Word.

docxtpl fills a designed template. Its parts lie readable under word_template/: one document for
each kind of file, and the styles, numbering, header and footer that both share.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from django.utils import dateformat, timezone
from django.utils.safestring import SafeString
from docxtpl import DocxTemplate
from jinja2 import Environment

from roles.letterhead import logo_bytes
from roles.models import District, JobDescriptionVersion, LeadershipRole, Responsibility

KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PARTS = Path(__file__).parent / "word_template"
# What XML 1.0 cannot hold; text typed or pasted into a form may.
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
LOGO_HIGH, LOGO_WIDE = 457_200, 2_286_000  # half an inch and two and a half, in EMU
LONGEST_PROPERTY = 255  # characters: python-docx refuses more
DAY = "F j, Y"


def job_description(
    version: JobDescriptionVersion, district: District, lines: Iterable[Responsibility]
) -> bytes:
    """A version with its lines as a Word file, in force or not."""
    with timezone.override(district.zone):
        when = (
            f"published {_day(version.published_at)}"
            if version.published_at
            else f"draft of {_day(version.edited_at)}"
        )
        context = {
            "version": version,
            "district": district,
            "responsibilities": lines,
            "facts": _facts(version),
            "foot": f"{version.title} · version {version.number}, {when}",
        }
        properties = {
            "title": f"{version.title}: job description",
            "subject": f"Job description, version {version.number}",
        }
        made_at = version.published_at or version.edited_at
        return _filled("job_description", context, properties, made_at)


def outline(role: LeadershipRole, context: dict[str, Any], district: District) -> bytes:
    """The blank responsibility outline of a role as a Word file. Context: `duties`, `blanks`."""
    facts = [
        ("Level", role.get_level_display()),
        ("Reports to", role.reports_to.title if role.reports_to else ""),
        ("Time", role.time_hint),
    ]
    said = {
        "role": role,
        "district": district,
        "duties": context["duties"],
        "blanks": context["blanks"],
        "facts": [*filter(_has_value, facts), ("Place", ""), ("Holder", "")],
        "foot": f"{role.title} · responsibility outline",
    }
    properties = {
        "title": f"{role.title}: responsibility outline",
        "subject": "Responsibility outline",
    }
    return _filled("outline", said, properties, timezone.now())


def _facts(version: JobDescriptionVersion) -> list[tuple[str, str]]:
    """Label and value of each fact that is known, as the page has them."""
    role = version.job_description.role
    paid_from = version.funding_source
    if paid_from and version.funding_ends_on:
        paid_from += f", to {_day(version.funding_ends_on, 'M j, Y')}"
    facts = [
        ("Level", role.get_level_display()),
        ("Reports to", version.reports_to),
        ("Location", version.location),
        ("Time", version.time_share),
        ("Paid from", paid_from),
        ("Coaching caseload", version.caseload),
        ("Observation rhythm", version.observation_rhythm),
        ("Supports", role.indicator),
    ]
    return list(filter(_has_value, facts))


def _has_value(fact: tuple[str, str]) -> bool:
    return bool(fact[1])


def _filled(
    name: str, context: dict[str, Any], properties: dict[str, str], made_at: dt.datetime
) -> bytes:
    """The template of that name with everything in it, under the district's letterhead."""
    district: District = context["district"]
    template = DocxTemplate(io.BytesIO(_template(name)))
    logo = _with_logo(template, logo_bytes(district))
    template.render({**context, "logo": logo}, _environment(), autoescape=True)
    # Set here, since docxtpl would escape them twice and leaves half of them out.
    about = {**properties, "author": district.name, "last_modified_by": district.name}
    for key, text in about.items():
        setattr(template.core_properties, key, _storable(text)[:LONGEST_PROPERTY])
    for key in ("created", "modified"):
        setattr(template.core_properties, key, made_at.astimezone(dt.UTC))
    out = io.BytesIO()
    template.save(out)
    return out.getvalue()


@cache
def _template(name: str) -> bytes:
    """The parts zipped into a .docx, once for each process."""
    package = PARTS / "package"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for part in sorted(path for path in package.rglob("*") if path.is_file()):
            file.write(part, part.relative_to(package).as_posix())
        file.write(PARTS / f"{name}.xml", "word/document.xml")
    return out.getvalue()


def _with_logo(template: DocxTemplate, png: bytes) -> dict[str, Any] | None:
    """Put the picture beside the header. How the header's XML names and sizes it (EMU), or None.

    docxtpl's own InlineImage has no place for the text of those who cannot see it.
    """
    if not png:
        return None
    header = template.get_docx().sections[0].header
    rel, image = header.part.get_or_add_image(io.BytesIO(png))
    scale = min(LOGO_HIGH / image.px_height, LOGO_WIDE / image.px_width)
    return {
        "rel": rel,
        "width": round(image.px_width * scale),
        "height": round(image.px_height * scale),
    }


@cache
def _environment() -> Environment:
    environment = Environment(autoescape=True, finalize=_storable)
    environment.filters |= {"day": _day, "bidi": _bidi, "rtl": _rtl}
    return environment


def _storable(said: Any) -> Any:
    """What a file can hold of it, with its spaces drawn together as on the page."""
    if isinstance(said, SafeString):
        return said
    return re.sub(r"[ \t\r\n]+", " ", NOT_XML.sub("", "" if said is None else str(said))).strip()


def _day(moment: dt.date, form: str = DAY) -> str:
    day = timezone.localtime(moment) if isinstance(moment, dt.datetime) else moment
    return dateformat.format(day, form)


def _bidi(text: str) -> SafeString:
    """Marks a paragraph that runs from right to left."""
    return SafeString("<w:bidi/>" if _runs_left(text) else "")


def _rtl(text: str) -> SafeString:
    """Marks a run of such a paragraph."""
    return SafeString("<w:rtl/>" if _runs_left(text) else "")


def _runs_left(text: str) -> bool:
    """By the first letter that has a direction, as browsers do with dir="auto"."""
    kinds = (unicodedata.bidirectional(letter) for letter in text)
    return next((kind for kind in kinds if kind in ("L", "R", "AL")), "L") != "L"
