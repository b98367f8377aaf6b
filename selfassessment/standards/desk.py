"""Where complaints about an entry are collected, and how its words are read."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from selfassessment.standards.entries import Entry, Group, Said, has_odd_characters, tidy
from selfassessment.standards.wrong import Wrong

LONGEST = {
    "title": 300, "question": 400, "why": 1000, "label": 120, "says": 200,
    **{f"anchor_{value}": 400 for value in range(4)},
}  # fmt: skip
AXES = ("documented", "practised")
FORMULA = tuple("=+-@")


@dataclass(frozen=True)
class Known:
    """What a file is laid against. `taken`: codes in use elsewhere, as `alike` writes them, each
    with where. `parents`: shipped elements and standards by code, each with its kind and title.
    `measures` and `roles`: what a check may name.
    """

    taken: Mapping[str, str] = field(default_factory=dict)
    parents: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    measures: Collection[str] = ()
    roles: Collection[str] = ()


class Desk:
    """Reads the words of one entry after the other. `about` is the code of the one it reads."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self.wrong: list[Wrong] = []
        self.about = ""

    def words(self, entry: Entry, key: str, *, needed: bool = False) -> str:
        said = entry.words.get(key)
        if said is None or not said.text.strip():
            if needed:
                self.complain(entry.line, key, "Some words are needed here.")
            return ""
        return self.sound(said, key, LONGEST[key])

    def sound(self, said: Said, where: str, most: int) -> str:
        """The words as they are kept, complained about if they should not be."""
        words = tidy(said.text)
        if len(words) > most:
            says = f"{len(words):,} characters; at most {most:,} fit."
            self.complain(said.line, where, says)
        if has_odd_characters(words):
            says = "There are characters in it that nobody sees. Type the words anew."
            self.complain(said.line, where, says)
        if words.startswith(FORMULA):
            says = (
                f"It begins with {words[0]}, which a spreadsheet takes for a formula. Begin with a"
                f" word. Got: {words[:40]}"
            )
            self.complain(said.line, where, says)
        return words

    def among(self, group: Group, key: str, words: Collection[str], line: int) -> str:
        said = one(group, key, line)
        word = tidy(said.text)
        if word in {*words}:
            return word
        known = ", ".join(sorted(words)) or "none"
        self.complain(said.line, key, f"Not known: {word[:40] or 'nothing'}. Known are {known}.")
        return ""

    def complain(self, line: int, where: str, says: str) -> None:
        place = f"{self.about} {where}".strip() if self.about != where else where
        self.wrong.append(Wrong(line, place, says))


def one(group: Group, key: str, line: int) -> Said:
    said = group.get(key, Said("", line))
    return said if isinstance(said, Said) else Said("?", line)


def several(group: Group, key: str) -> tuple[Said, ...]:
    said = group.get(key, ())
    return said if isinstance(said, tuple) else (said,)


def whole(text: str) -> int | None:
    word = text.strip()
    return int(word) if re.fullmatch(r"[0-9]{1,9}", word) else None
