"""Job descriptions on their route: sent, approved stop by stop, returned, taken back.

Every verb locks the version first, so that of two people who act at once the second finds what
the first has done. An approval names the stop and the SHA-256 of the text its page showed.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from roles.access import Reach
from roles.capabilities import Capability
from roles.contents import content_of, digest
from roles.models import (
    Approval,
    Assignment,
    JobDescriptionVersion,
    LeadershipRole,
    Review,
    RouteStep,
)
from roles.services import jobs, review_news
from roles.services.audit import record
from roles.services.refusal import Refused, Stale

Status = JobDescriptionVersion.Status
Decision = Approval.Decision
Outcome = Review.Outcome


class NotAsked(Refused):
    """Someone else is asked to decide."""


@transaction.atomic
def send(version: JobDescriptionVersion, *, by: Reach, seen: dt.datetime | None = None) -> Review:
    """Send a draft along the district's route: keep its exact text, ask the first stop.

    The next round of letters asks whoever sits there. Those who approved an earlier text of this
    version are told what changed. `seen` is the `edited_at` of the text this person checked: raises
    Stale if someone wrote since. Raises Refused if it is no draft, says nothing, or no route is
    set.
    """
    held = _hold(version)
    if held.status != Status.DRAFT:
        raise Refused("This version is no draft any more.")
    if seen is not None and held.edited_at != seen:
        raise Stale("The draft was changed after you opened this page.")
    steps = list(RouteStep.objects.filter(district=by.district))
    content = content_of(held)
    if not steps:
        raise Refused("This district has set no route; who may publish publishes directly.")
    if not content["lines"]:
        raise Refused("A job description without responsibilities is not sent for review.")
    review = _start(held, content, steps, by)
    _put(version, Status.IN_REVIEW)
    review_news.tell_earlier(review, by=by)
    record(by, "job_description.sent", version, title=version.title, number=version.number)
    return review


def _start(
    version: JobDescriptionVersion, content: dict[str, object], steps: list[RouteStep], by: Reach
) -> Review:
    last = version.reviews.aggregate(last=Max("number"))["last"] or 0
    review = Review.objects.create(
        district=by.district,
        version=version,
        number=last + 1,
        content=content,
        sha256=digest(content),
        sent_by_id=by.user.pk,
    )
    Approval.objects.bulk_create(
        Approval(district=by.district, review=review, role_id=step.role_id, order=order)
        for order, step in enumerate(steps, 1)
    )
    return review


@transaction.atomic
def approve(version: JobDescriptionVersion, *, stop: int, sha256: str, by: Reach) -> bool:
    """Approve this exact text at this stop (primary key). True if it was the last: published.

    Raises NotAsked if another person decides here, Stale if the text or the stop is not the one
    this person saw, Refused if the version is not in review.
    """
    review, approval = _asked(version, stop, sha256, by)
    _decide(approval, Decision.APPROVED, by)
    _note(approval, "job_description.approved", version, by)
    if review.approvals.filter(decision=Decision.WAITING).exists():
        return False
    _end(review, Outcome.APPROVED)
    jobs.publish(version, by=by)
    return True


@transaction.atomic
def send_back(
    version: JobDescriptionVersion, *, stop: int, sha256: str, reason: str, by: Reach
) -> None:
    """Return the text to its authors with a reason; it is a draft again. Raises as `approve`."""
    if not reason.strip():
        raise Refused("Say what should change.")
    review, approval = _asked(version, stop, sha256, by)
    approval.reason = reason.strip()
    _decide(approval, Decision.RETURNED, by)
    _end(review, Outcome.RETURNED)
    _put(version, Status.DRAFT)
    review_news.tell_authors(approval, by=by)
    _note(approval, "job_description.returned", version, by)


@transaction.atomic
def take_back(version: JobDescriptionVersion, *, by: Reach) -> bool:
    """Withdraw a version from review. True if this call did it."""
    return _reopen(version, Outcome.WITHDRAWN, "job_description.taken_back", by)


@transaction.atomic
def edit_anyway(version: JobDescriptionVersion, *, by: Reach) -> bool:
    """Make a version in review a draft again, to be changed: its route starts over when it is
    sent. True if this call did it.
    """
    return _reopen(version, Outcome.OVERTAKEN, "job_description.review_restarted", by)


def _reopen(version: JobDescriptionVersion, outcome: str, verb: str, by: Reach) -> bool:
    held = _hold(version)
    if held.status != Status.IN_REVIEW:
        return False
    for review in held.reviews.running():
        _end(review, outcome)
    _put(version, Status.DRAFT)
    record(by, verb, version, title=version.title, number=version.number)
    return True


def sits_at(role: LeadershipRole, by: Reach) -> bool:
    """Whether this person decides for this role today: as its holder or, if nobody holds it and
    `by` is a reach to publish, in its place. Raises NotAsked if neither. True means in place.
    """
    today = by.district.today()
    holders = Assignment.objects.filter(district=by.district, position__role=role).in_force(today)
    if holders.filter(holder=by.user.pk).exists():
        return False
    if by.capability == Capability.JOB_DESCRIPTION_PUBLISH and by and not holders.exists():
        return True
    raise NotAsked(f"The {role} decides here.")


def _asked(
    version: JobDescriptionVersion, stop: int, sha256: str, by: Reach
) -> tuple[Review, Approval]:
    """The running review and the stop that waits, if this person may decide there on this text."""
    held = _hold(version)
    review = held.reviews.running().first()
    if held.status != Status.IN_REVIEW or review is None:
        raise Refused("This version is not in review any more.")
    waiting = review.approvals.filter(decision=Decision.WAITING).select_related("role")
    approval = waiting[0]
    if approval.pk != stop and review.approvals.filter(pk=stop, by=by.user.pk).exists():
        raise Refused("Your decision is on record already.")
    approval.in_place = sits_at(approval.role, by)
    if approval.pk != stop or sha256 != review.sha256:
        raise Stale("The text was changed after you opened this page.")
    if digest(content_of(held)) != review.sha256:
        raise Refused("The text is not the one that was sent. Take it back and send it again.")
    return review, approval


def _hold(version: JobDescriptionVersion) -> JobDescriptionVersion:
    found = JobDescriptionVersion.objects.filter(pk=version.pk)
    return found.select_for_update(of=("self",)).get()


def _decide(approval: Approval, decision: Decision, by: Reach) -> None:
    approval.decision = decision
    approval.sha256 = approval.review.sha256
    approval.by_id = by.user.pk
    approval.at = timezone.now()
    approval.save()


def _end(review: Review, outcome: str) -> None:
    review.outcome = outcome
    review.ended_at = timezone.now()
    review.save(update_fields=["outcome", "ended_at"])


def _put(version: JobDescriptionVersion, status: Status) -> None:
    JobDescriptionVersion.objects.filter(pk=version.pk).update(status=status)
    version.refresh_from_db()


def _note(approval: Approval, verb: str, version: JobDescriptionVersion, by: Reach) -> None:
    record(
        by,
        verb,
        version,
        title=version.title,
        number=version.number,
        role=approval.role.title,
        sha256=approval.sha256,
        in_place=approval.in_place,
        **({"reason": approval.reason} if approval.reason else {}),
    )
