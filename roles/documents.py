"""HTML in, tagged PDF out. Nothing outside our own static files is ever read."""

from __future__ import annotations

import mimetypes
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage

BASE = "file://"


def to_pdf(html: str) -> bytes:
    """Set an HTML document as PDF/UA-1: tagged, titled, fonts embedded.

    Takes a second or so and a core; never call it inside a request or a transaction.
    """
    # WeasyPrint takes two seconds to import, which only workers should pay.
    from weasyprint import HTML  # noqa: PLC0415 -- see above

    document = HTML(string=html, base_url=BASE + "/", url_fetcher=_fetcher())
    pdf: bytes = document.write_pdf(pdf_variant="pdf/ua-1", font_config=_fonts())
    return pdf


@cache
def _fonts() -> Any:
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415 -- as in to_pdf

    return FontConfiguration()


@cache
def _fetcher() -> Any:
    from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415 -- as in to_pdf

    class StaticOnly(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
        """Answers /static/… from the product's own files and refuses everything else."""

        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
            kind = mimetypes.guess_type(url)[0] or "application/octet-stream"
            return URLFetcherResponse(url, static_bytes(url), {"Content-Type": kind})

    return StaticOnly()


def static_bytes(url: str) -> bytes:
    """The static file that an address in a document means; ValueError for anything else."""
    parts = urlsplit(url)
    path = unquote(parts.path)
    if parts.scheme != "file" or parts.netloc or not path.startswith(settings.STATIC_URL):
        raise ValueError(f"A document may not read {url}")
    name = path.removeprefix(settings.STATIC_URL)
    if ".." in Path(name).parts:
        raise ValueError(f"A document may not read {url}")
    if staticfiles_storage.exists(name):
        with staticfiles_storage.open(name) as file:
            content: bytes = file.read()
        return content
    found = finders.find(name)
    if not found:
        raise ValueError(f"There is no static file {name}")
    return Path(found).read_bytes()
