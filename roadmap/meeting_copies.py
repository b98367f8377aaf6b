"""Series of meetings as something that comes along into the next school year."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Collection, Iterator, Sequence

from django.db.models import QuerySet
from django.utils.formats import date_format, time_format

from roadmap.models import MeetingSeries
from roadmap.rhythms import first_weekday
from roadmap.rolling import Copy, Turn
from roadmap.services import meeting_series
from roles.access import Reach
from roles.models import Position


class SeriesCopier:
    kind = "Series of meetings"

    def preview(self, turn: Turn, reach: Reach) -> Sequence[Copy]:
        """Every series of the old year that has not ended. Three queries."""
        return [
            Copy(
                key=f"meeting:{series.pk}",
                title=series.title,
                note=f"{series.get_rhythm_display()}, {plan.first_on:%A}s at "
                f"{time_format(plan.at, 'g:i A')}, from {date_format(plan.first_on, 'M j, Y')}",
                proposed=plan.first_on <= plan.last_on,
            )
            for series, plan in self._plans(turn, MeetingSeries.objects.reachable(reach))
        ]

    def copy(self, turn: Turn, keys: Collection[str], *, by: Reach) -> int:
        """Begin the chosen ones anew; a title that the new year has already is left alone."""
        chosen = [int(key.partition(":")[2]) for key in keys if key.startswith("meeting:")]
        rows = MeetingSeries.objects.reachable(by).filter(pk__in=chosen)
        there = set(
            MeetingSeries.objects.reachable(by)
            .filter(school_year=turn.new.pk)
            .values_list("title", "school")
        )
        plans = [
            plan
            for series, plan in self._plans(turn, rows)
            if (series.title, series.school_id) not in there and plan.first_on <= plan.last_on
        ]
        for plan in plans:
            meeting_series.start(turn.new, plan, by=by)
        return len(plans)

    def _plans(
        self, turn: Turn, rows: QuerySet[MeetingSeries]
    ) -> Iterator[tuple[MeetingSeries, meeting_series.Plan]]:
        """Each with what it becomes: the same weekday, as far into the new year, within it."""
        found = rows.filter(school_year=turn.old.pk, ended_at=None)
        related = found.select_related("school", "chair__role").prefetch_related("members")
        open_on = turn.new.first_student_day
        for series in related:
            first = turn.shifted(series.first_on)
            if first < turn.new.starts_on:
                first = first_weekday(first.weekday(), turn.new.starts_on)
            last = min(turn.shifted(series.last_on), turn.new.ends_on)
            plan = meeting_series.Plan(
                title=series.title, rhythm=series.rhythm, first_on=first, last_on=last,
                at=series.at, minutes_long=series.minutes_long,
            )  # fmt: skip
            members = [seat.pk for seat in series.members.all() if _stays(seat, open_on)]
            yield (
                series,
                dataclasses.replace(
                    plan,
                    chair=series.chair if series.chair and _stays(series.chair, open_on) else None,
                    members=members,
                    school=series.school,
                    key=series.key,
                    guests=series.guests,
                    place=series.place,
                    link=series.link,
                    agenda=series.agenda,
                    protected=series.protected,
                ),
            )


def _stays(seat: Position, day: dt.date) -> bool:
    """Whether a position is still open on the first day of students."""
    return seat.closed_on is None or seat.closed_on > day
