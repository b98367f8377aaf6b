"""Everything that waits on one person, in two questions to the database.

The first, kept where a home keeps its figures, asks which positions are theirs to answer for; the
second takes the sources of all apps (`roles.waits`) in one union. Both are prepared: on a home,
building them anew in Python would cost more than their answers.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone

from roles.access import EVERYWHERE, Access, Everywhere, Reach, Schools
from roles.capabilities import Capability
from roles.keeping import Keep
from roles.models import Assignment, District, Position, User
from roles.prepared import Prepared
from roles.waits import MOST, Row, Wait, Who, position_in, sources

SHOWN = 8  # of the forms that someone fills in as observer
CALM = dt.timedelta(days=10)  # what has no day comes after what is due within these days

# Stand-ins, which the values of one person take the place of. Dates near these two follow them.
ANYONE, ANYWHERE, ANY_SCHOOL = -1_000_001, -1_000_002, -2_000_000
ANY_DAY, ANY_SERVER_DAY = dt.date(3000, 6, 1), dt.date(5000, 6, 1)
ANY_POSITIONS, ANY_NEAR = "any positions", "any positions near"
AS_TABLE, AS_LIST = "IN (SELECT unnest(%s::bigint[]))", "= ANY(%s::bigint[])"
NEAR = dt.timedelta(days=400)
SEAT = ("pk", "role__key", "role__title", "role__level", "school", "school__name",
        "department", "department__name")  # fmt: skip


@dataclass(frozen=True)
class Seat:
    """A position that this person answers for. `vacant`: nobody holds it, and it reports to them.
    `str` of it reads as `str(position)`.
    """

    pk: int
    key: str
    role: str
    level: str
    school_id: int | None
    school: str | None
    department_id: int | None
    department: str | None
    vacant: bool

    def __str__(self) -> str:
        names = {"school": self.school, "department": self.department}
        return position_in({"role": self.role, "level": self.level, **names})


@dataclass(frozen=True)
class Waits:
    """What waits on one person, and the positions that make it theirs.

    `seats` are those within reach. `rows` stand by their day; what has none comes after what is due
    within ten days. There are at most `roles.waits.MOST` of each kind; `hidden` says how many more
    of it wait. What they only help with waits on its owner: it is not counted.
    """

    rows: tuple[Wait, ...] = ()
    seats: tuple[Seat, ...] = ()
    hidden: Mapping[str, int] = field(default_factory=dict)

    def of(self, *kinds: str) -> tuple[Wait, ...]:
        return tuple(row for row in self.rows if row.kind in kinds)

    @property
    def asked(self) -> tuple[Wait, ...]:
        """Without what they only help with."""
        return tuple(row for row in self.rows if row.counted)

    @property
    def helping(self) -> tuple[Wait, ...]:
        return tuple(row for row in self.rows if not row.counted)

    @property
    def shown(self) -> tuple[Wait, ...]:
        """What a list shows: of the forms to observe only the first ones."""
        watched = {row.pk for row in self.of("observe")[SHOWN:]}
        return tuple(r for r in self.asked if not (r.kind == "observe" and r.pk in watched))

    @property
    def more_to_observe(self) -> int:
        many = len(self.of("observe")) + self.hidden.get("observe", 0)
        return max(0, many - SHOWN)

    @property
    def more(self) -> int:
        """How many of the other kinds no list shows."""
        uncounted = {row.kind for row in self.helping}
        return sum(n for kind, n in self.hidden.items() if kind not in {"observe", *uncounted})

    @property
    def count(self) -> int:
        """How many things ask this person for something today."""
        return len(self.asked) + self.unlisted

    @property
    def unlisted(self) -> int:
        """How many of what is counted are in no list at all."""
        uncounted = {row.kind for row in self.helping}
        return sum(n for kind, n in self.hidden.items() if kind not in uncounted)

    @property
    def vacant(self) -> tuple[Seat, ...]:
        return tuple(seat for seat in self.seats if seat.vacant)

    @property
    def held(self) -> tuple[Seat, ...]:
        return tuple(seat for seat in self.seats if not seat.vacant)


def waits_of(access: Access, today: dt.date, kept: Keep | None = None) -> Waits:
    """Two queries, one where the positions are still `kept`; one more where a pair of raters may
    agree on school days alone.
    """
    shape, schools = _shape(access)
    values = _Values(access, today, schools)

    def ask() -> tuple[Seat, ...]:
        return tuple(Seat(*row) for row in _seats().ask_all(values))

    seats = kept.get(f"seats of {access.user.pk}", ask) if kept else ask()
    values.take(seats)
    found = [
        Row(kind, pk, due_on, at, many, json.loads(more))
        for kind, pk, due_on, at, many, more in _union(shape).ask_all(values)
    ]
    known = sources()
    found.sort(key=lambda row: (row.at or _LATE, row.due_on or dt.date.max, row.kind, row.pk))
    who = Who(access, today, timezone.now().date(), values.positions, values.near)
    rows = [wait for row in found if (wait := known[row.kind].say(row, who))]
    rows.sort(key=lambda wait: wait.due_on or today + CALM)
    hidden = {row.kind: row.many - MOST for row in found if row.many > MOST}
    near = tuple(seat for seat in seats if seat.pk in values.near)
    return Waits(tuple(rows), near, hidden)


_LATE = dt.datetime.max.replace(tzinfo=dt.UTC)
Shape = tuple[tuple[Capability, tuple[int, ...] | None], ...]


def _shape(access: Access) -> tuple[Shape, list[int]]:
    """What of an access decides how the question reads: for each capability the numbers of its
    schools in the list beside it, None for everywhere.
    """
    known = sorted(
        {
            school
            for reached in access.schools.values()
            if not isinstance(reached, Everywhere)
            for school in reached
        }
    )
    number = {school: n for n, school in enumerate(known)}
    shape = [
        (capability, _numbers(reached, number))
        for capability, reached in sorted(access.schools.items())
    ]
    return tuple(shape), known


def _numbers(reached: Schools, number: dict[int, int]) -> tuple[int, ...] | None:
    if isinstance(reached, Everywhere):
        return None
    return tuple(sorted(number[school] for school in reached))


def _anyone(shape: Shape) -> Access:
    """An access of that shape, of nobody in particular."""
    schools: dict[Capability, Schools] = {
        capability: EVERYWHERE if numbers is None else frozenset(ANY_SCHOOL - n for n in numbers)
        for capability, numbers in shape
    }
    return Access(User(pk=ANYONE), District(pk=ANYWHERE), schools)


@lru_cache(maxsize=256)
def _union(shape: Shape) -> Prepared:
    who = Who(_anyone(shape), ANY_DAY, ANY_SERVER_DAY, _each(ANY_POSITIONS), _each(ANY_NEAR))
    rows = {kind: source.rows(who) for kind, source in sources().items()}
    parts = [_part(kind, found) for kind, found in rows.items() if found is not None]
    sql = " UNION ALL ".join(part.sql for part in parts if part)
    params = tuple(param for part in parts if part for param in part.params)
    return Prepared(sql, params, planned_once=True)


@lru_cache(maxsize=1)
def _seats() -> Prepared:
    me = User(pk=ANYONE)
    held = Assignment.objects.filter(holder=me).in_force(ANY_DAY).order_by()
    found = Position.objects.filter(district=ANYWHERE).answered_for_by(me, ANY_DAY)
    rows = found.annotate(vacant=~Exists(held.filter(position=OuterRef("pk"))))
    rows = rows.order_by("role__order", "pk")
    return _settled(*rows.values_list(*SEAT, "vacant").query.sql_with_params())


def _part(kind: str, found: QuerySet) -> Prepared | None:
    try:
        sql, params = found.query.sql_with_params()
    except EmptyResultSet:
        return None
    # not as a table to join with: of so many tables that one would come last
    told = _settled(sql.replace(AS_TABLE, AS_LIST), params)
    part = f"SELECT '{kind}'::text, w.* FROM ({told.sql}) w"  # noqa: S608 -- kinds are constants
    return Prepared(part, told.params)


def _settled(sql: str, params: Sequence[Any]) -> Prepared:
    """With all that never varies written out, so that the database can plan for it."""
    first, *rest = sql.split("%s")
    kept, said = [], [first]
    for param, after in zip(params, rest, strict=True):
        if _varies(param):
            kept.append(param)
            said.append("%s")
        else:
            said.append(_literal(param))
        said.append(after)
    return Prepared("".join(said), tuple(kept), planned_once=True)


def _varies(param: Any) -> bool:
    if isinstance(param, dt.date):
        return any(abs(_date(param) - day) < NEAR for day in (ANY_DAY, ANY_SERVER_DAY))
    if isinstance(param, int):
        return param in (ANYONE, ANYWHERE) or ANY_SCHOOL - 10_000 < param <= ANY_SCHOOL
    return param in (ANY_POSITIONS, ANY_NEAR)


def _literal(param: Any) -> str:
    written: str = connection.ops.compose_sql("%s", [param])  # type: ignore[attr-defined]  # PostgreSQL's
    return written.replace("%", "%%")


def _each(stand_in: str) -> RawSQL:
    return RawSQL("SELECT unnest(%s::bigint[])", [stand_in])


def _date(day: dt.date) -> dt.date:
    return day.date() if isinstance(day, dt.datetime) else day


class _Values(Mapping[Any, Any]):
    """What takes the place of the stand-ins."""

    def __init__(self, access: Access, today: dt.date, schools: Iterable[int]) -> None:
        self._near = access.reach(Capability.ROADMAP_VIEW)
        self._days = {ANY_DAY: today, ANY_SERVER_DAY: timezone.now().date()}
        self.positions: list[int] = []
        self.near: list[int] = []
        self._known: dict[Any, Any] = {
            ANYONE: access.user.pk,
            ANYWHERE: access.district.pk,
            ANY_POSITIONS: self.positions,
            ANY_NEAR: self.near,
            **{ANY_SCHOOL - n: school for n, school in enumerate(schools)},
        }

    def take(self, seats: Iterable[Seat]) -> None:
        for seat in seats:
            self.positions.append(seat.pk)
            if _reaches(self._near, seat.school_id):
                self.near.append(seat.pk)

    def __getitem__(self, stand_in: Any) -> Any:
        if isinstance(stand_in, dt.date):
            anchor = min(self._days, key=lambda day: abs(day - stand_in))
            return self._days[anchor] + (stand_in - anchor)
        return self._known[stand_in]

    def __iter__(self) -> Any:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


def _reaches(reach: Reach, school_id: int | None) -> bool:
    """As `Position.objects.reachable`: positions of the whole district are shared."""
    return bool(reach) and (school_id is None or reach.covers(school_id))
