"""Whom to chase: everyone who owes something that is late or soon will be, in one row each.

Milestones, actions and meeting actions that are past due; checklists of windows that close within
two weeks; job descriptions that have waited to be read for a week. One query for all of it.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import (
    CharField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
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
from roles.models import (
    Assignment,
    District,
    LetterKind,
    MailPreference,
    Membership,
    Notice,
    NoticeStatus,
    OwedStatus,
    SchoolYear,
    User,
)
from roles.services import reminding
from roles.services.acknowledging import subject_of as reading_subject
from roles.services.gathering import BY_HAND

SOON, A_WEEK = dt.timedelta(days=14), dt.timedelta(days=7)
REST = 3  # days after which somebody may be nudged again
KINDS = ("milestone", "meeting_action", "action", "checklist", "acknowledgement")
LEADS_TO = {
    "milestone": "roadmap:detail",
    "meeting_action": "roadmap:meeting-action",
    "action": "checklists:action",
}
NEVER_SENT = (OwedStatus.FAILED, OwedStatus.CANCELLED, OwedStatus.EXPIRED)


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


@dataclass(frozen=True)
class Person:
    """One who owes something: first the seats and places, then the name. `heard_on` is the day of
    the last letter about what is owed, `by_hand_on` of the last one that somebody asked for.
    """

    pk: int
    name: str
    seats: Mapping[int, str]
    things: Sequence[Thing]
    heard_on: dt.date | None
    by_hand_on: dt.date | None
    can_hear: bool
    wants_letters: bool

    def seat_of(self, position: int | None) -> str:
        """The seat that owes a thing, and who holds it."""
        seat = self.seats.get(position or 0)
        return f"{seat}: {self.name}" if seat else self.name

    def why_not(self, today: dt.date) -> str:
        """Why this person is not written to today; empty if they can be."""
        if not self.things:
            return "owes nothing any more"
        if not self.can_hear:
            return "cannot sign in here"
        if not self.wants_letters:
            return "turned letters off"
        if self.by_hand_on and (today - self.by_hand_on).days < REST:
            return f"was reminded {_said(self.by_hand_on, today)}"
        return "had a letter today" if self.heard_on == today else ""


@dataclass(frozen=True)
class Line:
    """One open thing as a row shows it."""

    words: str
    address: str
    kind: str
    label: str


@dataclass(frozen=True)
class Row:
    """One person of the list. `why_not`: why they cannot be reminded today, or empty."""

    person: Person
    lines: Sequence[Line]
    why_not: str


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


def people(pks: Collection[int], owed: Open, district: District, today: dt.date) -> list[Person]:
    """These people in the given order, with what they owe. Two queries."""
    if not pks:
        return []
    letters = _letters(district).values("letter__owed_at")[:1]
    by_hand = _letters(district).filter(letter__key__startswith=BY_HAND)
    off = MailPreference.objects.filter(district=district, person=OuterRef("pk"))
    inside = Membership.objects.filter(district=district, user=OuterRef("pk"))
    found = User.objects.filter(pk__in=pks).annotate(
        heard_at=Subquery(letters),
        by_hand_at=Subquery(by_hand.values("letter__owed_at")[:1]),
        is_off=Exists(off.exclude(off_since=None)),
        is_inside=Exists(inside),
    )
    seats = _seats(pks, district, today)
    by_pk = {row.pk: _person(row, seats[row.pk], owed, district) for row in found}
    return [by_pk[pk] for pk in pks if pk in by_pk]


def rows(pks: Collection[int], owed: Open, district: District, today: dt.date) -> list[Row]:
    """The same as a list shows them."""
    return [
        Row(
            each,
            _lines(each, district, today),
            each.why_not(today),
        )
        for each in people(pks, owed, district, today)
    ]


def _lines(person: Person, district: District, today: dt.date) -> list[Line]:
    """One line for each thing; several checklists of one window are one."""
    found: dict[tuple[str, int], list[Thing]] = {}
    for thing in person.things:
        one = thing.beside if thing.kind == "checklist" else thing.pk
        found.setdefault((thing.kind, one), []).append(thing)
    return [
        line(things[0], district, today, person.name, many=len(things)) for things in found.values()
    ]


def line(
    thing: Thing, district: District, today: dt.date, name: str = "", *, many: int = 1
) -> Line:
    words = f"{thing.words}, {many} forms" if many > 1 else thing.words
    return Line(words, thing.address(district, name), *thing.chip(today))


def _seats(
    pks: Collection[int], district: District, today: dt.date
) -> defaultdict[int, dict[int, str]]:
    """The seats that each of these people holds: position and words."""
    held = Assignment.objects.filter(district=district, holder__in=pks).in_force(today)
    ordered = held.order_by("position__role__order", "position__school__name", "pk")
    found: defaultdict[int, dict[int, str]] = defaultdict(dict)
    for holder, position, role, school, department in ordered.values_list(
        "holder",
        "position",
        "position__role__title",
        "position__school__name",
        "position__department__name",
    ):
        found[holder][position] = f"{role}, {school or department or 'central office'}"
    return found


def _person(row: Any, seats: dict[int, str], owed: Open, district: District) -> Person:
    heard, by_hand = (
        at.astimezone(district.zone).date() if at else None for at in (row.heard_at, row.by_hand_at)
    )
    return Person(
        pk=row.pk,
        name=str(row),
        seats=seats,
        things=owed.by_person.get(row.pk, ()),
        heard_on=heard,
        by_hand_on=by_hand,
        can_hear=row.is_active and row.is_inside,
        wants_letters=not row.is_off,
    )


def _letters(district: District) -> QuerySet[Notice]:
    """Daily letters and those by hand that told a person of such things; not the weekly brief,
    which tells of everything.
    """
    told = Notice.objects.filter(
        district=district, reader=OuterRef("pk"), source__in=KINDS, letter__kind=LetterKind.DUE
    )
    sent = told.exclude(status=NoticeStatus.WITHDRAWN).exclude(letter__status__in=NEVER_SENT)
    return sent.order_by("-letter__owed_at")


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


def _said(day: dt.date, today: dt.date) -> str:
    return "today" if day == today else f"on {day:%b} {day.day}"
