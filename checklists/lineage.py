"""What changed between two versions of a checklist, item by item. Pure: no Django.

An item is the same item as long as its key is the same, however its words change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from roles.changes import Piece, compare_words


class What(StrEnum):
    """What became of an item."""

    ADDED = "added"
    REWORDED = "reworded"
    CHANGED = "changed"  # its words stayed; something beside them changed
    RETIRED = "retired"
    SAME = "same"


@dataclass(frozen=True)
class Told:
    """One item as people read it; `beside` holds what stands beside its words."""

    key: str
    text: str
    beside: Mapping[str, str]


@dataclass(frozen=True)
class Detail:
    """One thing beside an item's or a version's words: from `was` to `now`."""

    name: str
    was: str
    now: str

    @property
    def pieces(self) -> tuple[Piece, ...]:
        return compare_words(self.was, self.now)


@dataclass(frozen=True)
class ItemChange:
    """What became of one item from one version to the next."""

    what: What
    key: str
    pieces: tuple[Piece, ...]
    details: tuple[Detail, ...] = ()


@dataclass(frozen=True)
class Change:
    """All that changed: what stands above the items, then the items in their new order."""

    frame: tuple[Detail, ...]
    items: tuple[ItemChange, ...]
    reordered: bool = False

    @property
    def changed(self) -> tuple[ItemChange, ...]:
        return tuple(item for item in self.items if item.what != What.SAME)

    @property
    def is_empty(self) -> bool:
        return not (self.frame or self.changed or self.reordered)

    def count(self, what: What) -> int:
        return sum(item.what == what for item in self.items)

    @property
    def in_short(self) -> str:
        """As in "1 added, 2 reworded"; "nothing" if nothing changed."""
        parts = [f"{number} {word}" for what, word in SHORT if (number := self.count(what))]
        if self.reordered:
            parts.append("new order")
        if self.frame:
            parts.append("settings")
        return ", ".join(parts) or "nothing"


SHORT = (
    (What.ADDED, "added"),
    (What.REWORDED, "reworded"),
    (What.CHANGED, "changed in detail"),
    (What.RETIRED, "retired"),
)


def compare(
    old: Sequence[Told],
    new: Sequence[Told],
    *,
    frames: tuple[Mapping[str, str], Mapping[str, str]] = ({}, {}),
) -> Change:
    """Compare the items of two versions by key; `frames` are the rest of each, by name."""
    was = {item.key: item for item in old}
    now = {item.key for item in new}
    items = [_change(was.get(item.key), item) for item in new]
    items += [
        ItemChange(What.RETIRED, item.key, (Piece("old", item.text),))
        for item in old
        if item.key not in now
    ]
    stayed = [item.key for item in old if item.key in now]
    reordered = stayed != [item.key for item in new if item.key in was]
    return Change(tuple(_details(*frames)), tuple(items), reordered)


def _change(old: Told | None, new: Told) -> ItemChange:
    if old is None:
        return ItemChange(What.ADDED, new.key, (Piece("new", new.text),))
    details = tuple(_details(old.beside, new.beside))
    reworded = old.text != new.text
    what = What.REWORDED if reworded else What.CHANGED if details else What.SAME
    return ItemChange(what, new.key, compare_words(old.text, new.text), details)


def _details(old: Mapping[str, str], new: Mapping[str, str]) -> Iterable[Detail]:
    for name, now in new.items():
        if old.get(name, "") != now:
            yield Detail(name, old.get(name, ""), now)
