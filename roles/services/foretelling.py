"""The ladder before it fires: who will be mailed about a thing, and when."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q

from roles.ladder import CLIMB, Step, days_of
from roles.models import Audience, District, Notice, NoticeStatus, OwedStatus
from roles.notices import Due
from roles.services.calendar import quiet_days_to_come
from roles.services.hearing import Hearer, Hearers
from roles.services.notices import ladder_of


@dataclass(frozen=True)
class Planned:
    """A day on which an audience will hear, if nothing moves; `who` are the people of today, and
    `readers` their primary keys.
    """

    day: dt.date
    audience: Audience
    who: tuple[str, ...]
    in_brief: bool = False
    readers: tuple[int, ...] = ()

    @property
    def names(self) -> str:
        return ", ".join(self.who)


def planned(
    district: District,
    subject: str,
    due_on: dt.date,
    *,
    position_id: int | None = None,
    reader_id: int | None = None,
    steps: tuple[Step, ...] | None = None,
    climbs: bool = True,
) -> list[Planned]:
    """Who will be mailed about a thing and when, from today on: the ladder before it fires.

    What was said already is left out, as are audiences that nobody is in. What was missed speaks
    today. 3 to 9 queries.
    """
    today, quiet = district.today(), quiet_days_to_come(district)
    due = Due(
        subject=subject,
        due_on=due_on,
        title="",
        path="",
        position_id=position_id,
        reader_id=reader_id,
        steps=steps,
        climbs=climbs,
    )
    hearers = Hearers(district, today, [due])
    own = days_of(due.ladder(ladder_of(district)), due_on, quiet)
    coming = [(day, step) for day, step in own if day >= today]
    by_audience, said = _by_audience(due, hearers), _said(district, due)
    found = []
    for day, step in coming:
        users = [
            h.user
            for h in by_audience[step.audience]
            if (step.days, step.audience, h.user.pk) not in said
        ]
        if users:
            who, readers = tuple(map(str, users)), tuple(user.pk for user in users)
            found.append(Planned(day, Audience(step.audience), who, step.in_brief, readers))
    return found


def _by_audience(due: Due, hearers: Hearers) -> dict[str, list[Hearer]]:
    """Who is in each audience, from the owner up; nobody twice."""
    found: dict[str, list[Hearer]] = {}
    told: set[int] = set()
    for audience in CLIMB:
        found[audience] = [h for h in hearers.of(due, audience) if h.user.pk not in told]
        told |= {hearer.user.pk for hearer in found[audience]}
    return found


def _said(district: District, due: Due) -> set[tuple[int | None, str, int]]:
    rows = Notice.objects.filter(district=district, subject=due.subject, due_on=due.due_on)
    over = rows.filter(Q(status=NoticeStatus.SAID) | Q(letter__status=OwedStatus.FAILED))
    return set(over.values_list("rung", "audience", "reader"))
