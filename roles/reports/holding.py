"""One position: who held it, what waits on it; and who could hold it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from roles.access import Reach
from roles.models import (
    Acknowledgement,
    Assignment,
    Invitation,
    JobDescriptionVersion,
    Membership,
    NotNeeded,
    Position,
    User,
)
from roles.open_work import OpenItem, open_items

MOST = 8  # people offered at once


@dataclass(frozen=True)
class PositionStory:
    """A position today and before. `since` is the day its present state began.

    `text` is the job description in force; `read_at` when the holder acknowledged it.
    """

    position: Position
    now: Assignment | None
    coming: Sequence[Assignment]
    before: Sequence[Assignment]
    since: dt.date
    text: JobDescriptionVersion | None
    read_at: dt.datetime | None
    waiting: Sequence[OpenItem]
    spared: NotNeeded | None

    @property
    def state(self) -> str:
        if self.now is None:
            return "vacant"
        return "interim" if self.now.interim else "filled"


def story(position: Position, reach: Reach, day: dt.date) -> PositionStory:
    terms = list(
        Assignment.objects.reachable(reach).filter(position=position).select_related("holder")
    )
    now = next((t for t in terms if t.starts_on <= day and (t.ends_on or day) >= day), None)
    before = [t for t in terms if t.ends_on and t.ends_on < day]
    texts = JobDescriptionVersion.objects.reachable(reach).published()
    text = texts.filter(job_description__role=position.role).first()
    spared = NotNeeded.objects.reachable(reach).filter(
        role=position.role_id, school=position.school_id
    )
    return PositionStory(
        position=position,
        now=now,
        coming=[t for t in reversed(terms) if t.starts_on > day],
        before=before,
        since=_since(position, now, before),
        text=text,
        read_at=_read_at(text, now, reach),
        waiting=open_items(reach, [position.pk]),
        spared=spared.first(),
    )


def _since(position: Position, now: Assignment | None, before: Sequence[Assignment]) -> dt.date:
    if now is not None:
        return now.starts_on
    left = [term.ends_on for term in before if term.ends_on]
    return max(left) + dt.timedelta(days=1) if left else position.opened_on


def _read_at(
    text: JobDescriptionVersion | None, now: Assignment | None, reach: Reach
) -> dt.datetime | None:
    if text is None or now is None:
        return None
    done = Acknowledgement.objects.reachable(reach).filter(version=text, assignment=now)
    at: dt.datetime | None = done.values_list("at", flat=True).first()
    return at


@dataclass(frozen=True)
class Candidate:
    """A person of the district: what they hold now, and whether they may do anything there."""

    person: User
    holds: Sequence[Assignment]
    has_access: bool


def people_of(reach: Reach) -> QuerySet[User]:
    """Everyone with access to the district or a position in it, whose account is open."""
    return User.objects.filter(
        Exists(Membership.objects.reachable(reach).filter(user=OuterRef("pk")))
        | Exists(Assignment.objects.reachable(reach).filter(holder=OuterRef("pk"))),
        is_active=True,
    )


def candidates(position: Position, words: str, chosen: str, reach: Reach) -> list[Candidate]:
    """Who could take the position: by name or e-mail; without words those near it, free first.

    The person already chosen (a primary key as typed) stands first. Two queries.
    """
    day = reach.district.today()
    terms = Assignment.objects.reachable(reach).in_force(day)
    there = Membership.objects.reachable(reach).filter(
        Q(school=position.school_id) | Q(school=None), user=OuterRef("pk")
    )
    near = Membership.objects.reachable(reach).filter(
        school=position.school_id, user=OuterRef("pk")
    )
    found = people_of(reach).annotate(
        has_access=Exists(there),
        is_near=Exists(near),
        is_busy=Exists(terms.filter(holder=OuterRef("pk"))),
    )
    for word in words.split():
        found = found.filter(
            Q(first_name__icontains=word) | Q(last_name__icontains=word) | Q(email__icontains=word)
        )
    order = ("-is_near", "is_busy", "last_name", "first_name", "pk")
    people: list[User] = list(found.order_by(*order)[:MOST])
    if chosen.isdecimal() and all(person.pk != int(chosen) for person in people):
        people = [*_chosen(people_of(reach), chosen, there), *people]
    return _with_terms(people, terms)


def _chosen(people: QuerySet[User], chosen: str, there: QuerySet[Membership]) -> QuerySet[User]:
    # a number longer than the column finds nobody, rather than an error
    found = people.annotate(has_access=Exists(there))
    return found.filter(pk=chosen) if len(chosen) < len(str(2**63)) else found.none()


def _with_terms(people: Sequence[User], terms: QuerySet[Assignment]) -> list[Candidate]:
    held = defaultdict(list)
    of_them = terms.filter(holder__in=people)
    for term in of_them.select_related(
        "position__role", "position__school", "position__department"
    ):
        held[term.holder_id].append(term)
    return [
        Candidate(person, held[person.pk], person.has_access)  # type: ignore[attr-defined]
        for person in people
    ]


def invited_to(position: Position, reach: Reach) -> QuerySet[Invitation]:
    """Open invitations to the position's place, for those who may see invitations."""
    return Invitation.objects.reachable(reach).open().filter(school=position.school_id)
