"""What indicators are called, and what milestones do for them. The floor above says it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from roles.access import Access


@dataclass(frozen=True)
class Aim:
    """What a milestone was planned for: "Closes the gap in 6b.1", and the page that tells of it."""

    words: str
    path: str


_aims: list[Callable[[Access, int], Iterable[Aim]]] = []
_named: list[Callable[[], Mapping[str, str]]] = []


def name_by(titles: Callable[[], Mapping[str, str]]) -> None:
    """Register what gives titles by code, such as {"6c.1": "Ongoing learning"}; read when asked."""
    _named.append(titles)


def title_of(code: str) -> str:
    """The title of an indicator; "" for one that nobody here names, such as 2a."""
    return next((found for titles in _named if (found := titles().get(code, ""))), "")


def with_title(code: str) -> str:
    """ "6c.1 Ongoing learning", or the code alone."""
    return f"{code} {title_of(code)}".rstrip()


def aims_by(aims: Callable[[Access, int], Iterable[Aim]]) -> None:
    """Register what tells, for one reader and one milestone (primary key), what that is for."""
    _aims.append(aims)


def aims_of(access: Access, milestone: int) -> list[Aim]:
    """One query for each that is registered."""
    return [aim for aims in _aims for aim in aims(access, milestone)]
