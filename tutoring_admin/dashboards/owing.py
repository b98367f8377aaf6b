"""Who owes something that is late or soon will be: one query for all of it.

Milestones, actions and meeting actions that are past due; checklists of windows that close within
two weeks; job descriptions that have waited to be read for a week.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import CharField, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.http import urlencode

from checklists.models import Window
from checklists.notices import action_subject, form_subject, open_actions, waiting_forms
from roadmap.meeting_notices import action_subject as meeting_action_subject
from roadmap.models import MeetingAction, MeetingState, Milestone
from roadmap.notices import subject_of
from roles.access import Access, Reach
from roles.capabilities import Capability
from roles.models import Assignment, District, SchoolYear
from roles.services import reminding
from roles.services.acknowledging import subject_of as reading_subject

SOON, A_WEEK = dt.timedelta(days=14), dt.timedelta(days=7)
KINDS = ("milestone", "meeting_action", "action", "checklist", "acknowledgement")
LEADS_TO = {
    "milestone": "roadmap:detail",
    "meeting_action": "roadmap:meeting-action",
    "action": "checklists:action",
}


@dataclass(frozen=True, slots=True)
class Thing:
    """One open thing. `subject` is what notices call it, `due_on` the day since which a job
    description waits where `since`. `person` is None while nobody holds the seat that owes it.
    """

    kind: str
    person: int | None
    position: int | None
    pk: int
    beside: int
    title: str
    due_on: dt.date

    @property
    def since(self) -> bool:
        return self.kind == "acknowledgement"

    @property
    def subject(self) -> str:
        if self.kind == "checklist":
            return form_subject(self.beside, self.pk)
        if self.kind == "acknowledgement":
            return reading_subject(self.pk, self.person or 0)
        named = {"milestone": subject_of, "meeting_action": meeting_action_subject}
        return named.get(self.kind, action_subject)(self.pk)

    @property
    def words(self) -> str:
        """As a row names it."""
        if self.kind == "acknowledgement":
            return f"Read: {self.title}"
        return f"Action from {self.title}" if self.kind == "action" else self.title

    def chip(self, today: dt.date) -> tuple[str, str]:
        """The kind of the status chip and its words."""
        days = (today - self.due_on).days
        if self.since:
            return "due-soon", f"Waits {_days(days)}"
        if days > 0:
            return "late", f"{_days(days)} late"
        return "due-soon", "Closes today" if days == 0 else f"Closes in {_days(-days)}"

    def address(self, district: District, name: str = "") -> str:
        """Its page; where that is a list of people, narrowed to the one of this name."""
        if self.kind in LEADS_TO:
            return reverse(LEADS_TO[self.kind], args=[district.slug, self.pk])
        if self.kind == "checklist":
            page = reverse("checklists:window-detail", args=[district.slug, self.beside])
        else:
            page = reverse("roles:acknowledgements", args=[district.slug])
        return f"{page}?{urlencode({'q': name})}" if name else page


@dataclass(frozen=True)
class Open:
    """All that is owed, as it is kept for everyone who runs the program."""

    things: tuple[Thing, ...] = ()

    def but(self, person: int) -> dict[int, tuple[Thing, ...]]:
        """The same without one person: what they owe themselves waits on them elsewhere."""
        return {pk: things for pk, things in self.by_person.items() if pk != person}

    @cached_property
    def by_person(self) -> dict[int, tuple[Thing, ...]]:
        """Whoever owes most comes first, then what is due longest."""
        found: dict[int, dict[str, Thing]] = defaultdict(dict)
        for thing in self.things:
            if thing.person is not None:
                found[thing.person].setdefault(thing.subject, thing)
        rows = {
            person: tuple(sorted(things.values(), key=lambda each: (each.due_on, each.title)))
            for person, things in found.items()
        }
        order = sorted(rows, key=lambda each: (-len(rows[each]), rows[each][0].due_on, each))
        return {person: rows[person] for person in order}

    @cached_property
    def nobodys(self) -> tuple[Thing, ...]:
        """What is late at seats that nobody holds."""
        return tuple(thing for thing in self.things if thing.person is None)

    @cached_property
    def late_milestones(self) -> tuple[Thing, ...]:
        """The longest late first."""
        found = (thing for thing in self.things if thing.kind == "milestone")
        return tuple(sorted(found, key=lambda thing: (thing.due_on, thing.pk)))


def who_owes(access: Access, year: SchoolYear | None, today: dt.date) -> Open:
    """One query, over the whole district; nothing for who does not run the program."""
    manages = access.reach(Capability.ROADMAP_MANAGE)
    if not manages:
        return Open()
    parts = [
        _milestones(manages, year, today),
        _meeting_actions(manages, today),
        _actions(access.district, today),
        _forms(access.district, today),
        _unread(access.reach(Capability.ROLES_MANAGE), today),
    ]
    rows = parts[0].union(*parts[1:], all=True)
    return Open(tuple(Thing(*row) for row in rows))


def _row(kind: str, rows: QuerySet, **fields: Any) -> QuerySet:
    """The columns of a `Thing`, in one shape for all kinds."""
    shaped = {
        "t_kind": Value(kind, CharField()),
        "t_person": Cast(fields["person"], IntegerField()),
        "t_position": Cast(fields.get("position", Value(None)), IntegerField()),
        "t_pk": Cast(fields.get("pk", F("pk")), IntegerField()),
        "t_beside": Cast(fields.get("beside", Value(0)), IntegerField()),
        "t_title": Cast(fields["title"], CharField()),
        "t_due_on": F(fields.get("due_on", "due_on")),
    }
    columns: QuerySet = rows.order_by().annotate(**shaped).values_list(*shaped)
    return columns


def _holder(today: dt.date) -> Subquery:
    held = Assignment.objects.filter(position=OuterRef("owner")).in_force(today)
    return Subquery(held.order_by("starts_on", "pk").values("holder")[:1])


def _milestones(reach: Reach, year: SchoolYear | None, today: dt.date) -> QuerySet:
    late = Milestone.objects.reachable(reach).filter(school_year=year).late(today)
    return _row("milestone", late, person=_holder(today), position=F("owner"), title=F("title"))


def _meeting_actions(reach: Reach, today: dt.date) -> QuerySet:
    told = Q(meeting__state=MeetingState.HELD) | Q(meeting__on__lt=today)
    late = MeetingAction.objects.reachable(reach).filter(told, due_on__lt=today).open()
    return _row("meeting_action", late, person=_holder(today), position=F("owner"), title=F("text"))


def _actions(district: District, today: dt.date) -> QuerySet:
    """By their window: an action that grew from one person's ratings is not told of here."""
    late = open_actions(district).select_related(None).filter(due_on__lt=today)
    return _row("action", late, person=F("owner"), title=F("window__label"))


def _forms(district: District, today: dt.date) -> QuerySet:
    running = Window.objects.filter(district=district).open_on(today)
    soon = waiting_forms(district).filter(
        window__in=running.filter(closes_on__lte=today + SOON).order_by().values("pk"),
        told_at__isnull=False,
    )
    return _row(
        "checklist",
        soon,
        person=F("rater"),
        position=F("position"),
        beside=F("window"),
        title=F("window__label"),
        due_on="window__closes_on",
    )


def _unread(reach: Reach, today: dt.date) -> QuerySet:
    held = Assignment.objects.reachable(reach)
    unread = reminding.unread(held, reach.district, today).filter(asked_on__lte=today - A_WEEK)
    return _row(
        "acknowledgement",
        unread.select_related(None),
        person=F("holder"),
        position=F("position"),
        pk=F("version_pk"),
        title=F("position__role__title"),
        due_on="asked_on",
    )


def _days(days: int) -> str:
    return f"{days} day{'' if days == 1 else 's'}"
