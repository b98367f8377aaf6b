"""What cannot be taken from a file, with its line, in plain words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Wrong:
    """One complaint. `line` counts from 1 as editors do; 0 stands for the file as a whole.
    `where`: the column or key, with the code of its row; "" for none.
    """

    line: int
    where: str
    says: str


class Unreadable(ValueError):
    """The file cannot be read any further. `wrong` says why."""

    def __init__(self, says: str, line: int = 0) -> None:
        super().__init__(says)
        self.wrong = Wrong(line, "", says)
