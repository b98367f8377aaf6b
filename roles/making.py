"""Who makes the files that people ask for, and what a maker gets to work with.

An app registers a maker under a name when it is ready:

    making.register("board-packet", make)

    def make(work: Work) -> Answer:
        with work.reading() as access:
            packets = Packet.objects.reachable(access.reach(VIEW))
            html = page_of(packets.get(pk=work.of["pk"]))
        return Page(html)

It is called by a worker outside of any transaction and reads only inside `work.reading()`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

from django.utils import timezone

from roles.access import Access, Everywhere, Reach
from roles.capabilities import Capability
from roles.models import MadeFile, Membership
from roles.models.owed import LEASE, OwedStatus
from roles.wall import district_scope

WITHIN = "within"  # in MadeFile.arguments: capability -> schools it was made with
WHOLE_DISTRICT = "all"


class Lost(Exception):
    """Whoever asked may no longer read what the file was to hold."""


class Ended(Exception):
    """It was cancelled, or another worker has it."""


@dataclass(frozen=True)
class Page:
    """A document as HTML, to be set as PDF."""

    html: str


Answer = Page | bytes | IO[bytes]


class Work:
    """One file that is being made: `of` is what was asked for, by the arguments of `ask`."""

    def __init__(self, made: MadeFile) -> None:
        self.made = made

    @property
    def of(self) -> dict[str, Any]:
        return {name: value for name, value in self.made.arguments.items() if name != WITHIN}

    @contextmanager
    def reading(self) -> Iterator[Access]:
        """Behind the wall, in a transaction, with what the asker may do now.

        Raises Lost where that is less than when they asked.
        """
        with district_scope(self.made.district_id):
            access = access_of(self.made)
            if not covers(access, self.made):
                raise Lost
            yield access

    def step(self, made: int, total: int) -> None:
        """Say how far it is and hold the claim longer. Raises Ended where nobody wants it now."""
        if not self.hold(made=made, total=max(total, 1)):
            raise Ended

    def hold(self, **told: int) -> bool:
        """Hold the claim longer; False where it was lost."""
        with district_scope(self.made.district_id):
            held = MadeFile.objects.filter(
                pk=self.made.pk, status=OwedStatus.RUNNING, tries=self.made.tries
            )
            return bool(held.update(lease_until=timezone.now() + LEASE, **told))


Make = Callable[[Work], Answer]
_makers: dict[str, Make] = {}
_long: set[str] = set()


def register(name: str, make: Make, *, takes_long: bool = False) -> None:
    """Have `make` make the files asked for under this name. A second time under it replaces.

    A file that `takes_long` has hours instead of minutes, and is made while no other such file is.
    """
    _makers[name] = make
    (_long.add if takes_long else _long.discard)(name)


def maker_of(name: str) -> Make:
    """Raises KeyError for a name that nobody registered."""
    return _makers[name]


def long_ones() -> frozenset[str]:
    """The names of makers whose files take long."""
    return frozenset(_long)


def within(reaches: Iterable[Reach]) -> dict[str, Any]:
    """These reaches as JSON, to hold later ones against."""
    return {
        reach.capability.value: WHOLE_DISTRICT
        if isinstance(reach.schools, Everywhere)
        else sorted(reach.schools)
        for reach in reaches
    }


def access_of(made: MadeFile) -> Access:
    """What whoever asked for it may do now."""
    held = Membership.objects.filter(user=made.asked_by_id, district=made.district_id)
    return Access.from_memberships(made.asked_by, made.district, held)


def covers(access: Access, made: MadeFile) -> bool:
    """Whether somebody reaches all that the file was made with; False where that is not known."""
    told = made.arguments.get(WITHIN)
    return bool(told) and all(
        _reaches(access.schools.get(Capability(name), frozenset()), schools)
        for name, schools in told.items()
    )


def _reaches(now: Everywhere | frozenset[int], then: Any) -> bool:
    if isinstance(now, Everywhere):
        return True
    return then != WHOLE_DISTRICT and now >= frozenset(then)
