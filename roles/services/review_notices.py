"""Asked to decide on a job description: heard of again after 3, 7 and 14 days, until decided.

The asking itself is a letter of its own, with the comparison: see `roles.services.review_letters`.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, TruncDate
from django.urls import reverse

from roles.ladder import Step
from roles.models import Approval, Assignment, District, JobDescriptionVersion, Position, Review
from roles.notices import Due, Line, Mine
from roles.services.review_letters import publishers

KIND = "review"
STEPS = (Step(3), Step(7), Step(14))


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """Who is asked: the one seat of the role by its position, or else one person."""

    position_id: int | None = None
    reader_id: int | None = None
    why: str = ""


class Decisions:
    """The stop at which each review waits: "review:<approval>", since the day it was asked.

    Of a role with several seats, or with none that is held, each person has a line of their own:
    "review:<approval>:<person>". A vacant role is decided for by whoever may publish, not by who
    answers for its seat. It does not climb.
    """

    kind = KIND

    def due(
        self, district: District, first: dt.date, last: dt.date, mine: Mine | None = None
    ) -> Iterator[Due]:
        """All that wait, however long, until `last`. At most 4 queries."""
        return (due for due in _dues(district, _waiting(district)) if due.due_on <= last)

    def still(self, district: District, subjects: Collection[str]) -> dict[str, Line]:
        """Those of the subjects on which nobody has decided. At most 4 queries."""
        stops = {int(subject.split(":")[1]) for subject in subjects}
        found = _dues(district, _waiting(district).filter(pk__in=stops))
        return {due.subject: due for due in found if due.subject in subjects}


def _waiting(district: District) -> QuerySet[Approval]:
    """The first undecided stop of each running review, with `asked_on`: when the one before it
    approved, or the text was sent.
    """
    before = Approval.objects.filter(review=OuterRef("review"), order__lt=OuterRef("order"))
    passed = before.order_by("-order").values("at")[:1]
    asked_at = Coalesce(Subquery(passed), "review__sent_at")
    found = Approval.objects.filter(
        district=district,
        decision=Approval.Decision.WAITING,
        review__outcome=Review.Outcome.RUNNING,
        review__version__status=JobDescriptionVersion.Status.IN_REVIEW,
    )
    first = found.exclude(Exists(before.filter(decision=Approval.Decision.WAITING)))
    with_day = first.annotate(asked_on=TruncDate(asked_at, tzinfo=district.zone))
    named = with_day.select_related("role", "review__sent_by", "review__version")
    return named.defer("review__content").order_by("asked_on", "pk")


def _dues(district: District, waiting: Iterable[Any]) -> Iterator[Due]:
    stops = list(waiting)
    asked = _asked(district, stops) if stops else {}
    for stop in stops:
        version = stop.review.version
        for who in asked[stop.pk]:
            subject = f"{KIND}:{stop.pk}"
            yield Due(
                subject=f"{subject}:{who.reader_id}" if who.reader_id else subject,
                title=f"{version.title} job description",
                path=reverse("roles:version-review", args=[district.slug, version.pk]),
                due_on=stop.asked_on,
                since=True,
                position_id=who.position_id,
                reader_id=who.reader_id,
                verb="Decide on",
                words=(
                    f"{stop.review.sent_by} sent version {version.number}. Approve it, or return"
                    " it and say what should change."
                ),
                why=who.why,
                steps=STEPS,
                climbs=False,
            )


def _asked(district: District, stops: Collection[Approval]) -> dict[int, list[_Asked]]:
    """By the primary key of each stop, who may decide there today. 2 or 3 queries."""
    roles, day = {stop.role_id for stop in stops}, district.today()
    seats: dict[int, set[int]] = defaultdict(set)
    open_seats = Position.objects.filter(district=district, role__in=roles).active(day)
    for role, seat in open_seats.values_list("role", "pk"):
        seats[role].add(seat)
    held = Assignment.objects.filter(district=district, position__role__in=roles).in_force(day)
    holders: dict[int, set[int]] = defaultdict(set)
    for role, seat, holder in held.values_list("position__role", "position", "holder"):
        seats[role].add(seat)
        holders[role].add(holder)
    instead = [] if roles <= set(holders) else sorted(publishers(district).values_list("pk"))
    found: dict[int, list[_Asked]] = {}
    for stop in stops:
        people, own = sorted(holders[stop.role_id]), seats[stop.role_id]
        if people and len(own) == 1:
            found[stop.pk] = [_Asked(position_id=next(iter(own)))]
        elif people:
            why = f"you hold the role {stop.role}"
            found[stop.pk] = [_Asked(reader_id=pk, why=why) for pk in people]
        else:
            why = f"nobody holds the role {stop.role}, and you may publish"
            found[stop.pk] = [_Asked(reader_id=pk, why=why) for (pk,) in instead]
    return found
