"""The district's calendar, as arithmetic wants it."""

from __future__ import annotations

from roles.models import Closure, District
from roles.schooltime import Span


def closures_of(district: District) -> list[Span]:
    """First and last day of every closure the district knows, in all its years."""
    rows = Closure.objects.filter(district=district)
    return list(rows.values_list("first_day", "last_day"))
