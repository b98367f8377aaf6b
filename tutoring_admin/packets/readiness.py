"""What the team said of 6b and 6c in its closed rounds."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from roles.access import Reach
from selfassessment.library import Indicator, library
from selfassessment.models import IndicatorRating, Round
from tutoring_admin.packets.content import Cell

ENOUGH = 2
SHOWN = 5  # rounds in the appendix
NOT_RATED = "not rated"


@dataclass(frozen=True)
class Readiness:
    """A row: code, title, rating, rating before, trend in words. `round` is a sentence on the
    newest round, `scale` names its points; `history` has a column for each of the last rounds.
    """

    round: str
    scale: str
    enough: int
    total: int
    rows: tuple[tuple[Cell, ...], ...]
    history_columns: tuple[str, ...]
    history: tuple[tuple[Cell, ...], ...]


def readiness_of(reach: Reach, day: dt.date) -> Readiness:
    """Two queries. Ratings of a round that is still open are in no packet."""
    rounds = _rounds(reach, day)
    known = [each for each in library().core if each.standard[:2] in ("6b", "6c")]
    given = _given(reach, rounds)
    takes = {each.code: [given.get((r.pk, each.code)) for r in rounds] for each in known}
    rows = tuple(_row(each, takes[each.code]) for each in known)
    last = tuple(reversed(rounds[:SHOWN]))
    points = (f"{point.value} {point.label.lower()}" for point in library().scale)
    return Readiness(
        scale=", ".join(points),
        round=f"The last round closed is {rounds[0].label}." if rounds else "",
        enough=sum(isinstance(row[2], int) and row[2] >= ENOUGH for row in rows),
        total=len(rows),
        rows=rows,
        history_columns=("Indicator", "What it asks", *(each.label for each in last)),
        history=tuple(
            (each.code, each.title, *(given.get((r.pk, each.code)) for r in last)) for each in known
        )
        if rounds
        else (),
    )


def _rounds(reach: Reach, day: dt.date) -> list[Round]:
    """Closed by a day, the newest first."""
    night = dt.datetime.combine(day, dt.time.max, reach.district.zone)
    closed = Round.objects.reachable(reach).filter(state=Round.State.CLOSED, closed_at__lte=night)
    return list(closed.defer("taken").order_by("-opens_on", "-pk"))


def _given(reach: Reach, rounds: list[Round]) -> dict[tuple[int, str], int]:
    ratings = IndicatorRating.objects.reachable(reach).filter(round__in=rounds)
    told = ratings.filter(value__isnull=False).order_by()
    rows = told.values_list("round", "code", "value")
    return {(r, code): value for r, code, value in rows if value is not None}


def _row(indicator: Indicator, takes: list[int | None]) -> tuple[Cell, ...]:
    """`takes`: the values of all rounds, newest first; a round may have left it out."""
    values = [value for value in takes if value is not None]
    now = values[0] if values else NOT_RATED
    before = values[1] if len(values) > 1 else None
    return indicator.code, indicator.title, now, before, _trend(values)


def _trend(values: list[int]) -> str:
    if len(values) < 2:
        return "first rating" if values else ""
    change = values[0] - values[1]
    if not change:
        return "same"
    return f"up {change}" if change > 0 else f"down {-change}"
