"""A changed school calendar as a source of notices: whose milestones moved hears of it once."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from django.urls import reverse

from roles.models import AuditEvent, District
from roles.notices import Line, News, number
from roles.schooltime import year_name

VERB: Final = "roadmap.calendar_changed"


class MovedDates(News):
    """New dates of milestones after a change of the calendar."""

    kind = "moved"

    def still(self, district: District, subjects: Collection[str]) -> dict[str, Line]:
        """The changes of the calendar, by the audit row of each. One query."""
        pks = {number(subject) for subject in subjects}
        events = AuditEvent.objects.filter(district=district, verb=VERB, pk__in=pks)
        path = reverse("roadmap:index", kwargs={"district": district.slug}) + "?view=mine"
        return {
            subject_of(event.pk): Line(
                title=f"the new dates of your milestones, {year_name(event.detail['label'])}",
                path=path,
                verb="See",
                words="The school calendar has changed, and what was counted in it moved along.",
                why="you hold a position whose milestones moved with the school calendar",
            )
            for event in events
        }


def subject_of(event_pk: int) -> str:
    return f"{MovedDates.kind}:{event_pk}"
