"""What hangs on positions in the apps above this one, which this one may not import.

Each app that gives work to positions registers a source in its `AppConfig.ready`. Pages about
people who leave and about roles that go ask all sources.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Protocol

from roles.access import Reach


@dataclass(frozen=True)
class OpenItem:
    """One thing that waits on a position: "Milestone", its words, its day, its page's path.

    `after` says what becomes of it when the holder leaves; empty where it goes with the position.
    """

    position_id: int
    kind: str
    title: str
    due_on: dt.date | None
    path: str
    after: str = ""


class Source(Protocol):
    """An app's answer. `kind` is what its things are called in the plural, as on screen."""

    kind: str

    def open_items(self, reach: Reach, positions: Collection[int]) -> Iterator[OpenItem]:
        """What is open at these positions (primary keys), in a constant number of queries."""
        ...

    def counts_by_role(self, reach: Reach) -> dict[int, int]:
        """How many things of any age hang on each leadership role (primary key). One query."""
        ...


_sources: list[Source] = []


def register(source: Source) -> None:
    """Add an app's source; called once, when apps are ready."""
    _sources.append(source)


def sources() -> tuple[Source, ...]:
    return tuple(_sources)


def open_items(reach: Reach, positions: Collection[int]) -> list[OpenItem]:
    """Everything open at these positions, what is due first first; undated last."""
    found = [item for source in _sources for item in source.open_items(reach, positions)]
    return sorted(found, key=lambda item: (item.due_on or dt.date.max, item.title))
