"""Job descriptions in review: where each stands, what waits on whom, what was said when."""

from __future__ import annotations

import copy
import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from roles.access import Reach
from roles.capabilities import CATALOGUE, Capability
from roles.comparing import Comparison, compare
from roles.contents import FIELDS, content_of
from roles.models import (
    Approval,
    Assignment,
    JobDescriptionVersion,
    Membership,
    Review,
    RouteStep,
    User,
)

Decision = Approval.Decision
APPROVES = frozenset(
    level for level, spec in CATALOGUE.items() if Capability.JOB_DESCRIPTION_APPROVE in spec.grants
)


@dataclass(frozen=True)
class Stop:
    """A stop of the district's route and who sits there today. `barred` may not approve."""

    step: RouteStep
    holders: Sequence[User]
    barred: Sequence[User]

    @property
    def is_vacant(self) -> bool:
        return not self.holders


@dataclass(frozen=True)
class Running:
    """A review under way: its stops, the one that waits, and since when."""

    review: Review
    stops: Sequence[Approval]
    waiting: Approval
    since: dt.datetime

    @property
    def last(self) -> Approval:
        return self.stops[-1]


@dataclass(frozen=True)
class Duty:
    """What a line is tied to: the document shows its key."""

    key: str


@dataclass(frozen=True)
class Sentence:
    """One responsibility of a text that was sent, as the document shows it."""

    text: str
    duty: Duty | None


def route(reach: Reach, day: dt.date) -> list[Stop]:
    """The district's route with who holds each role on the day. Three queries."""
    steps = list(RouteStep.objects.reachable(reach).select_related("role"))
    seated = holders([step.role_id for step in steps], reach, day)
    people = {person.pk for found in seated.values() for person in found}
    may = set(
        Membership.objects.reachable(reach)
        .filter(user__in=people, level__in=APPROVES)
        .values_list("user", flat=True)
    )
    return [
        Stop(
            step,
            seated[step.role_id],
            [person for person in seated[step.role_id] if person.pk not in may],
        )
        for step in steps
    ]


def holders(roles: Sequence[int], reach: Reach, day: dt.date) -> dict[int, list[User]]:
    """Who holds these roles (primary keys) anywhere in the district on the day. One query."""
    found = Assignment.objects.reachable(reach).in_force(day).filter(position__role__in=roles)
    seated: dict[int, list[User]] = defaultdict(list)
    for assignment in found.select_related("holder", "position"):
        people = seated[assignment.position.role_id]
        if assignment.holder not in people:
            people.append(assignment.holder)
    return seated


def running(reach: Reach) -> dict[int, Running]:
    """Every review under way in the district, by its version's primary key. Two queries."""
    reviews = _under_way(reach).select_related("version").defer("content")
    return {review.version_id: _running(review) for review in reviews}


def running_of(version: JobDescriptionVersion, reach: Reach) -> Running | None:
    """The review of one version that is under way, with its content. Two queries."""
    review = _under_way(reach).filter(version=version).first()
    return _running(review) if review else None


def _under_way(reach: Reach) -> QuerySet[Review]:
    stops = Prefetch("approvals", Approval.objects.reachable(reach).select_related("role", "by"))
    found = Review.objects.reachable(reach).running().select_related("sent_by")
    return found.prefetch_related(stops)


def _running(review: Review) -> Running:
    stops = list(review.approvals.all())
    waiting = next(stop for stop in stops if stop.decision == Decision.WAITING)
    since = max((stop.at for stop in stops if stop.at), default=review.sent_at)
    return Running(review, stops, waiting, since)


def as_sent(
    version: JobDescriptionVersion, review: Review
) -> tuple[JobDescriptionVersion, list[Sentence]]:
    """The very text of a review, in the form the document is drawn from."""
    shown = copy.copy(version)
    for name in FIELDS:
        setattr(shown, name, review.content[name])
    ends_on = review.content["funding_ends_on"]
    shown.funding_ends_on = dt.date.fromisoformat(ends_on) if ends_on else None
    lines = review.content["lines"]
    return shown, [Sentence(text, Duty(key) if key else None) for key, text in lines]


def since_published(
    version: JobDescriptionVersion, content: dict[str, object], reach: Reach
) -> Comparison | None:
    """A content against the text in force; None if there is none."""
    published = JobDescriptionVersion.objects.reachable(reach).published()
    before = published.filter(job_description=version.job_description_id).first()
    return compare(content_of(before), content) if before and before.pk != version.pk else None


def approved_before(review: Review, reach: Reach) -> Approval | None:
    """What this person approved last of the same version, if it was another text."""
    given = Approval.objects.reachable(reach).filter(
        by=reach.user.pk, decision=Decision.APPROVED, review__version=review.version_id
    )
    earlier = given.filter(review__number__lt=review.number).select_related("review")
    last = earlier.order_by("-at").first()
    return last if last and last.sha256 != review.sha256 else None


def since_approved(earlier: Approval | None, review: Review) -> Comparison | None:
    return compare(earlier.review.content, review.content) if earlier else None


def returned(version: JobDescriptionVersion, reach: Reach) -> Approval | None:
    """Why a draft came back, until it is sent again."""
    if version.status != JobDescriptionVersion.Status.DRAFT:
        return None
    last = Review.objects.reachable(reach).filter(version=version).defer("content").first()
    if last is None or last.outcome != Review.Outcome.RETURNED:
        return None
    found = Approval.objects.reachable(reach).filter(review=last, decision=Decision.RETURNED)
    return found.select_related("role", "by").first()
