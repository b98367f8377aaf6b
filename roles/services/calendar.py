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
    """Whether nobody is mailed on a day. The demo mails today whatever day it is."""
    closures = closures_of(district)
    if not settings.QUIET_DAYS:
        today = district.today()
        return lambda day: day != today and is_quiet(day, closures)
    return lambda day: is_quiet(day, closures)
