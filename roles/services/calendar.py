"""The district's calendar, as arithmetic wants it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.conf import settings

from roles.ladder import Rung, due_dates_heard_on, due_dates_of_plain_days
from roles.models import Closure, District
from roles.schooltime import Span, is_quiet


def closures_of(district: District) -> list[Span]:
    """First and last day of every closure the district knows, in all its years."""
    rows = Closure.objects.filter(district=district)
    return list(rows.values_list("first_day", "last_day"))


def rungs_of(district: District, today: dt.date) -> dict[dt.date, Rung]:
    """The due dates that are mailed about today. The demo has no quiet days: it is shown on any."""
    if settings.QUIET_DAYS:
        return due_dates_heard_on(today, closures_of(district))
    return due_dates_of_plain_days(today)


def quiet_days(district: District) -> Callable[[dt.date], bool]:
    """Whether nobody is mailed on a day. The demo has no quiet days: it is shown on any."""
    if not settings.QUIET_DAYS:
        return lambda _day: False
    closures = closures_of(district)
    return lambda day: is_quiet(day, closures)
