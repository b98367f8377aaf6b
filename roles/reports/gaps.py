"""Which roles are filled at which schools, and where the gaps are."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet

from roles.access import Reach
from roles.models import Assignment, LeadershipRole, Level, NotNeeded, School
from roles.reports.seating import Sitting, seated_now, sittings

ONE_DAY = dt.timedelta(days=1)
Place = tuple[int, int | None]  # a role and a school (None: not at one), by primary key
CENTRAL = (Level.EXECUTIVE, Level.ADMINISTRATIVE)
FILLED, INTERIM, VACANT, MISSING, NOT_NEEDED = (
    "filled",
    "interim",
    "vacant",
    "missing",
    "not_needed",
)


@dataclass(frozen=True)
class Wanted:
    """What the reader asked to see; nothing chosen is everything."""

    role: LeadershipRole | None = None
    words: str = ""
    state: str = ""


class Tally(NamedTuple):
    """Active positions of a role at a school: all, held, held for the time being."""

    seats: int = 0
    full: int = 0
    temporary: int = 0


NONE = Tally()


@dataclass(frozen=True)
class Gap:
    """A role that nobody holds at a place. Without a position there is none to fill yet.

    `since` is the first vacant day; `next_on` the day someone takes over, if that is settled.
    """

    role: LeadershipRole
    place: str
    school: School | None = None
    position: int | None = None
    since: dt.date | None = None
    next_on: dt.date | None = None
    department: int | None = None

    @property
    def state(self) -> str:
        return VACANT if self.position else MISSING


@dataclass(frozen=True)
class Column:
    """A role in the grid, and how many of its positions at all schools in reach are held."""

    role: LeadershipRole
    seats: int
    full: int
    missing: int


@dataclass(frozen=True)
class Cell:
    """A role at a school. `state` is its worst seat's; "" where the role is not asked for."""

    role: LeadershipRole
    state: str
    sittings: Sequence[Sitting] = ()
    spared: NotNeeded | None = None


@dataclass(frozen=True)
class SchoolRow:
    school: School
    cells: Sequence[Cell]


@dataclass(frozen=True)
class CentralRow:
    """A role of the central office or a department, with its positions there."""

    role: LeadershipRole
    sittings: Sequence[Sitting]


@dataclass(frozen=True)
class Survey:
    """All that is counted before pages are cut: everything but the names in the grid."""

    reach: Reach
    day: dt.date
    columns: Sequence[LeadershipRole]
    central: Sequence[LeadershipRole]
    schools: Sequence[School]
    tallies: dict[Place, Tally]
    spared: dict[Place, NotNeeded]

    @cached_property
    def states(self) -> dict[Place, str]:
        """The worst state of the seats of each role in the grid at each school."""
        schools = [school.pk for school in self.schools]
        return {
            (pk, school): self._state((pk, school), unheld)
            for pk, unheld in [
                (role.pk, MISSING if asked_for(role, self.reach) else "") for role in self.columns
            ]
            for school in schools
        }

    def _state(self, place: Place, unheld: str) -> str:
        tally = self.tallies.get(place, NONE)
        if not tally.full and place in self.spared:
            return NOT_NEEDED
        if not tally.seats:
            return unheld
        if tally.full < tally.seats:
            return VACANT
        return INTERIM if tally.temporary else FILLED

    def heads(self) -> list[Column]:
        return [self._head(role) for role in self.columns]

    def _head(self, role: LeadershipRole) -> Column:
        pk = role.pk
        places = [place for place in self.states if place[0] == pk]
        tallies = [self.tallies.get(place, NONE) for place in places]
        missing = sum(self.states[place] == MISSING for place in places)
        return Column(role, sum(t.seats for t in tallies), sum(t.full for t in tallies), missing)


def asked_for(role: LeadershipRole, reach: Reach) -> bool:
    """Whether the district's approach needs the role; roles of its own are always needed."""
    return not role.approaches or reach.district.approach in role.approaches


def survey(reach: Reach, day: dt.date, wanted: Wanted) -> Survey:
    """Count everything in reach. Four queries, whatever the number of schools."""
    roles = _roles(reach)
    if wanted.role:
        roles = roles.filter(pk=wanted.role.pk)
    tallies = _tallies(reach, day)
    at_schools = {role for role, school in tallies if school}
    columns = [
        role
        for role in roles
        if of_schools(role, at_schools) and (asked_for(role, reach) or role.pk in at_schools)
    ]
    central = [role for role in roles if not of_schools(role, at_schools)]
    schools = School.objects.reachable(reach)
    for word in wanted.words.split():
        schools = schools.filter(name__icontains=word)
    without = NotNeeded.objects.reachable(reach).select_related("by")
    spared: dict[Place, NotNeeded] = {(row.role_id, row.school_id): row for row in without}
    found = Survey(reach, day, columns, central, list(schools), tallies, spared)
    return _narrowed(found, wanted.state) if wanted.state else found


def _roles(reach: Reach) -> QuerySet[LeadershipRole]:
    """Roles without their long texts, which a grid has no room for."""
    found = LeadershipRole.objects.reachable(reach).select_related("reports_to")
    return found.only("title", "level", "approaches", "order", "reports_to__level")


def of_schools(role: LeadershipRole, at_schools: Collection[int]) -> bool:
    """Whether a role belongs into each school. A coaching role under the central office does not,
    unless some school has it.
    """
    if role.level == Level.SITE or role.pk in at_schools:
        return True
    boss = role.reports_to
    return role.level == Level.COACHING and (boss is None or boss.level not in CENTRAL)


def _tallies(reach: Reach, day: dt.date) -> dict[Place, Tally]:
    counted = (
        seated_now(reach, day)
        .order_by()
        .values_list("role", "school")
        .annotate(
            seats=Count("pk"),
            full=Count("now"),
            temporary=Count("now", filter=Q(now__interim=True)),
        )
    )
    return {(role, school): Tally(*numbers) for role, school, *numbers in counted}


def _narrowed(found: Survey, state: str) -> Survey:
    """Only the schools where some role is in this state."""
    here = {school for (_, school), found_state in found.states.items() if found_state == state}
    return replace(found, schools=[school for school in found.schools if school.pk in here])


def gaps(found: Survey, wanted: Wanted) -> list[Gap]:
    """Vacant positions first, the oldest on top; then what has no position, role by role.

    Two queries.
    """
    kinds = {VACANT: _vacancies, MISSING: _missing}
    chosen = [wanted.state] if wanted.state else kinds
    return [gap for kind in chosen if kind in kinds for gap in kinds[kind](found, wanted)]


def _vacancies(found: Survey, wanted: Wanted) -> list[Gap]:
    schools = {school.pk: school for school in found.schools}
    roles = {role.pk: role for role in (*found.columns, *found.central)}
    empty = [
        sitting
        for sitting in sittings(found.reach, found.day, Q(now=None, role__in=roles))
        if _is_gap(sitting, found, wanted, schools)
    ]
    terms = Assignment.objects.reachable(found.reach)
    past: dict[int, list[dt.date]] = defaultdict(list)
    coming: dict[int, list[dt.date]] = defaultdict(list)
    for pk, starts_on, ends_on in terms.filter(
        position__in=[sitting.position for sitting in empty]
    ).values_list("position", "starts_on", "ends_on"):
        if starts_on > found.day:
            coming[pk].append(starts_on)
        elif ends_on is not None:
            past[pk].append(ends_on + ONE_DAY)
    listed = [
        Gap(
            roles[each.role],
            each.place,
            schools.get(each.school or 0),
            each.position,
            max(past[each.position], default=each.opened_on),
            min(coming[each.position], default=None),
            each.department_id,
        )
        for each in empty
    ]
    return sorted(listed, key=lambda gap: gap.since or found.day)


def _is_gap(sitting: Sitting, found: Survey, wanted: Wanted, schools: Collection[int]) -> bool:
    """Whether a vacant position is to be listed: its school was asked for and needs the role."""
    if sitting.school is None:
        return not wanted.words
    place = sitting.role, sitting.school
    return sitting.school in schools and found.states.get(place) != NOT_NEEDED


def _missing(found: Survey, wanted: Wanted) -> Iterator[Gap]:
    if not wanted.words:
        for role in found.central:
            if (role.pk, None) not in found.tallies and asked_for(role, found.reach):
                yield Gap(role, "central office")
    roles = {role.pk: role for role in found.columns}
    schools = {school.pk: school for school in found.schools}
    for (role_pk, school_pk), state in found.states.items():
        if state == MISSING:
            school = schools[school_pk or 0]
            yield Gap(roles[role_pk], school.name, school)


def seated(found: Survey, schools: Sequence[School]) -> tuple[list[SchoolRow], list[CentralRow]]:
    """The grid for these schools, and the central roles, with who sits where. One query."""
    here = Q(school__in=schools) | Q(school=None, role__in=found.central)
    seats: dict[Place, list[Sitting]] = defaultdict(list)
    for sitting in sittings(found.reach, found.day, here):
        seats[sitting.role, sitting.school].append(sitting)
    rows = [
        SchoolRow(school, [_cell(found, role, school, seats) for role in found.columns])
        for school in schools
    ]
    central = [CentralRow(role, seats[role.pk, None]) for role in found.central]
    return rows, [row for row in central if row.sittings or asked_for(row.role, found.reach)]


def _cell(
    found: Survey, role: LeadershipRole, school: School, seats: dict[Place, list[Sitting]]
) -> Cell:
    place = role.pk, school.pk
    return Cell(role, found.states[place], seats[place], found.spared.get(place))
