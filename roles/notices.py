"""What can be due or news, of any app: the registry behind every letter about work.

An app registers a source for each kind of thing in its `AppConfig.ready`. The sources answer two
questions. What is due? From that `roles.services.notices` works out who is told when, along the
ladder. And, when a letter is about to be sent: is it still so? What is not is left out of it.

    class Milestones:
        kind = "milestone"

        def due(self, district, first, last, mine=None): ...
        def still(self, district, subjects): ...

    notices.register(Milestones())

News without a due date ("you were asked to read ...") is told by
`roles.services.notices.tell(district, reader, "review", "review:12")`; its source is a `News`,
which yields nothing from `due`, and gives the words in `still`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from roles.ladder import CLIMB, Step

if TYPE_CHECKING:
    from roles.models import District


# Lines are made by the thousand in each sweep: a frozen one takes three times as long to make.
@dataclass(kw_only=True, slots=True)
class Line:
    """One thing as it is now, to be one line of a letter.

    `verb` begins the subject ("Finish", "Fill in", "Read"); `title` names the thing; `path` is its
    page; `words` a sentence more, in plain text. Whose it is: the holder of a position
    (`position_id`), or one person (`reader_id`). `blocks`: how many other things wait for it.
    `since`: the day is the one since which it waits, not one by which it is due. `why` ends "You
    get this because ..." where position and ladder do not say it.
    """

    title: str
    path: str
    due_on: dt.date | None = None
    position_id: int | None = None
    reader_id: int | None = None
    verb: str = "Finish"
    words: str = ""
    why: str = ""
    since: bool = False
    blocks: int = 0


@dataclass(kw_only=True, slots=True)
class Due(Line):
    """An open thing with its day. `subject` names it ("milestone:12"), at most 60 characters.

    `steps`: a ladder of its own; None for the district's. What is one person's alone, as their
    checklists are, does not climb: nobody but its owner hears of it.
    """

    subject: str
    due_on: dt.date
    steps: tuple[Step, ...] | None = None
    climbs: bool = True

    def ladder(self, usual: tuple[Step, ...]) -> tuple[Step, ...]:
        """The rungs it climbs; `usual` are the district's."""
        steps = usual if self.steps is None else self.steps
        return steps if self.climbs else tuple(s for s in steps if s.audience == CLIMB[0])


@dataclass(frozen=True)
class Mine:
    """Whose things are asked for: those of this person and of these positions."""

    reader_id: int
    positions: frozenset[int]

    def has(self, line: Line) -> bool:
        if line.reader_id is not None:
            return line.reader_id == self.reader_id
        return line.position_id in self.positions


class Source(Protocol):
    """An app's answer about one kind of thing. Called inside the district's scope."""

    kind: str
    """At most 20 characters; what stands before the colon of its subjects."""

    def due(
        self, district: District, first: dt.date, last: dt.date, mine: Mine | None = None
    ) -> Iterator[Due]:
        """Everything open whose due date lies from `first` to `last`, in a constant number of
        queries. `mine` lets a source narrow its query; the caller sifts the answer anyway.
        """
        ...

    def still(self, district: District, subjects: Collection[str]) -> dict[str, Line]:
        """Each of these subjects as it is now. What is settled, gone or no longer true is left
        out. A constant number of queries.
        """
        ...


class News:
    """What has no date of its own and is told once: nothing of it is ever due."""

    kind = ""

    def due(
        self, district: District, first: dt.date, last: dt.date, mine: Mine | None = None
    ) -> Iterator[Due]:
        return iter(())


_sources: dict[str, Source] = {}
_ahead: dict[str, dt.timedelta] = {}
AHEAD = dt.timedelta(days=14)


def register(source: Source, *, ahead: dt.timedelta = AHEAD) -> None:
    """Add an app's source; called once, when apps are ready. `ahead`: how long before its due date
    the first rung of a thing may speak.
    """
    _sources[source.kind] = source
    _ahead[source.kind] = ahead


def sources() -> dict[str, Source]:
    """By kind."""
    return dict(_sources)


def ahead_of(kind: str) -> dt.timedelta:
    """How far ahead things of a kind are looked for."""
    return _ahead.get(kind, AHEAD)


def number(subject: str) -> int:
    """The primary key that a subject such as "milestone:12" ends in."""
    return int(subject.rpartition(":")[2])
