"""The demo's route, and its job descriptions on it, in every state a reader can meet."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from roles.contents import content_of, digest
from roles.models import (
    Approval,
    JobDescriptionVersion,
    LeadershipRole,
    Review,
    RouteStep,
    User,
)
from tutoring_admin.demo.world import World

Status = JobDescriptionVersion.Status
Outcome = Review.Outcome
Decision = Approval.Decision

# What is in review: by how many stops each is approved.
PASSED = {"SITE_LEAD": 1, "DEPT_TECH": 0, "PROGRAM_LEAD": 0}
RETURNED = "COACH_LEAD"
REASON = (
    "Funding: this says Title I, but the board put the coaching lead on the general fund in August."
    " Please change it, and name the end date."
)
EARLIER = "Keep the daily schedule, rooms and materials ready."
DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)


def route_of(world: World) -> tuple[str, ...]:
    """The keys of the roles that approve, in order."""
    small = world.district.slug == "cedar-falls"
    return ("EXEC_CHAMPION",) if small else ("DEPT_HR", "PROGRAM_LEAD")


def build(world: World) -> None:
    """Set the route; give every version the trips that its state tells of."""
    keys = route_of(world)
    roles = {role.key: role for role in LeadershipRole.objects.filter(district=world.district)}
    for order, key in enumerate(keys, 1):
        RouteStep.objects.create(district=world.district, role=roles[key], order=order)
    stops = [(roles[key], world.holder(key)) for key in keys]
    versions = JobDescriptionVersion.objects.filter(district=world.district)
    for version in versions.select_related("job_description__role"):
        _tell(version, stops)


def _tell(version: JobDescriptionVersion, stops: list[tuple[LeadershipRole, User]]) -> None:
    key = version.job_description.role.key
    if version.published_at:
        end = version.published_at
        _trip(version, stops, Outcome.APPROVED, end=end, passed=len(stops))
    elif version.status == Status.IN_REVIEW:
        _in_review(version, stops, PASSED[key])
    elif key == RETURNED:
        now = timezone.now()
        review = _trip(version, stops, Outcome.RETURNED, end=now - 2 * DAY, passed=0)
        _decide(review, 1, Decision.RETURNED, now - 2 * DAY, stops[0][1], reason=REASON)


def _in_review(
    version: JobDescriptionVersion,
    stops: list[tuple[LeadershipRole, User]],
    passed: int,
) -> None:
    """Under way; what Human Resources passed once had been changed after an earlier approval."""
    now = timezone.now()
    number = 1
    if passed:
        earlier = content_of(version)
        earlier["lines"] = [[earlier["lines"][0][0], EARLIER], *earlier["lines"][1:]]
        end = now - 6 * DAY
        _trip(version, stops, Outcome.OVERTAKEN, end=end, passed=1, content=earlier)
        number = 2
    _trip(version, stops, Outcome.RUNNING, end=now - 2 * DAY, passed=passed, number=number)


def _trip(
    version: JobDescriptionVersion,
    stops: list[tuple[LeadershipRole, User]],
    outcome: Outcome,
    *,
    end: dt.datetime,
    passed: int,
    number: int = 1,
    content: dict[str, object] | None = None,
) -> Review:
    """One trip whose last stop so far fell on `end`, each stop a day after the one before."""
    text = content or content_of(version)
    review = Review.objects.create(
        district_id=version.district_id,
        version=version,
        number=number,
        content=text,
        sha256=digest(text),
        sent_by_id=version.edited_by_id or stops[0][1].pk,
        sent_at=end - max(passed, 1) * DAY,
        outcome=outcome,
        ended_at=_ended(outcome, end),
    )
    Approval.objects.bulk_create(
        Approval(district_id=version.district_id, review=review, role=role, order=order)
        for order, (role, _) in enumerate(stops, 1)
    )
    for order, (_, holder) in enumerate(stops[:passed], 1):
        _decide(review, order, Decision.APPROVED, end - (passed - order) * DAY, holder)
    return review


def _ended(outcome: Outcome, end: dt.datetime) -> dt.datetime | None:
    if outcome == Outcome.RUNNING:
        return None
    return end if outcome == Outcome.APPROVED else end + HOUR


def _decide(
    review: Review,
    order: int,
    decision: Decision,
    at: dt.datetime,
    holder: User,
    reason: str = "",
) -> None:
    Approval.objects.filter(review=review, order=order).update(
        decision=decision, sha256=review.sha256, by=holder, at=at, reason=reason
    )
