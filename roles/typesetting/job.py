"""Setting one document. Runs in a fork of the warm process and ends with it."""

from __future__ import annotations

import gc
import json
import logging
import re
import sys
import traceback
from collections.abc import Sequence
from typing import Any

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from roles.typesetting import sandbox
from roles.typesetting.sources import BASE, Sources

VARIANT = "pdf/ua-1"  # tagged: headings, lists and tables are there for a screen reader
COMPLAINTS = 20
PICTURE = re.compile(r"data:image/[^'\"\s]*")
FOLDERS = ("/usr/share", "/usr/local/share", "/usr/lib", "/usr/local/lib", "/etc/fonts")
# Touches what every document touches: each font with its letters, a list, a table, two pages.
LETTERS = "The quick brown fox jumps over the lazy dog. 0123456789 “AEIOU”, (BCDFG): HKLMNPRSVWY; é"
SAMPLE = f"""<html lang="en"><head><title>x</title><meta name="author" content="x"></head><body>
<p class="foot">{LETTERS}</p><main><p class="folio">{LETTERS}</p><h1>{LETTERS}</h1>
<table class="facts"><tr><th scope="row">{LETTERS}</th><td>{LETTERS}</td></tr></table>
<h2>{LETTERS}</h2><h3>{LETTERS}</h3><p>{LETTERS} <em>{LETTERS}</em> <strong>{LETTERS}</strong>
<a href="https://example.org/">a link</a></p><ol class="duties">
<li class="labelled" style="list-style-type: 'PM1'">{LETTERS}</li><li>{LETTERS}</li></ol>
<h2 style="break-before: page">{LETTERS}</h2><ul><li>{LETTERS}</li></ul></main></body></html>"""


class Fetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
    """WeasyPrint's door to the outside, which leads to `Sources` only."""

    def __init__(self, sources: Sources) -> None:
        super().__init__()
        self.sources = sources

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
        content, kind = self.sources.fetch(url)
        return URLFetcherResponse(url, content, {"Content-Type": kind})


class Kit:
    """What is alike for all documents and made once: fonts, and parsed style sheets."""

    def __init__(self, sources: Sources, sheets: Sequence[str]) -> None:
        self.sources = sources
        self.fetcher = Fetcher(sources)
        self.fonts = FontConfiguration()
        self.sheets = {sheet: self._parsed(sheet) for sheet in sheets}

    def _parsed(self, sheet: str) -> CSS:
        url = BASE + sheet.lstrip("/")
        return CSS(url=url, url_fetcher=self.fetcher, font_config=self.fonts)

    def set(self, html: str) -> bytes:
        """The PDF of a document. The same document gives the same bytes."""
        document = HTML(string=html, base_url=BASE, url_fetcher=self.fetcher)
        parsed = []
        for head in document.etree_element.iter("head"):
            for link in [one for one in head.iter("link") if one.get("href") in self.sheets]:
                parsed.append(self.sheets[link.get("href")])
                head.remove(link)
        pdf: bytes = document.write_pdf(
            pdf_variant=VARIANT, font_config=self.fonts, stylesheets=parsed
        )
        return pdf

    def warm_up(self) -> None:
        links = "".join(f'<link rel="stylesheet" href="{sheet}">' for sheet in self.sheets)
        self.set(SAMPLE.replace("<title>", f"{links}<title>"))


class Complaints(logging.Handler):
    """The first few warnings of WeasyPrint about a document."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if len(self.said) < COMPLAINTS:
            self.said.append(PICTURE.sub("a picture", record.getMessage())[:300])


def run(kit: Kit, html: str, out: int) -> None:
    """Set `html` and write one line of JSON and the PDF to `out`. Time and memory are bound."""
    logger, complaints = logging.getLogger("weasyprint"), Complaints()
    logger.handlers, logger.propagate = [complaints], False
    static = [folder for _, folder in kit.sources.roots]
    sandbox.forbid([*FOLDERS, *static, *{sys.prefix, sys.base_prefix}, *sys.path])
    gc.disable()  # it ends soon, and has its memory counted
    pdf = b""
    try:
        pdf = kit.set(html)
        said: dict[str, Any] = {"reason": ""}
    except MemoryError:
        said = {"reason": "memory", "detail": "MemoryError"}
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        detail = f"{type(error).__name__}: {error}"[:300]
        said = {"reason": "layout", "detail": f"{detail} ({where.name}, line {where.lineno})"}
    said |= {"complaints": complaints.said, "bytes": len(pdf)}
    with open(out, "wb") as reply:
        reply.write(json.dumps(said).encode() + b"\n" + pdf)
