"""What was computed from a district's records, kept for exactly as long as it is true.

The database notes every change of the records (`roles.stamping`). A value is computed anew as soon
as one is noted, on another day, and after a minute at the latest: names of people belong to no
district, so their changes are not noted. Values are kept in this process only, and shared by all
who reach the same schools: never keep in one what is meant for one reader.
"""

from __future__ import annotations

import datetime as dt
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Any, TypeVar, cast

from django.db.models import Count, Exists, Max, OuterRef
from django.utils import timezone

from roles.access import Reach
from roles.models import Change

Value = TypeVar("Value")
MOST, SECONDS = 512, 60.0
KEPT_FOR = dt.timedelta(hours=1)
_values: OrderedDict[tuple[Any, ...], tuple[float, Any]] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True)
class Keep:
    """Where what is read on one day, within one reach, in one state of the records is kept."""

    key: tuple[Any, ...]

    @classmethod
    def of(cls, reach: Reach, today: dt.date) -> Keep:
        """One query, a quick one: what changed last, and how many changes are on record."""
        changes = Change.objects.reachable(reach).order_by()
        state = changes.aggregate(last=Max("pk"), many=Count("pk"))
        # An acknowledgement lapses by the date of the server.
        days = (today, timezone.now().date())
        return cls((reach.district.pk, reach.schools, *days, state["last"], state["many"]))

    def get(self, name: str, make: Callable[[], Value]) -> Value:
        """The kept value of that name, or what `make` returns, which must not change afterwards."""
        key, now = (name, *self.key), time.monotonic()
        with _lock:
            at, value = _values.get(key, (now - SECONDS, None))
            if now - at < SECONDS:
                _values.move_to_end(key)
                return cast("Value", value)
        value = make()
        with _lock:
            _values[key] = (now, value)
            while len(_values) > MOST:
                _values.popitem(last=False)
        return value


def remove_old_changes() -> int:
    """Take away notes of over an hour ago, but for the newest of each district. How many went.

    The newest stays, and so does what a transaction may still be adding to: no state of the records
    is taken for an earlier one. Runs outside the wall, for all districts.
    """
    newer = Change.objects.filter(district=OuterRef("district"), pk__gt=OuterRef("pk"))
    old = Change.objects.filter(at__lt=timezone.now() - KEPT_FOR)
    removed: int = old.filter(Exists(newer)).delete()[0]
    return removed


def forget() -> None:
    """Keep nothing: for tests and measurements."""
    with _lock:
        _values.clear()
