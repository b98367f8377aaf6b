"""How far apart the votes of a team lie: counts for each point, and a sentence. Knows no database.

Only votes that have been shown get here; who cast which is told in the room alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

POINTS = range(4)


@dataclass(frozen=True, slots=True)
class Spread:
    """Votes for each of the points 0 to 3; at least one in all."""

    counts: tuple[int, int, int, int]

    @property
    def votes(self) -> int:
        return sum(self.counts)

    @property
    def low(self) -> int:
        return min(self._taken)

    @property
    def high(self) -> int:
        return max(self._taken)

    @property
    def agreed(self) -> int | None:
        """The point that everyone chose; None where they differ."""
        return self.low if self.low == self.high else None

    @property
    def says(self) -> str:
        """The finding as a sentence: "Votes go from 1 to 3. Most say 2: 5 of 8."."""
        if self.agreed is not None:
            return f"All {self.votes} say {self.low}." if self.votes > 1 else f"1 vote: {self.low}."
        most = max(self.counts)
        at = [point for point in POINTS if self.counts[point] == most]
        far = f"Votes go from {self.low} to {self.high}."
        if len(at) > 1:
            return f"{far} No point has most of the {self.votes} votes."
        return f"{far} Most say {at[0]}: {most} of {self.votes}."

    @property
    def _taken(self) -> list[int]:
        return [point for point in POINTS if self.counts[point]]


def of_votes(values: Iterable[int]) -> Spread | None:
    """The spread of votes, each 0 to 3; None without any."""
    given = list(values)
    return _spread({point: given.count(point) for point in POINTS})


def of_counts(counts: Mapping[str, int] | None) -> Spread | None:
    """The spread of counts typed in, with keys "0" to "3"; None where all are 0 or missing."""
    return _spread({point: (counts or {}).get(str(point), 0) for point in POINTS})


def _spread(counts: Mapping[int, int]) -> Spread | None:
    if not any(counts.values()):
        return None
    return Spread((counts[0], counts[1], counts[2], counts[3]))
