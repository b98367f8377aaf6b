"""Names of staff in sentences that people typed, and leaving them out. No Django here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

SOMEBODY = "a member of staff"
WORD = re.compile(r"[^\W\d_]+(?:[\u2019'.-][^\W\d_]+)*")


class Names:
    """The full names of the people of a district, to be found in any text."""

    def __init__(self, people: Iterable[tuple[str, str]]) -> None:
        """`people` are first and last names."""
        self._known = {
            tuple(word.casefold() for word in WORD.findall(f"{first} {last}"))
            for first, last in people
            if first.strip() and last.strip()
        }
        self._lengths = sorted({len(name) for name in self._known}, reverse=True)
        self.found: set[str] = set()

    def without(self, text: str) -> str:
        """The text with "a member of staff" for each full name; notes which it took out."""
        words = list(WORD.finditer(text))
        kept, done, n = [], 0, 0
        while n < len(words):
            long = self._name_at(words, n)
            if long:
                first, last = words[n].start(), words[n + long - 1].end()
                self.found.add(text[first:last])
                kept.append(text[done:first] + SOMEBODY)
                done = last
            n += long or 1
        return "".join(kept) + text[done:]

    def _name_at(self, words: list[re.Match[str]], start: int) -> int:
        for length in self._lengths:
            here = tuple(word[0].casefold() for word in words[start : start + length])
            if here in self._known:
                return length
        return 0

    def left_out(self, value: Any) -> Any:
        """The same JSON with the names left out of all its texts; keys stay as they are."""
        if isinstance(value, str):
            return self.without(value)
        if isinstance(value, Mapping):
            return {key: self.left_out(each) for key, each in value.items()}
        if isinstance(value, list):
            return [self.left_out(each) for each in value]
        return value
