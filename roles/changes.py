"""What changed between two texts, word by word. Pure: no Django."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher


@dataclass(frozen=True)
class Piece:
    """A run of words that stayed ("same"), came ("new") or went ("old")."""

    kind: str
    text: str


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


@dataclass(frozen=True)
class Line:
    """One line of a list in two texts: `kind` is same, changed, added or removed.

    `was` and `now` are its numbers there, from 1; None where it is not. `moved` if other lines
    that stayed have passed it. The keys differ if the line is tied to something else now.
    """

    kind: str
    key: str
    key_was: str
    pieces: tuple[Piece, ...]
    was: int | None
    now: int | None
    moved: bool = False

    @property
    def is_changed(self) -> bool:
        return self.kind != "same" or self.moved or self.key != self.key_was


Keyed = tuple[str, str]
ALIKE = 0.4  # share of words that two lines have in common when one is the other, reworded
MANY = 300  # beyond so many unmatched lines, looking for reworded ones takes too long


def compare_lists(old: Sequence[Keyed], new: Sequence[Keyed]) -> tuple[Line, ...]:
    """The lines of `new` in order, each beside the line it was; lines that went stand where they
    stood. Lines are (key, text) and are matched by words, then by key, then by likeness.
    """
    origin = _origins(old, new)
    unmoved = _longest_rise([o for o in origin if o is not None])
    lines = []
    for n, (key, text) in enumerate(new):
        o = origin[n]
        if o is None:
            lines.append(Line("added", key, key, (Piece("new", text),), None, n + 1))
            continue
        kind = "same" if old[o][1] == text else "changed"
        pieces = compare_words(old[o][1], text)
        lines.append(Line(kind, key, old[o][0], pieces, o + 1, n + 1, o not in unmoved))
    return _with_gone(lines, old, {o for o in origin if o is not None})


def _with_gone(lines: list[Line], old: Sequence[Keyed], kept: set[int]) -> tuple[Line, ...]:
    """Put each line that went behind the one it followed."""
    after: dict[int | None, list[Line]] = {}
    last: int | None = None
    for o, (key, text) in enumerate(old):
        if o in kept:
            last = o + 1
        else:
            gone = Line("removed", key, key, (Piece("old", text),), o + 1, None)
            after.setdefault(last, []).append(gone)
    found = list(after.get(None, []))
    for line in lines:
        found += [line, *(after.get(line.was, []) if line.was else [])]
    return tuple(found)


def _origins(old: Sequence[Keyed], new: Sequence[Keyed]) -> list[int | None]:
    """For each new line the index of the old line it was."""
    origin: list[int | None] = [None] * len(new)
    by_words: Callable[[Keyed], Hashable] = lambda line: line[1]  # noqa: E731 -- named for reading
    by_key: Callable[[Keyed], Hashable] = lambda line: line[0]  # noqa: E731 -- named for reading
    for mark in (tuple, by_words, by_key):
        _pair(old, new, origin, mark)
    _pair_alike(old, new, origin)
    return origin


def _pair(
    old: Sequence[Keyed],
    new: Sequence[Keyed],
    origin: list[int | None],
    mark: Callable[[Keyed], Hashable],
) -> None:
    """Match what is unmatched and bears the same mark, first to first. An empty mark is none."""
    taken = set(origin)
    waiting: dict[Hashable, deque[int]] = {}
    for o, line in enumerate(old):
        if o not in taken and mark(line):
            waiting.setdefault(mark(line), deque()).append(o)
    for n, line in enumerate(new):
        if origin[n] is None and waiting.get(mark(line)):
            origin[n] = waiting[mark(line)].popleft()


def _pair_alike(old: Sequence[Keyed], new: Sequence[Keyed], origin: list[int | None]) -> None:
    """Match what is left by the words two lines share, the most alike first."""
    taken = set(origin)
    gone = {o: set(old[o][1].split()) for o in range(len(old)) if o not in taken}
    come = {n: set(new[n][1].split()) for n in range(len(new)) if origin[n] is None}
    if max(len(gone), len(come)) > MANY:
        return
    likeness = [
        (len(a & b) / len(a | b), -n, -o) for o, a in gone.items() for n, b in come.items() if a & b
    ]
    used = set()
    for share, n, o in sorted(likeness, reverse=True):
        if share >= ALIKE and origin[-n] is None and -o not in used:
            origin[-n] = -o
            used.add(-o)


def _longest_rise(numbers: Sequence[int]) -> set[int]:
    """The most of these numbers, all different, that stand in rising order."""
    ends: list[int] = []
    before: dict[int, int | None] = {}
    for number in numbers:
        place = bisect_left(ends, number)
        before[number] = ends[place - 1] if place else None
        ends[place : place + 1] = [number]
    found = set()
    step = ends[-1] if ends else None
    while step is not None:
        found.add(step)
        step = before[step]
    return found
