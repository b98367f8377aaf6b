"""What was typed into the search, taken apart; and how well a name fits it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property

from roles.finding import folded

SHORTEST = 2  # letters in all
LONGEST, MOST_WORDS = 40, 6
PRECISE = 4  # a shorter word is not looked for with a typo: too much is like it
ALIKE = 0.75
SAME, BEGINS, WORDS_BEGIN, PART, ROUGH = range(5)


@dataclass(frozen=True)
class Asked:
    """The words, folded, in the order they were typed. In names they may stand in any order."""

    words: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Asked | None:
        """None for fewer than two letters."""
        words = tuple(word[:LONGEST] for word in re.findall(r"[\w.]+", folded(text)))
        return cls(words[:MOST_WORDS]) if len("".join(words)) >= SHORTEST else None

    @cached_property
    def whole(self) -> str:
        return " ".join(self.words)

    @cached_property
    def parts(self) -> list[str]:
        """Patterns that a name meets, the longest word first; a short word begins one of its."""
        return [f"%{_safe(w)}%" if len(w) > SHORTEST else f"% {_safe(w)}%" for w in self._longest]

    @cached_property
    def begins(self) -> list[str]:
        """Patterns of a name of which each word asked for begins a word."""
        return [f"% {_safe(word)}%" for word in self.words]

    @cached_property
    def rough(self) -> list[str]:
        """Words to be looked for with a typo, the longest first; perhaps none."""
        return [word for word in self._longest if len(word) >= PRECISE]

    @cached_property
    def _longest(self) -> Sequence[str]:
        return sorted(self.words, key=len, reverse=True)

    def fit(self, name: str, also: str = "") -> int | None:
        """How well a name fits, the best is 0; None if it does not. `also`: further words of it."""
        says = " " + folded(name)
        everything = f"{says} {folded(also)}"
        if not all(
            (word if len(word) > SHORTEST else f" {word}") in everything for word in self.words
        ):
            return None
        if says[1:] == self.whole:
            return SAME
        if says[1:].startswith(self.whole):
            return BEGINS
        return WORDS_BEGIN if all(f" {word}" in says for word in self.words) else PART

    def fit_roughly(self, name: str, also: str = "") -> float | None:
        """The same, where each longer word is like one of the name's."""
        there = folded(f"{name} {also}").split()
        closest = [max((_alike(word, one) for one in there), default=0.0) for word in self.rough]
        if not closest or min(closest) < ALIKE:
            return None
        return ROUGH - sum(closest) / len(closest)


def _alike(word: str, other: str) -> float:
    matcher = SequenceMatcher(None, word, other, autojunk=False)
    if matcher.real_quick_ratio() < ALIKE or matcher.quick_ratio() < ALIKE:
        return 0.0
    return matcher.ratio()


def _safe(word: str) -> str:
    """`_` stands for any letter in a pattern; `%` and a backslash never come this far."""
    return word.replace("_", r"\_")
