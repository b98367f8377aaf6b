"""What a calendar file says, row by row, and what of it cannot be read."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum

MOST_ROWS = 5_000
LABEL = 80


class Unreadable(ValueError):
    """The file as a whole is none of the three; its words say what to do."""


class Kind(StrEnum):
    """What a row of the file is taken for."""

    CLOSURE = "closure"
    FIRST = "first"
    LAST = "last"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Row:
    """One line or event of the file. `kind` is a proposal, `note` what is to be known about it."""

    number: int
    label: str
    first: dt.date
    last: dt.date
    kind: Kind
    note: str = ""


@dataclass(frozen=True)
class Trouble:
    """One cell that cannot be read."""

    number: int
    column: str
    expected: str
    got: str


@dataclass
class Found:
    """What a file says about one school year. `elsewhere`: rows of other years, left out."""

    format: str
    encoding: str
    rows: list[Row] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    elsewhere: int = 0
