"""The readiness page: all indicators at a glance, and what is next for whoever looks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from roles.access import Reach
from roles.models import SchoolYear
from selfassessment.gaps import Work
from selfassessment.reports.gaps_glance import glance
from selfassessment.reports.next_step import Next, next_step
from selfassessment.reports.standing import Line, Summary, summary
from selfassessment.reports.telling import sentence
from selfassessment.services import standards

SHOWS = ("ready", "short")  # as the address names them


@dataclass(frozen=True)
class Row:
    """One indicator on the page; `says` is its one sentence."""

    line: Line
    gap: Work | None

    @property
    def says(self) -> str:
        return sentence(self.line.indicator, self.line.hint)


@dataclass(frozen=True)
class Standard:
    """One standard with the indicators of it that are on show."""

    code: str
    title: str
    rows: Sequence[Row]


@dataclass(frozen=True)
class Board:
    summary: Summary
    standards: Sequence[Standard]
    optional: Sequence[Row]
    next: Next | None

    @property
    def shown(self) -> int:
        return sum(len(standard.rows) for standard in self.standards)

    @property
    def has_positions(self) -> bool:
        return any(role.positions for role in self.summary.facts.roles.values())


def board(
    reach: Reach,
    today: dt.date | None = None,
    *,
    may_rate: bool,
    years: Iterable[SchoolYear] = (),
    show: str = "",
) -> Board:
    """All of the page, in a constant number of queries; one fewer if the district's `years` are
    known. `show` is "ready" or "short": only those indicators that are in use, or are not yet.
    """
    today = today or reach.district.today()
    year = next((each for each in years if each.starts_on <= today <= each.ends_on), None)
    offered = standards.offered(reach.district)
    stands = summary(reach, today, imported=offered, year=year)
    gaps = open_gaps(reach, stands)
    return Board(
        summary=stands,
        standards=_by_standard(
            [
                Row(line, gaps.get(line.code))
                for line in stands.lines
                if show not in SHOWS or line.is_ready == (show == "ready")
            ]
        ),
        optional=[Row(line, gaps.get(line.code)) for line in stands.optional],
        next=next_step(stands, reach, may_rate=may_rate),
    )


def open_gaps(reach: Reach, stands: Summary) -> dict[str, Work]:
    """Where the open gaps stand, by indicator. One query."""
    lines = (*stands.lines, *stands.optional)
    rated = {each.code: (each.indicator, each.reported.known) for each in lines if each.reported}
    return glance(reach, stands.facts, rated)


def _by_standard(rows: Iterable[Row]) -> list[Standard]:
    grouped: dict[str, list[Row]] = {}
    for row in rows:
        grouped.setdefault(row.line.indicator.standard, []).append(row)
    return [Standard(*name.partition(" ")[::2], own) for name, own in grouped.items()]
