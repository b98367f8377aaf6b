"""The district's calendar, as arithmetic wants it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.conf import settings

from roles.models import Closure, District
from roles.schooltime import Span, is_quiet


def closures_of(district: District) -> list[Span]:
    """First and last day of every closure the district knows, in all its years."""
    rows = Closure.objects.filter(district=district)
    return list(rows.values_list("first_day", "last_day"))


def quiet_days(district: District) -> Callable[[dt.date], bool]:
    """Whether nobody is mailed on a day. The demo has no quiet days: it is shown on any."""
    if not settings.QUIET_DAYS:
        return lambda _day: False
    closures = closures_of(district)
    return lambda day: is_quiet(day, closures)


def quiet_days_to_come(district: District) -> Callable[[dt.date], bool]:
    """The same of days that a page names: in the demo, too, only today is loud whatever it is."""
    closures, today = closures_of(district), district.today()
    shown = not settings.QUIET_DAYS
    return lambda day: not (shown and day == today) and is_quiet(day, closures)
