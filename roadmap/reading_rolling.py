"""Job descriptions when the school year turns: everyone reads theirs again, if so wished."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.utils.formats import date_format

from roadmap.rolling import Copy, Turn
from roles.access import Reach
from roles.services.acknowledging import ask_anew, to_read_anew

KEY = "reading:again"


class Readings:
    kind = "Job descriptions to read again"

    def preview(self, turn: Turn, reach: Reach) -> Sequence[Copy]:
        """One line for all of them, if there is anything to ask. One query."""
        count = to_read_anew(reach.district, turn.new.starts_on).count()
        if not count:
            return []
        day = date_format(max(turn.new.starts_on, reach.district.today()), "F j, Y")
        people = "1 acknowledgement counts" if count == 1 else f"{count} acknowledgements count"
        note = f"{people} until {day}; from then on each holder is asked anew. All stay on record."
        return [Copy(key=KEY, title="Everyone acknowledges their job description again", note=note)]

    def copy(self, turn: Turn, keys: Collection[str], *, by: Reach) -> int:
        return ask_anew(turn.new.starts_on, by=by) if KEY in keys else 0
