"""The organization chart: who reports to whom, as trees of plain rows."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Q

from roles.access import Reach
from roles.models import LeadershipRole, Level
from roles.reports.gaps import asked_for, of_schools
from roles.reports.seating import Sitting, sittings

GROUP = 20  # schools in one group, once there are too many for one sheet
ONE_SHEET = 40
DEPARTMENTS = "Partner departments"


@dataclass(frozen=True)
class Node:
    """A role in the tree with its central positions, and how it stands at schools.

    Without a role it is a heading over several. `fans` where the branches stand side by side.
    """

    title: str
    role: LeadershipRole | None
    sittings: Sequence[Sitting]
    is_of_schools: bool
    full: int
    seats: int
    under: Sequence[Node]
    fans: bool = False


@dataclass(frozen=True)
class Line:
    """A position at a school and those that report to it there."""

    role: LeadershipRole
    sitting: Sitting
    under: list[Line]


@dataclass(frozen=True)
class SchoolChart:
    name: str
    lines: Sequence[Line]


@dataclass(frozen=True)
class SchoolGroup:
    """Schools that follow one another, and which of their positions are not held for good."""

    schools: Sequence[SchoolChart]
    seats: int
    full: int
    open: Sequence[Line]

    @property
    def first(self) -> str:
        return self.schools[0].name

    @property
    def last(self) -> str:
        return self.schools[-1].name


@dataclass(frozen=True)
class Chart:
    roots: Sequence[Node]
    groups: Sequence[SchoolGroup]
    over_schools: str
    schools: int

    @property
    def is_folded(self) -> bool:
        """Whether the schools are too many to show at once."""
        return self.schools > ONE_SHEET


def chart(reach: Reach, day: dt.date) -> Chart:
    """The whole chart within reach. Two queries."""
    found = LeadershipRole.objects.reachable(reach).select_related("reports_to")
    roles = list(found.only("title", "level", "approaches", "order", "reports_to__level"))
    seated = list(sittings(reach, day, Q()))
    held = {sitting.role for sitting in seated}
    at_schools = {sitting.role for sitting in seated if sitting.school}
    shown = {role.pk: role for role in roles if role.pk in held or asked_for(role, reach)}
    bosses = _bosses(shown, {role.pk: role.reports_to_id for role in roles})
    site = {pk for pk, role in shown.items() if of_schools(role, at_schools)}
    schools = _schools(shown, bosses, seated)
    size = GROUP if len(schools) > ONE_SHEET else max(len(schools), 1)
    heads = {
        shown[boss].title
        for pk in site
        if shown[pk].level == Level.SITE and (boss := bosses[pk]) and boss not in site
    }
    return Chart(
        roots=_Tree(shown, bosses, site, seated).roots(),
        groups=[_group(schools[n : n + size]) for n in range(0, len(schools), size)],
        over_schools=" and ".join(sorted(heads)),
        schools=len(schools),
    )


def _bosses(
    shown: dict[int, LeadershipRole], reports: dict[int, int | None]
) -> dict[int, int | None]:
    """The next role above that is in the chart, by role; a ring of roles ends where it began."""
    found: dict[int, int | None] = {}
    for pk in shown:
        boss, passed = reports[pk], {pk}
        while boss is not None and boss not in shown and boss not in passed:
            passed.add(boss)
            boss = reports.get(boss)
        found[pk] = boss if boss in shown and boss not in passed else None
    return found


class _Tree:
    """Builds the nodes, each role once, even where roles report to each other in a ring."""

    def __init__(
        self,
        shown: dict[int, LeadershipRole],
        bosses: dict[int, int | None],
        site: set[int],
        seated: Sequence[Sitting],
    ) -> None:
        self.shown, self.bosses, self.site = shown, bosses, site
        self.central: dict[int, list[Sitting]] = defaultdict(list)
        self.at_schools: dict[int, list[Sitting]] = defaultdict(list)
        for sitting in seated:
            kind = self.at_schools if sitting.school else self.central
            kind[sitting.role].append(sitting)
        self.seen: set[int] = set()

    def roots(self) -> list[Node]:
        tops = [pk for pk, boss in self.bosses.items() if boss is None]
        alone = len(tops) == 1
        found = [self._node(pk, alone=alone) for pk in tops]
        return found + [self._node(pk, alone=False) for pk in self.shown if pk not in self.seen]

    def _node(self, pk: int, *, alone: bool) -> Node:
        self.seen.add(pk)
        below = [each for each, boss in self.bosses.items() if boss == pk and each not in self.seen]
        self.seen.update(below)
        under = _departments_together(
            [self._node(b, alone=alone and len(below) == 1) for b in below]
        )
        here = self.at_schools[pk]
        return Node(
            title=self.shown[pk].title,
            role=self.shown[pk],
            sittings=self.central[pk],
            is_of_schools=pk in self.site,
            full=sum(sitting.holder != "" for sitting in here),
            seats=len(here),
            under=under,
            fans=alone and len(under) > 1,
        )


def _departments_together(nodes: list[Node]) -> list[Node]:
    """Partners of departments stand under one heading, if there are several."""
    partners = [n for n in nodes if n.role and n.role.level == Level.DEPARTMENT and not n.under]
    if len(partners) < 2:
        return nodes
    heading = Node(DEPARTMENTS, None, [], is_of_schools=False, full=0, seats=0, under=partners)
    return [*(node for node in nodes if node not in partners), heading]


def _schools(
    shown: dict[int, LeadershipRole],
    bosses: dict[int, int | None],
    seated: Sequence[Sitting],
) -> list[SchoolChart]:
    """Each school with its positions, in the order of names."""
    by_school: dict[str, list[Sitting]] = defaultdict(list)
    for sitting in seated:
        if sitting.school:
            by_school[sitting.school_name].append(sitting)
    return [SchoolChart(name, _lines(shown, bosses, by_school[name])) for name in sorted(by_school)]


def _lines(
    shown: dict[int, LeadershipRole], bosses: dict[int, int | None], here: list[Sitting]
) -> list[Line]:
    """Positions under the one they report to at this school; the others on top."""
    lines = [Line(shown[sitting.role], sitting, []) for sitting in here]
    first = {line.role.pk: line for line in reversed(lines)}
    tops: list[Line] = []
    for line in lines:
        boss = _boss_here(line.role.pk, bosses, first)
        (tops if boss is None else first[boss].under).append(line)
    return tops


def _boss_here(pk: int, bosses: dict[int, int | None], first: dict[int, Line]) -> int | None:
    """The next role above that this school has; roles are in order, so none is above itself."""
    boss, order = bosses[pk], first[pk].role.order
    passed = {pk}
    while boss is not None and boss not in passed:
        if boss in first and first[boss].role.order < order:
            return boss
        passed.add(boss)
        boss = bosses[boss]
    return None


def _group(schools: Sequence[SchoolChart]) -> SchoolGroup:
    lines = [line for school in schools for top in school.lines for line in _all(top)]
    return SchoolGroup(
        schools=schools,
        seats=len(lines),
        full=sum(line.sitting.holder != "" for line in lines),
        open=[line for line in lines if line.sitting.state != "filled"],
    )


def _all(line: Line) -> Iterator[Line]:
    yield line
    for below in line.under:
        yield from _all(below)
