"""Links as evidence: to a page on the web and nothing else."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

SCHEMES = ("http", "https")
MOST = 500  # characters
NOT_A_LINK = (
    "This is not the address of a web page. Copy it from the browser: it begins with https."
)
WEB_ONLY = "Only links that begin with http or https can be added."
NO_PASSWORD = "The link carries a user name or password. Copy the address without it."  # noqa: S105 -- a sentence
TOO_LONG = f"The link is longer than {MOST} characters. Most sites offer a shorter one under Share."
_bare = re.compile(r"[\w-]+(\.[\w-]+)+(:\d+)?([/?#].*)?")
_is_web = URLValidator(schemes=SCHEMES)


class NotALink(ValueError):
    """A sentence for the person: what is wrong with the link."""


def cleaned(typed: str) -> str:
    """The address as it is kept, "https://" put before it if it was left out. Raises NotALink."""
    link = typed.strip()
    if _bare.fullmatch(link):
        link = f"https://{link}"
    parts = _parts(link)
    if parts.scheme.lower() not in SCHEMES:
        raise NotALink(WEB_ONLY if parts.scheme else NOT_A_LINK)
    if "@" in parts.netloc:
        raise NotALink(NO_PASSWORD)
    if len(link) > MOST:
        raise NotALink(TOO_LONG)
    try:
        _is_web(link)
    except ValidationError as error:
        raise NotALink(NOT_A_LINK) from error
    return link


def _parts(link: str) -> SplitResult:
    # browsers read a backslash as a slash and drop control characters: others see another address
    if "\\" in link or any(ord(c) <= ord(" ") or ord(c) == 0x7F for c in link):
        raise NotALink(NOT_A_LINK)
    try:
        return urlsplit(link)
    except ValueError as error:
        raise NotALink(NOT_A_LINK) from error


def host_of(link: str) -> str:
    """Where a kept link leads, as the network spells it: look-alike letters show."""
    try:
        return (urlsplit(link).hostname or "").encode("idna").decode()
    except (ValueError, UnicodeError):
        return ""
