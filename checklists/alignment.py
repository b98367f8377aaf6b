"""How a checklist keeps step with the job description it comes from. Pure: no Django.

A duty is known by its key; a line that a district wrote without one is known by its words.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from checklists import observable
from roles.changes import Piece, compare_words

ALIKE = 0.4  # share of words that two lines without a key have in common when one is the other


class Kind(StrEnum):
    """What a proposal would do to the checklist."""

    ADDED = "added"
    REWORDED = "reworded"
    RETIRED = "retired"


@dataclass(frozen=True)
class DutyLine:
    """One line of the job description in force; `key` is "" where it belongs to no known duty."""

    key: str
    text: str


@dataclass(frozen=True)
class ItemLine:
    """One item and the duty it was last matched to; both parts are "" if it comes from none."""

    key: str
    text: str
    duty_key: str = ""
    duty_text: str = ""

    @property
    def has_duty(self) -> bool:
        return bool(self.duty_key or self.duty_text)


@dataclass(frozen=True)
class Proposal:
    """One change that a job description asks of a checklist. A side that is missing is ""."""

    kind: Kind
    duty_key: str
    duty_was: str = ""
    duty_now: str = ""
    item_key: str = ""
    item_text: str = ""

    @property
    def digest(self) -> str:
        """64 hex characters that name it: other words make it another proposal."""
        parts = [self.kind, self.duty_key, self.duty_was, self.duty_now, self.item_key]
        return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()

    @property
    def duty_pieces(self) -> tuple[Piece, ...]:
        """From the duty as it was to the duty as it is, word by word."""
        return compare_words(self.duty_was, self.duty_now)

    @property
    def suggestion(self) -> str:
        """A first wording for an item that comes from the duty as it reads now."""
        return observable.item_from(self.duty_now)


@dataclass(frozen=True)
class Alignment:
    """Each item beside its duty's line, None where there is none any more."""

    duties: tuple[DutyLine, ...]
    pairs: tuple[tuple[ItemLine, DutyLine | None], ...]

    @property
    def without_item(self) -> tuple[DutyLine, ...]:
        """Duties no item comes from. One item is enough for all lines that word the same duty."""
        lines = {line for _, line in self.pairs if line}
        keys = {line.key for line in lines if line.key}
        return tuple(line for line in self.duties if line not in lines and line.key not in keys)

    @property
    def without_duty(self) -> tuple[ItemLine, ...]:
        """Items that come from no duty, or from one that is no longer there."""
        return tuple(item for item, line in self.pairs if line is None)

    @property
    def proposals(self) -> tuple[Proposal, ...]:
        """What to add, in the order of the duties; then what to reword and to retire."""
        found = [Proposal(Kind.ADDED, line.key, duty_now=line.text) for line in self.without_item]
        return (*found, *_of_items(self.pairs))


def align(duties: Sequence[DutyLine], items: Sequence[ItemLine]) -> Alignment:
    """Find each item's duty: by its key, else by its words, else (without a key) by likeness."""
    pairs = [(item, _same(item, duties)) for item in items]
    taken = {line for _, line in pairs}
    loose = [line for line in duties if not line.key and line not in taken]
    return Alignment(
        tuple(duties), tuple((item, line or _most_alike(item, loose)) for item, line in pairs)
    )


def _same(item: ItemLine, duties: Sequence[DutyLine]) -> DutyLine | None:
    if not item.has_duty:
        return None
    by_key = [line for line in duties if line.key and line.key == item.duty_key]
    by_words = [line for line in by_key or duties if _plain(line.text) == _plain(item.duty_text)]
    return next(iter(by_words or by_key), None)


def _of_items(pairs: Iterable[tuple[ItemLine, DutyLine | None]]) -> Iterable[Proposal]:
    for item, line in pairs:
        about = {
            "duty_was": item.duty_text,
            "item_key": item.key,
            "item_text": item.text,
        }
        if line is None and item.has_duty:
            yield Proposal(Kind.RETIRED, item.duty_key, **about)
        elif line is not None and _plain(line.text) != _plain(item.duty_text):
            yield Proposal(Kind.REWORDED, line.key, duty_now=line.text, **about)


def _most_alike(item: ItemLine, lines: Sequence[DutyLine]) -> DutyLine | None:
    if item.duty_key or not item.duty_text:
        return None
    best = max(lines, key=lambda line: _likeness(item.duty_text, line.text), default=None)
    if best is None or _likeness(item.duty_text, best.text) < ALIKE:
        return None
    return best


def _likeness(one: str, other: str) -> float:
    a, b = set(_plain(one).split()), set(_plain(other).split())
    return len(a & b) / len(a | b) if a | b else 0.0


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
