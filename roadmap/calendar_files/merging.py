"""The days of a school year with what the rows of a file say."""

from __future__ import annotations

from collections.abc import Sequence

from roadmap.calendar_files.found import Kind, Row
from roadmap.yeardays import Closed, YearDays


def merged(days: YearDays, rows: Sequence[Row], *, replace: bool = False) -> YearDays:
    """The days with what the rows say: closures join those there, or take their place."""
    firsts = [row.first for row in rows if row.kind == Kind.FIRST]
    lasts = [row.last for row in rows if row.kind == Kind.LAST]
    closures = {} if replace else {closed.span: closed for closed in days.closures}
    for row in rows:
        if row.kind == Kind.CLOSURE:
            had = {closed.span: closed for closed in days.closures}.get((row.first, row.last))
            closures.setdefault((row.first, row.last), had or _closed(row))
    return YearDays(
        first=min(firsts, default=days.first),
        last=max(lasts, default=days.last),
        closures=tuple(sorted(closures.values())),
        own=days.own,
    )


def _closed(row: Row) -> Closed:
    return Closed(row.first, row.last, row.label)
