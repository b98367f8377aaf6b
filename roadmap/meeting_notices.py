"""Meetings as sources of notices: agendas, minutes to read, and actions that are due.

A meeting that comes every week or two is a line of the weekly brief; a rarer one has its agenda
mailed the day before. So the mail stays worth opening.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format, time_format

from roadmap.models import Meeting, MeetingAction, MeetingState, Rhythm, SeriesMember
from roles.ladder import Step
from roles.models import District
from roles.notices import Due, Line, Mine, News, number

OFTEN = (Rhythm.WEEKLY, Rhythm.TWO_WEEKS)
IN_BRIEF = (Step(-6, in_brief=True),)
THE_DAY_BEFORE = (Step(-1),)
FIELDS = ("pk", "on", "at", "minutes_long", "series__title", "series__place", "series__rhythm")


def is_often(rhythm: str) -> bool:
    return rhythm in OFTEN


class Meetings:
    """Agendas of meetings to come, for everyone who sits in them."""

    kind = "meeting"

    def due(
        self, district: District, first: dt.date, last: dt.date, mine: Mine | None = None
    ) -> Iterator[Due]:
        """One for each position of each meeting that has not begun its day yet. Two queries."""
        until = (max(first, district.today()), last)
        found = Meeting.objects.filter(district=district, on__range=until).planned()
        rows = list(found.values(*FIELDS, "series", "series__chair"))
        seats = SeriesMember.objects.filter(series__in={row["series"] for row in rows})
        if mine is not None:
            seats = seats.filter(position__in=mine.positions)
        by_series: dict[int, set[int]] = {}
        for series, position in seats.values_list("series", "position"):
            by_series.setdefault(series, set()).add(position)
        for row in rows:
            steps = IN_BRIEF if is_often(row["series__rhythm"]) else THE_DAY_BEFORE
            chair = {row["series__chair"]} - {None}
            for position in sorted(by_series.get(row["series"], set()) | chair):
                yield Due(
                    subject=agenda_of(row["pk"], position),
                    position_id=position,
                    steps=steps,
                    **_of_meeting(district, row),
                )

    def still(self, district: District, subjects: Collection[str]) -> dict[str, Line]:
        """Those that are still to come. One query."""
        asked = {subject: _parts(subject) for subject in subjects}
        found = Meeting.objects.filter(
            district=district,
            pk__in={meeting for meeting, _ in asked.values()},
            on__gte=district.today(),
        )
        rows = {row["pk"]: _of_meeting(district, row) for row in found.planned().values(*FIELDS)}
        return {
            subject: Line(why=SITS, position_id=position, **rows[meeting])
            for subject, (meeting, position) in asked.items()
            if meeting in rows
        }


def agenda_of(meeting_pk: int, position_pk: int) -> str:
    """The agenda of one meeting as the subject of what one position hears."""
    return f"meeting:{meeting_pk}:{position_pk}"


def _parts(subject: str) -> tuple[int, int]:
    _, meeting, position = subject.split(":")
    return int(meeting), int(position)


SITS = "you sit in this meeting"


def _of_meeting(district: District, row: dict[str, Any]) -> dict[str, Any]:
    place = f", {row['series__place']}" if row["series__place"] else ""
    return {
        "verb": "Read",
        "title": f"the agenda of {row['series__title']}",
        "path": reverse("roadmap:meeting", kwargs={"district": district.slug, "pk": row["pk"]}),
        "due_on": row["on"],
        "words": f"At {time_format(row['at'], 'g:i A')}, {row['minutes_long']} minutes{place}.",
    }


class Minutes(News):
    """Minutes that were closed: news for everyone who sits in the meeting, told by
    roadmap.services.minutes.
    """

    kind = "minutes"

    def still(self, district: District, subjects: Collection[str]) -> dict[str, Line]:
        """Those that are still closed. One query."""
        found = Meeting.objects.filter(
            district=district,
            pk__in=[number(each) for each in subjects],
            state=MeetingState.HELD,
        )
        return {
            f"minutes:{pk}": Line(
                verb="Read",
                title=f"the minutes of {title}, {date_format(on, 'M j')}",
                path=reverse("roadmap:meeting", kwargs={"district": district.slug, "pk": pk}),
                why=SITS,
            )
            for pk, title, on in found.values_list("pk", "series__title", "on")
        }


def action_subject(action_pk: int) -> str:
    return f"meeting_action:{action_pk}"


class Actions:
    """Open actions of meetings, for whoever holds the owner position."""

    kind = "meeting_action"

    def due(
        self, district: District, first: dt.date, last: dt.date, mine: Mine | None = None
    ) -> Iterator[Due]:
        """Open actions that are due in these days. One query."""
        found = self._open(district).filter(due_on__range=(first, last))
        if mine is not None:
            found = found.filter(owner__in=mine.positions)
        for row in _rows(found):
            yield Due(subject=action_subject(row["pk"]), **_of_action(district, row))

    def still(self, district: District, subjects: Collection[str]) -> dict[str, Line]:
        """Those that are open. One query."""
        found = self._open(district).filter(pk__in=[number(each) for each in subjects])
        return {
            action_subject(row["pk"]): Line(**_of_action(district, row)) for row in _rows(found)
        }

    def _open(self, district: District) -> Any:
        closed = Q(meeting__state=MeetingState.HELD) | Q(meeting__on__lt=district.today())
        return MeetingAction.objects.filter(closed, district=district).open()


def _rows(found: Any) -> Any:
    fields = ("pk", "text", "due_on", "owner", "meeting__on", "meeting__series__title")
    return found.order_by("due_on", "pk").values(*fields).iterator()


def _of_action(district: District, row: dict[str, Any]) -> dict[str, Any]:
    kwargs = {"district": district.slug, "pk": row["pk"]}
    meeting = f"{row['meeting__series__title']}, {date_format(row['meeting__on'], 'M j')}"
    return {
        "title": row["text"],
        "path": reverse("roadmap:meeting-action", kwargs=kwargs),
        "due_on": row["due_on"],
        "position_id": row["owner"],
        "words": f"Given at {meeting}.",
    }
