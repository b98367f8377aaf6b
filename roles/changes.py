"""What changed between two texts, word by word. Pure: no Django."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher


@dataclass(frozen=True)
class Piece:
    """A run of words that stayed ("same"), came ("new") or went ("old")."""

    kind: str
    text: str


@dataclass(frozen=True)
class Changed:
    """One line under its key, with its pieces; `is_changed` if any came or went."""

    key: str
    pieces: tuple[Piece, ...]

    @property
    def is_changed(self) -> bool:
        return any(piece.kind != "same" for piece in self.pieces)


def compare_words(old: str, new: str) -> tuple[Piece, ...]:
    """The pieces that turn one text into the other, in reading order."""
    a, b = re.findall(r"\S+\s*", old), re.findall(r"\S+\s*", new)
    pieces = []
    for what, a1, a2, b1, b2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if what == "equal":
            pieces.append(Piece("same", "".join(b[b1:b2])))
            continue
        pieces += [
            Piece(kind, "".join(words).strip())
            for kind, words in (("old", a[a1:a2]), ("new", b[b1:b2]))
            if words
        ]
    return tuple(pieces)


def compare_lines(old: Iterable[tuple[str, str]], new: Iterable[tuple[str, str]]) -> list[Changed]:
    """Compare lines given as (key, text): those of `new` in order, then those that went.

    Lines without a key are matched by their words.
    """
    before = {key or text: text for key, text in old}
    now = [(key, text, key or text) for key, text in new]
    lines = [Changed(key, compare_words(before.get(mark, ""), text)) for key, text, mark in now]
    kept = {mark for _, _, mark in now}
    gone = [(mark, text) for mark, text in before.items() if mark not in kept]
    return lines + [
        Changed("" if mark == text else mark, (Piece("old", text),)) for mark, text in gone
    ]
