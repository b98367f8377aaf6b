"""Whom to chase: everyone who owes something that is late or soon will be, in one row each."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from roles.models import (
    Assignment,
    District,
    LetterKind,
    MailPreference,
    Membership,
    Notice,
    NoticeStatus,
    OwedStatus,
    User,
)
from roles.services.gathering import BY_HAND
from tutoring_admin.dashboards.owing import KINDS, Open, Thing

REST = 3  # days after which somebody may be nudged again
NEVER_SENT = (OwedStatus.FAILED, OwedStatus.CANCELLED, OwedStatus.EXPIRED)


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


def _said(day: dt.date, today: dt.date) -> str:
    return "today" if day == today else f"on {day:%b} {day.day}"
