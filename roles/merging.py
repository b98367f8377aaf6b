"""Two people's changes to one draft, put together. Pure: no Django.

A text is plain data: {"title": "…", "required": ["…"], …} and its lines in order. `base` is the
text that this person started from, `theirs` the one that is kept now, `mine` the one typed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MINE, THEIRS, ALL = "mine", "theirs", "all"


@dataclass(frozen=True)
class Line:
    """One responsibility: its words, the duty it words and its own row, both by primary key."""

    text: str
    duty_id: int | None = None
    pk: int | None = None

    @property
    def says(self) -> tuple[str, int | None]:
        return self.text, self.duty_id


@dataclass(frozen=True)
class Text:
    """A job description as the editor knows it."""

    fields: Mapping[str, Any]
    lines: Sequence[Line] = ()

    def dumped(self) -> str:
        """As a page carries it."""
        lines = [[line.pk, line.duty_id, line.text] for line in self.lines]
        return json.dumps([dict(self.fields), lines], ensure_ascii=False)

    @classmethod
    def loaded(cls, carried: str) -> Text:
        """The text that a page carried; one without words if it is none of ours."""
        try:
            fields, lines = json.loads(carried)
            return cls(dict(fields), [Line(str(t), d and int(d), int(pk)) for pk, d, t in lines])
        except (ValueError, TypeError, RecursionError):
            return cls({})


@dataclass(frozen=True)
class Clash:
    """One place that both changed. `key` is a field's name, or "line-" and the row's key.

    `None` for a line means that this side took it out.
    """

    key: str
    mine: Any
    theirs: Any


@dataclass(frozen=True)
class Merged:
    """The text put together, with `mine` standing where `clashes` are left to decide.

    `came_from` gives for each of its lines the place in `mine`, None if it is only theirs.
    """

    text: Text
    came_from: Sequence[int | None]
    clashes: Sequence[Clash]


def merge(base: Text, mine: Text, theirs: Text, choices: Mapping[str, str]) -> Merged:
    """Put both sides' changes together; `choices` says per clash, or for ALL, which side stands."""
    clashes: list[Clash] = []
    fields = {
        name: _choose(name, base.fields.get(name), value, theirs.fields.get(name), choices, clashes)
        for name, value in mine.fields.items()
    }
    placed = _lines(base, mine, theirs, choices, clashes)
    text = Text(fields, [line for _, line in placed])
    return Merged(text, [place for place, _ in placed], clashes)


def _choose(
    key: str, base: Any, mine: Any, theirs: Any, choices: Mapping[str, str], clashes: list[Clash]
) -> Any:
    if mine == theirs or theirs == base:
        return mine
    if mine == base:
        return theirs
    side = choices.get(ALL) or choices.get(key)
    if side is None:
        clashes.append(Clash(key, mine, theirs))
    return theirs if side == THEIRS else mine


def _lines(
    base: Text, mine: Text, theirs: Text, choices: Mapping[str, str], clashes: list[Clash]
) -> list[tuple[int | None, Line]]:
    before, here, there = _by_row(base), _by_row(mine), _by_row(theirs)
    chosen: dict[int, Line | None] = {}
    for row in {**here, **there}:
        was, own, other = (_says(lines.get(row)) for lines in (before, here, there))
        stands = _choose(f"line-{row}", was, own, other, choices, clashes)
        # A row that they took out and this side keeps is a new row.
        pk = row if row in there else None
        chosen[row] = Line(stands[0], stands[1], pk) if stands else None
    found = [(line, chosen[line.pk] if line.pk else line) for line in _order(base, mine, theirs)]
    return [(_place(line, mine), stands) for line, stands in found if stands]


def _place(line: Line, mine: Text) -> int | None:
    same = (n for n, own in enumerate(mine.lines) if own is line or (own.pk and own.pk == line.pk))
    return next(same, None)


def _order(base: Text, mine: Text, theirs: Text) -> list[Line]:
    """All lines of both sides: in their order if this side moved nothing, else in this side's."""
    rows = {line.pk for line in mine.lines} & {line.pk for line in theirs.lines}
    was, own = ([line.pk for line in text.lines if line.pk in rows] for text in (base, mine))
    first, second = (theirs, mine) if was == own else (mine, theirs)
    order = list(first.lines)
    for place, line in enumerate(second.lines):
        if line.pk and any(line.pk == other.pk for other in order):
            continue
        before = [other.pk for other in second.lines[:place] if other.pk]
        marks = [n for n, other in enumerate(order, 1) if before and other.pk == before[-1]]
        after = marks[0] if marks else 0
        while after < len(order) and not order[after].pk and not line.pk:
            after += 1  # lines typed one after another stay in that order
        order.insert(after, line)
    return order


def _by_row(text: Text) -> dict[int, Line]:
    return {line.pk: line for line in text.lines if line.pk}


def _says(line: Line | None) -> tuple[str, int | None] | None:
    return line.says if line else None
