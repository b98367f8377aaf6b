"""A date as people write it in a cell."""

from __future__ import annotations

import datetime as dt
import re

from roadmap.calendar_files.found import Trouble

A_DATE = "a date such as 2026-11-25 or 11/25/2026"
FORMATS = ("%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y", "%b %d, %Y", "%B %d, %Y", "%d-%b-%Y", "%Y%m%d")
WEEKDAY = re.compile(r"^(mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+", re.I)


def date_in(text: str, number: int, column: str, troubles: list[Trouble]) -> dt.date | None:
    """None where there is none; then it is among the troubles."""
    plain = WEEKDAY.sub("", text.strip())
    for form in FORMATS:
        try:
            return dt.datetime.strptime(plain, form).date()  # noqa: DTZ007 -- a day has no zone
        except ValueError:
            continue
    troubles.append(Trouble(number, column, A_DATE, text[:60] or "nothing"))
    return None
