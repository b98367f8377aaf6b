"""The program in five figures: frozen values, each with what it counts.

`tutoring_admin.dashboards.homes.reading` reads them.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from checklists.reports.items import ItemResult
from roles.reports.seats import RoleStands, Stand
from selfassessment.readiness import Hint
from selfassessment.reports.standing import READY

WELL_BACKED, HALF_BACKED = 80, 60  # percent of ratings on which two raters agree


@dataclass(frozen=True, slots=True)
class Mark:
    """One point of a trend: when, and how many or how much."""

    label: str
    value: int


@dataclass(frozen=True, slots=True)
class Roles:
    """Active positions by how they stand; `filled_before` were filled a month ago."""

    stands: tuple[RoleStands, ...]
    filled_before: int

    def _sum(self, stand: Stand) -> int:
        return sum(each.at(stand) for each in self.stands)

    @property
    def seats(self) -> int:
        return sum(each.seats for each in self.stands)

    @property
    def in_order(self) -> int:
        return self._sum(Stand.ORDER)

    @property
    def unread(self) -> int:
        return self._sum(Stand.UNREAD)

    @property
    def unwritten(self) -> int:
        return self._sum(Stand.UNWRITTEN)

    @property
    def vacant(self) -> int:
        return self._sum(Stand.VACANT)

    @property
    def change(self) -> int:
        """How many more are filled than a month ago."""
        return self.seats - self.vacant - self.filled_before


@dataclass(frozen=True, slots=True)
class OpenWindow:
    """The window that is open today (of several, the one that closes first)."""

    pk: int
    label: str
    closes_on: dt.date
    submitted: int
    expected: int


@dataclass(frozen=True, slots=True)
class Fidelity:
    """What closed windows say of the checklists, as far as this reader may know.

    `pk` and `label` are of the last one; `marks` are percents on track, the last window's last.
    `equal` of `compared` ratings of two raters are the same. `lowest` is the weakest item.
    """

    pk: int | None = None
    label: str = ""
    on_track: int = 0
    rated: int = 0
    marks: tuple[Mark, ...] = ()
    equal: int = 0
    compared: int = 0
    lowest: ItemResult | None = None
    now: OpenWindow | None = None

    @property
    def percent(self) -> int | None:
        """Whole percent, rounded down; None where too few are rated to say."""
        return self.on_track * 100 // self.rated if self.rated else None

    @property
    def change(self) -> int | None:
        """In points, since the window before."""
        return self.marks[-1].value - self.marks[-2].value if len(self.marks) > 1 else None

    @property
    def agreement(self) -> int | None:
        """Whole percent, a half upwards, as the report of the window rounds it."""
        if not self.compared:
            return None
        return (self.equal * 200 + self.compared) // (2 * self.compared)

    @property
    def confidence(self) -> tuple[str, str]:
        """The kind of status chip, and its words."""
        if self.agreement is None:
            return "not-enough", "No second ratings"
        if self.agreement >= WELL_BACKED:
            return "good", "Well backed"
        if self.agreement >= HALF_BACKED:
            return "mid", "Half backed"
        return "low", "Weakly backed"


@dataclass(frozen=True, slots=True)
class Phase:
    """The milestones of one phase."""

    key: str
    title: str
    total: int
    done: int
    late: int
    blocked: int
    due: int
    due_done: int


@dataclass(frozen=True, slots=True)
class Milestones:
    """Those of the school year, without what was set aside. `due`: by yesterday."""

    phases: tuple[Phase, ...] = ()

    @property
    def total(self) -> int:
        return sum(each.total for each in self.phases)

    @property
    def done(self) -> int:
        return sum(each.done for each in self.phases)

    @property
    def late(self) -> int:
        return sum(each.late for each in self.phases)

    @property
    def blocked(self) -> int:
        return sum(each.blocked for each in self.phases)

    @property
    def due(self) -> int:
        return sum(each.due for each in self.phases)

    @property
    def due_done(self) -> int:
        return sum(each.due_done for each in self.phases)

    @property
    def against_plan(self) -> int:
        """0 while everything that was due is done, else below."""
        return self.due_done - self.due


@dataclass(frozen=True, slots=True)
class Indicator:
    """One of 6b and 6c: the team's newest rating (0 to 3, None unrated), the round of it, and the
    rating before; and what the records say now and said then (`hint_then`, None if not kept).
    """

    code: str
    question: str
    point: str
    value: int | None
    before: int | None
    round_label: str
    hint: Hint | None
    hint_then: int | None
    says: str
    evidence: int

    @property
    def is_ready(self) -> bool:
        return (self.value or 0) >= READY

    @property
    def change(self) -> int | None:
        if self.value is None or self.before is None:
            return None
        return self.value - self.before


@dataclass(frozen=True, slots=True)
class Readiness:
    """`marks`: after each round how many indicators were in use or better."""

    indicators: tuple[Indicator, ...]
    marks: tuple[Mark, ...]
    round_label: str

    @property
    def ready(self) -> int:
        return sum(each.is_ready for each in self.indicators)

    @property
    def short(self) -> int:
        return len(self.indicators) - self.ready

    @property
    def change(self) -> int | None:
        return self.marks[-1].value - self.marks[-2].value if len(self.marks) > 1 else None


@dataclass(frozen=True, slots=True)
class LevelPace:
    """The lines of the plan for one level; `quiet`: nobody of it has met for 90 days."""

    key: str
    label: str
    lines: int
    behind: int
    quiet: bool


@dataclass(frozen=True, slots=True)
class Learning:
    """The lines of the plan of learning, and how many are on pace; `before`: a month ago, None if
    the year was too young. `people` hold a position, of whom some are on pace with their hours.
    """

    levels: tuple[LevelPace, ...] = ()
    before: int | None = None
    people: int = 0
    people_on_pace: int = 0

    @property
    def lines(self) -> int:
        return sum(each.lines for each in self.levels)

    @property
    def behind(self) -> int:
        return sum(each.behind for each in self.levels)

    @property
    def on_pace(self) -> int:
        return self.lines - self.behind

    @property
    def quiet(self) -> tuple[LevelPace, ...]:
        return tuple(each for each in self.levels if each.quiet)

    @property
    def change(self) -> int | None:
        return None if self.before is None else self.on_pace - self.before


@dataclass(frozen=True, slots=True)
class Program:
    """The five figures. `seated` are the titles of roles that somebody holds, by key."""

    roles: Roles
    fidelity: Fidelity
    milestones: Milestones
    readiness: Readiness
    learning: Learning
    seated: tuple[tuple[str, str], ...]
