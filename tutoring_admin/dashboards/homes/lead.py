"""The program lead's home: whether roles, learning and fidelity are in order for each indicator."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from roles.access import Access
from roles.capabilities import Capability
from roles.keeping import Keep
from roles.models import SchoolYear
from selfassessment.checks import Check
from selfassessment.measures import checklists, learning
from selfassessment.reports.standing import READY
from tutoring_admin.dashboards.guide import Progress, of_a_new_district
from tutoring_admin.dashboards.homes.executive import links_of
from tutoring_admin.dashboards.homes.links import Link, to
from tutoring_admin.dashboards.homes.program import Indicator, Program
from tutoring_admin.dashboards.homes.reading import program
from tutoring_admin.dashboards.waits import Waits, waits_of

MOST_FAILED = 3  # told of one indicator; all stand on its page


class Area(StrEnum):
    """What an indicator is about, by what its checks look at."""

    ROLES = "Roles"
    LEARNING = "Learning"
    FIDELITY = "Fidelity"


@dataclass(frozen=True, slots=True)
class Row:
    """One indicator: what the records say, what fails, what comes next, what changed."""

    indicator: Indicator
    failed: tuple[Check, ...]
    area: Area

    @property
    def is_in_order(self) -> bool:
        """The records show all that "in use" needs."""
        return bool(self.indicator.hint) and self.indicator.hint.value >= READY  # type: ignore[union-attr]

    @property
    def state(self) -> tuple[str, str]:
        """The kind of status chip, and its words."""
        if self.is_in_order:
            return "good", "In order"
        left = len(self.failed)
        if not left:
            return "not-rated", "The team can say"
        return "mid", f"{left} check{'' if left == 1 else 's'} left"

    @property
    def told(self) -> tuple[Check, ...]:
        return self.failed[:MOST_FAILED]

    @property
    def next_check(self) -> Check | None:
        """The easiest to mend, with the page for it."""
        return next((each for each in self.failed if each.fix), None)

    @property
    def passed(self) -> int:
        return self.indicator.hint.passed if self.indicator.hint else 0

    @property
    def checks(self) -> int:
        return len(self.indicator.hint.checks) if self.indicator.hint else 0

    @property
    def link(self) -> Link:
        return to("selfassessment:indicator", self.indicator.code)

    @property
    def passed_link(self) -> Link:
        return to("selfassessment:indicator", self.indicator.code, at="hint", by="passed")

    @property
    def checks_link(self) -> Link:
        return to("selfassessment:indicator", self.indicator.code, at="hint")

    @property
    def changed(self) -> str:
        """What is different since the last round, in a sentence."""
        each = self.indicator
        if each.value is None:
            return "Not rated in any round yet."
        told = [f"{each.round_label}: {each.value}, {each.point.lower()}"]
        if each.change:
            told.append(f"{'up' if each.change > 0 else 'down'} from {each.before}")
        elif each.change == 0:
            told.append("as before")
        now = each.hint.value if each.hint else None
        if now is not None and each.hint_then is not None and now != each.hint_then:
            told.append(f"the records said {each.hint_then} then and say {now} now")
        return f"{', '.join(told)}."


@dataclass(frozen=True, slots=True)
class Part:
    """One area with its indicators."""

    area: Area
    rows: tuple[Row, ...]

    @property
    def in_order(self) -> int:
        return sum(row.is_in_order for row in self.rows)

    @property
    def state(self) -> tuple[str, str]:
        if self.in_order == len(self.rows):
            return "good", "In order"
        return "mid", "Not in order yet"


@dataclass(frozen=True)
class Home:
    program: Program
    parts: tuple[Part, ...]
    waits: Waits
    links: Mapping[str, Link]
    sees_people: bool
    guide: Progress | None = None

    @property
    def lead(self) -> str:
        """The page in one sentence."""
        bad = [part.area.value.lower() for part in self.parts if part.in_order < len(part.rows)]
        if not bad:
            return "Roles, learning and fidelity are in order for every indicator, by the records."
        are = "is" if len(bad) == 1 and bad[0] != "roles" else "are"
        return f"By the records, {' and '.join(bad)} {are} not in order yet."


def home(access: Access, year: SchoolYear | None, today: dt.date) -> Home:
    """Three queries as long as nothing has changed (roles.keeping). Where no window has closed and
    nothing is done, `guide` leads through the first steps, for one query more.
    """
    keep = Keep.of(access.reach(Capability.DASHBOARD_VIEW), today)
    found = program(access, year, today, keep)
    is_still = found.fidelity.pk is None and not found.milestones.done
    plan = access.reach(Capability.ROADMAP_MANAGE)
    return Home(
        program=found,
        parts=parts_of(found.readiness.indicators),
        waits=waits_of(access, today, keep),
        links=links_of(found, today) | _links(),
        sees_people=bool(access.reach(Capability.ROADMAP_MANAGE)) and bool(found.learning.people),
        guide=of_a_new_district(plan, year, today, keep) if is_still else None,
    )


def parts_of(indicators: tuple[Indicator, ...]) -> tuple[Part, ...]:
    rows = [_row(each) for each in indicators]
    by_area = {area: tuple(row for row in rows if row.area is area) for area in Area}
    return tuple(Part(area, own) for area, own in by_area.items() if own)


def _row(indicator: Indicator) -> Row:
    """What fails: the checks for "in use" and below first, the easiest to mend first."""
    checks = indicator.hint.checks if indicator.hint else ()
    failed = sorted(
        (each for each in checks if each.is_failed and each.rung <= READY),
        key=lambda each: (each.rung, each.effort, each.missing),
    )
    return Row(indicator, tuple(failed), _area(indicator))


def _area(indicator: Indicator) -> Area:
    checks = indicator.hint.checks if indicator.hint else ()
    counted = Counter(_of_measure(each.measure) for each in checks)
    return counted.most_common(1)[0][0] if counted else Area.ROLES


def _of_measure(name: str) -> Area:
    if name in learning.MEASURES:
        return Area.LEARNING
    return Area.FIDELITY if name in checklists.MEASURES else Area.ROLES


def _links() -> dict[str, Link]:
    people = "roadmap:learning-people"
    return {
        "people_on_pace": Link(people, query="on-pace=on"),
        "people": to(people),
    }
