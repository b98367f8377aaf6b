"""What evidence by hand may speak for, and until when it counts as a rule. Knows no database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from selfassessment.evidence import SOON, USUAL_LIFE
from selfassessment.library import Indicator
from selfassessment.wording import count

LONGEST = dt.timedelta(days=5 * 366)
OLDEST = dt.timedelta(days=30 * 366)
REPLACED = "Points at something replaced since"


@dataclass(frozen=True, slots=True)
class Offered:
    """The indicators evidence can be added for. `round` is the label of the round under way, "" for
    none, and `taken` the codes it asks.
    """

    indicators: tuple[Indicator, ...]
    round: str
    taken: frozenset[str]

    def find(self, code: str) -> Indicator | None:
        return next((each for each in self.indicators if each.code == code), None)

    def is_left_out(self, code: str) -> bool:
        """Whether the round under way does not ask this indicator."""
        return bool(self.round) and code not in self.taken

    def in_order(self, codes: Iterable[str]) -> list[str]:
        """Codes as the indicators stand; those that are offered no longer at the end."""
        places = {each.code: place for place, each in enumerate(self.indicators)}
        return sorted(codes, key=lambda code: (places.get(code, len(places)), code))

    def usual_end(self, uses: Mapping[str, str], dated_on: dt.date) -> dt.date:
        """The last day on which evidence of that date counts for all it speaks for, as a rule.

        `uses`: code to the key of an evidence type, or "".
        """
        ends = [self._end(code, kind, dated_on) for code, kind in uses.items()]
        return min(ends, default=dated_on + USUAL_LIFE)

    def _end(self, code: str, kind: str, dated_on: dt.date) -> dt.date:
        indicator = self.find(code)
        sorts = indicator.evidence_types if indicator else ()
        sort = next((each for each in sorts if each.key == kind), None)
        return sort.good_until(dated_on) if sort else dated_on + USUAL_LIFE


def offered(
    shipped: Iterable[Indicator],
    imported: Iterable[Indicator],
    taken: Collection[Indicator],
    round_label: str,
) -> Offered:
    """Put together what a district knows; where several have a code, the round's wins."""
    asked = {each.code: each for each in taken}
    known = {each.code: each for each in (*shipped, *imported, *taken)}
    return Offered(
        indicators=tuple(asked.get(code, each) for code, each in known.items()),
        round=round_label,
        taken=frozenset(asked),
    )


def standing(
    expires_on: dt.date | None,
    today: dt.date,
    *,
    taken_back: bool = False,
    superseded: bool = False,
) -> tuple[str, str]:
    """The kind of status chip of evidence, and its words. `superseded`: what it leads to has been
    replaced.
    """
    if taken_back:
        return "ended", "Taken back"
    if superseded:
        return "overdue", "Superseded"
    if expires_on is None or expires_on - today > SOON:
        return "good", "Current"
    left = (expires_on - today).days
    if left < 0:
        return "overdue", "Run out"
    if left == 0:
        return "due-soon", "Last day"
    return "due-soon", f"{count(left, 'day')} left"
