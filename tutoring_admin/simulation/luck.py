"""How people of a simulated year behave: drawn by lot, the same for the same seed."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from roles.schooltime import Span, next_school_day

ONE_DAY = dt.timedelta(days=1)
HABITS = ((0.70, -6, 0), (0.92, 1, 6), (0.985, 8, 24), (1.0, 25, 60))
"""Up to this share of all things is done from so many to so many days after it is due."""
A_LEAVE_IN = 4  # one person in so many is away for a time


@dataclass
class Luck:
    """The lots of one simulated year. Days are working days of the district."""

    seed: int
    closures: Sequence[Span]
    leaves: dict[int, tuple[dt.date, dt.date]] = field(default_factory=dict)

    def of(self, *key: object) -> random.Random:
        """A lot of its own for each thing, so that one more changes nothing about the others."""
        return random.Random(repr((self.seed, *key)))  # noqa: S311 -- a simulation

    def day(self, thing: object, due_on: dt.date, person: int | None) -> dt.date:
        """When somebody does a thing that is due; who is away does it when they are back."""
        lot = self.of("day", thing, due_on)
        share = lot.random()
        low, high = next((a, z) for limit, a, z in HABITS if share <= limit)
        day = due_on + lot.randint(low, high) * ONE_DAY
        away = self.leaves.get(person or 0)
        if away and away[0] <= day <= away[1]:
            day = away[1] + ONE_DAY
        return next_school_day(day, self.closures)

    def draw_leaves(self, people: Sequence[int], first: dt.date, last: dt.date) -> None:
        """Send some people away for one to three weeks between two days."""
        for person in people:
            lot = self.of("leave", person)
            if lot.randrange(A_LEAVE_IN) == 0:
                begin = first + lot.randrange(max(1, (last - first).days)) * ONE_DAY
                self.leaves[person] = (begin, begin + lot.randint(6, 20) * ONE_DAY)
