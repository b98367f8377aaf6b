"""The certificate of a removal: in words, and as a PDF."""

from __future__ import annotations

import re
from typing import Any

from django.apps import apps
from django.template.loader import render_to_string

from roles import documents
from roles.models import Certificate


def words_of(certificate: Certificate, by: str = "") -> dict[str, Any]:
    """What page, text and PDF show. `by` is a name to print; none is kept."""
    titles = {
        str(model._meta.db_table): _many(str(model._meta.verbose_name_plural))
        for model in apps.get_models()
    }
    lines = [(titles.get(name, name), name, n) for name, n in sorted(certificate.rows.items())]
    return {
        "certificate": certificate,
        "lines": lines,
        "tables": len(lines),
        "way": certificate.get_way_display(),
        "by": by,
    }


def _many(words: str) -> str:
    """Django's plurals are an s put on."""
    return re.sub(r"([^aeiou])ys$", r"\1ies", words)


def text_of(certificate: Certificate, by: str = "") -> str:
    return render_to_string("print/systems/certificate.txt", words_of(certificate, by))


def html_of(certificate: Certificate, by: str = "") -> str:
    return render_to_string("print/systems/certificate.html", words_of(certificate, by))


def pdf_of(certificate: Certificate, by: str = "") -> bytes:
    """Raises as `documents.to_pdf`."""
    return documents.to_pdf(html_of(certificate, by))
