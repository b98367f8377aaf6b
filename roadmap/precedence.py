"""What comes before what: pure functions over pairs (before, after). No Django here."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence


def way(pairs: Iterable[tuple[int, int]], start: int, end: int) -> Sequence[int]:
    """The shortest way from one thing along "comes before" to another, both named; () if there is
    none. A new pair (a, b) closes a circle exactly where there is a way from b to a.
    """
    after: dict[int, list[int]] = {}
    for before, later in pairs:
        after.setdefault(before, []).append(later)
    came_from: dict[int, int] = {start: start}
    waiting = deque([start])
    while waiting:
        here = waiting.popleft()
        if here == end:
            return _back(came_from, start, end)
        for there in after.get(here, ()):
            if there not in came_from:
                came_from[there] = here
                waiting.append(there)
    return ()


def _back(came_from: dict[int, int], start: int, end: int) -> list[int]:
    found = [end]
    while found[-1] != start:
        found.append(came_from[found[-1]])
    return found[::-1]
