"""HTML in, tagged PDF out. Nothing outside our own static files is ever read."""

from __future__ import annotations

import hashlib
import logging
import os
import re
from functools import cache
from importlib.metadata import version
from urllib.parse import urljoin

from celery.signals import worker_process_shutdown
from django.conf import settings
from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
from django.templatetags.static import static

from roles.typesetting.press import CannotSet, Press, Printed
from roles.typesetting.sources import BASE, Sources

__all__ = ["CannotSet", "to_pdf"]

logger = logging.getLogger(__name__)
SHEET = "css/paper.css"
SETTERS = ("weasyprint", "pydyf", "fonttools", "tinycss2", "tinyhtml5", "pyphen")
LINKED = re.compile(r'url\("?([^")]+)"?\)')


def to_pdf(html: str) -> bytes:
    """Set an HTML document as PDF/UA-1: tagged, titled, fonts embedded. Takes under 5 seconds.

    The same HTML gives the same bytes. Raises CannotSet with a sentence for the author if the
    document will not become pages, and OSError if the machine is in trouble. Never call it inside
    a request or a transaction.
    """
    return printed(html).pdf


def printed(html: str) -> Printed:
    """As `to_pdf`, with what it took."""
    done = _press().set(html)
    if done.complaints:  # repr, since these quote what people typed
        logger.warning("Of a document it was said: %r", done.complaints)
    return done


def key_of(html: str) -> str:
    """SHA-256 of all that determines the bytes of a PDF: text, style sheet, fonts, programs."""
    return hashlib.sha256(f"{_edition()}\n{html}".encode()).hexdigest()


@cache
def sources() -> Sources:
    """Where static files are: those collected where a release has collected them, else our own."""
    collected = isinstance(staticfiles_storage, ManifestFilesMixin)
    folders = [settings.STATIC_ROOT] if collected else settings.STATICFILES_DIRS
    roots = [one if isinstance(one, tuple) else ("", one) for one in folders]
    return Sources(settings.STATIC_URL, tuple((prefix, str(folder)) for prefix, folder in roots))


@cache
def _press() -> Press:
    press = Press(sources(), (static(SHEET),))
    os.register_at_fork(after_in_child=press.forget)
    worker_process_shutdown.connect(lambda **_: press.close(), weak=False)
    return press


@cache
def _edition() -> str:
    """Changes whenever the same HTML may give other bytes than before."""
    sheet = urljoin(BASE, static(SHEET))
    css = sources().static_bytes(sheet)
    digest = hashlib.sha256(css)
    for name in sorted(set(LINKED.findall(css.decode()))):
        digest.update(sources().static_bytes(urljoin(sheet, name)))
    return " ".join([digest.hexdigest(), *(f"{name}-{version(name)}" for name in SETTERS)])
