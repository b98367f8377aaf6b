"""Asked to decide on a job description: at once, then after 3, 7 and 14 days, until decided.

The line names the parts that changed; the page it leads to shows every word of the comparison.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, TruncDate
from django.urls import reverse

from roles.capabilities import CATALOGUE, Capability
from roles.comparing import compare
from roles.contents import contents_of
from roles.ladder import Step
from roles.models import (
    Approval,
    Assignment,
    District,
    JobDescriptionVersion,
    Membership,
    Position,
    Review,
    User,
)
from roles.notices import Due, Line, Mine

KIND = "review"
STEPS = (Step(0), Step(3), Step(7), Step(14))
SAME = "It reads as it did when you approved it."


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Who is asked: the one seat of the role by its position, or else one person. `person`: who
    that is today.
    """

    person: int
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
        """All that wait, however long, until `last`. At most 4 queries, and 4 more for `mine`:
        only what one person reads says what changed.
        """
        found = [each for each in _dues(district, waiting(district)) if each.due.due_on <= last]
        if mine is None:
            return (each.due for each in found)
        return _with_changes(district, [each for each in found if mine.has(each.due)])

    def still(self, district: District, subjects: Collection[str]) -> dict[str, Line]:
        """Those of the subjects on which nobody has decided. At most 8 queries."""
        stops = {int(subject.split(":")[1]) for subject in subjects}
        found = _dues(district, waiting(district).filter(pk__in=stops))
        wanted = [each for each in found if each.due.subject in subjects]
        return {due.subject: due for due in _with_changes(district, wanted)}


@dataclass(frozen=True)
class _Wait:
    """A stop that waits, and its line for one of those who are asked there."""

    stop: Any
    person: int
    due: Due


def waiting(district: District) -> QuerySet[Approval]:
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


def _dues(district: District, waiting: Iterable[Any]) -> Iterator[_Wait]:
    stops = list(waiting)
    people = asked(district, stops) if stops else {}
    for stop in stops:
        version = stop.review.version
        for who in people[stop.pk]:
            subject = f"{KIND}:{stop.pk}"
            due = Due(
                subject=f"{subject}:{who.reader_id}" if who.reader_id else subject,
                title=f"{version.title} job description",
                path=reverse("roles:version-review", args=[district.slug, version.pk]),
                due_on=stop.asked_on,
                since=True,
                position_id=who.position_id,
                reader_id=who.reader_id,
                verb="Decide",
                words=_words(stop.review),
                why=who.why,
                steps=STEPS,
                climbs=False,
            )
            yield _Wait(stop, who.person, due)


def _words(review: Review, changed: str = "") -> str:
    sent = f"{review.sent_by} sent version {review.version.number}."
    act = "Approve it, or return it and say what should change."
    return " ".join(filter(None, [sent, changed, act]))


def _with_changes(district: District, waits: Sequence[_Wait]) -> Iterator[Due]:
    """The lines, each with what changed since its reader approved the version, or else against the
    one in force. At most 4 queries.
    """
    if not waits:
        return
    reviews = {each.stop.review_id for each in waits}
    texts = dict(Review.objects.filter(pk__in=reviews).values_list("pk", "content"))
    approved = _approved_before(district, {each.stop.review.version_id for each in waits})
    in_force = _in_force(district, {each.stop.review.version.job_description_id for each in waits})
    for each in waits:
        review, text = each.stop.review, texts[each.stop.review_id]
        earlier = approved.get((review.version_id, each.person))
        changed = ""
        if earlier is not None:
            said = compare(earlier, text).in_words
            changed = f"Changed since you approved it: {said}." if said else SAME
        elif before := in_force.get(review.version.job_description_id):
            said = compare(before, text).in_words
            changed = f"Changed against the version in force: {said}." if said else ""
        yield replace(each.due, words=_words(review, changed))


def _approved_before(
    district: District, versions: Collection[int]
) -> dict[tuple[int, int | None], Any]:
    """By version and person, the text that they approved last of it. One query."""
    given = Approval.objects.filter(
        district=district, review__version__in=versions, decision=Approval.Decision.APPROVED
    )
    rows = given.order_by("at").values_list("review__version", "by", "review__content")
    return {(version, by): content for version, by, content in rows}


def _in_force(district: District, jobs: Collection[int]) -> dict[int, Any]:
    """By job description, the text of its version in force. Two queries."""
    published = JobDescriptionVersion.objects.filter(district=district, job_description__in=jobs)
    found = published.filter(status=JobDescriptionVersion.Status.PUBLISHED)
    texts = contents_of(found)
    return {version.job_description_id: texts[version.pk] for version in found}


def publishers(district: District) -> QuerySet[User]:
    """Who decides in place of a role that nobody holds: whoever may publish."""
    publishes = [
        level
        for level, spec in CATALOGUE.items()
        if Capability.JOB_DESCRIPTION_PUBLISH in spec.grants
    ]
    found = Membership.objects.filter(district=district, level__in=publishes)
    return User.objects.filter(is_active=True, pk__in=found.values("user"))


def asked(district: District, stops: Collection[Approval]) -> dict[int, list[Asked]]:
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
    found: dict[int, list[Asked]] = {}
    for stop in stops:
        people, own = sorted(holders[stop.role_id]), seats[stop.role_id]
        if people and len(own) == 1:
            found[stop.pk] = [Asked(person=people[0], position_id=next(iter(own)))]
        elif people:
            why = f"you hold the role {stop.role}"
            found[stop.pk] = [Asked(person=pk, reader_id=pk, why=why) for pk in people]
        else:
            why = f"nobody holds the role {stop.role}, and you may publish"
            found[stop.pk] = [Asked(person=pk, reader_id=pk, why=why) for (pk,) in instead]
    return found
