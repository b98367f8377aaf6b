"""When milestones are due: pure functions over dates. No Django here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from roles.schooltime import Span, previous_school_day


def resolve(anchor: dt.date, weeks: int, closures: Sequence[Span]) -> dt.date:
    """The day that lies `weeks` weeks from the anchor, or the last working day before it."""
    return previous_school_day(anchor + dt.timedelta(weeks=weeks), closures)
