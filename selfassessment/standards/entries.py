"""What the readers of both forms hand on: entries of a file, each word with its line."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

ELEMENT, STANDARD, INDICATOR = "element", "standard", "indicator"
KINDS = (ELEMENT, STANDARD, INDICATOR)
NOT_SHOWN = re.compile("[\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Said:
    """Some words of a file, with the line they stand in."""

    text: str
    line: int


Group = Mapping[str, Said | tuple[Said, ...]]
"""A mapping in the file, such as a sort of evidence."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An element, a standard or an indicator as its file says it; nothing is checked yet.

    `words`: code, parent, title, question, why, anchor_0 to anchor_3, as far as they are given.
    """

    kind: str
    line: int
    words: Mapping[str, Said]
    evidence: tuple[Group, ...] = ()
    checks: tuple[Group, ...] = ()
    editions: tuple[Said, ...] = ()
    roles: tuple[Said, ...] = field(default=())


def tidy(text: str) -> str:
    """One space between words, none around them, accents in one piece with their letters."""
    return unicodedata.normalize("NFC", " ".join(text.split()))


def has_odd_characters(text: str) -> bool:
    """Whether there are characters that nobody sees, or that turn the order of others."""
    return bool(NOT_SHOWN.search(text)) or any(
        unicodedata.category(each) in {"Cc", "Cs"} for each in text
    )
