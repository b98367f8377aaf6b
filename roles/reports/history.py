"""The life of one version: written, sent, approved, returned, published; and proof of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from roles.access import Reach
from roles.contents import content_of, digest
from roles.models import Approval, JobDescriptionVersion, LeadershipRole, Review, User

Outcome = Review.Outcome
ENDED = {
    Outcome.WITHDRAWN: "Taken back by its authors",
    Outcome.OVERTAKEN: "Taken back to be changed",
}


@dataclass(frozen=True)
class Event:
    """One moment. `kind` is written, sent, approved, returned, taken_back or published.

    `matches` says whether the text this was said about is, to the letter, the text of the version
    now: worked out from both, never stored. None where nothing was said about a text.
    """

    kind: str
    words: str
    at: dt.datetime
    who: User | None
    role: LeadershipRole | None = None
    in_place: bool = False
    reason: str = ""
    sha256: str = ""
    matches: bool | None = None


def history(version: JobDescriptionVersion, reach: Reach, *, inside: bool) -> list[Event]:
    """What happened to a version, oldest first. Four queries.

    `inside` is for those who work on drafts; others see how the published text was approved, not
    what was returned on the way.
    """
    reviews = Review.objects.reachable(reach).filter(version=version).select_related("sent_by")
    trips = list(reviews.defer("content").prefetch_related("approvals__role", "approvals__by"))
    if not inside:
        trips = [trip for trip in trips if trip.outcome == Outcome.APPROVED]
    now = digest(content_of(version)) if trips else ""
    events = [event for trip in trips for event in _of_trip(trip, now)]
    events.append(Event("written", "Last edited", version.edited_at, version.edited_by))
    if version.published_at:
        published = Event("published", "Published", version.published_at, version.published_by)
        return [*sorted(events, key=_moment), published]
    return sorted(events, key=_moment)


def _moment(event: Event) -> dt.datetime:
    return event.at


def _of_trip(trip: Review, now: str) -> list[Event]:
    same = trip.sha256 == now
    events = [Event("sent", "Sent for review", trip.sent_at, trip.sent_by, matches=same)]
    said = [a for a in trip.approvals.all() if a.decision != Approval.Decision.WAITING]
    events += [_of_stop(approval, approval.at, now) for approval in said if approval.at]
    if trip.outcome in ENDED and trip.ended_at:
        events.append(Event("taken_back", ENDED[Outcome(trip.outcome)], trip.ended_at, None))
    return events


def _of_stop(approval: Approval, at: dt.datetime, now: str) -> Event:
    return Event(
        kind=approval.decision,
        words=approval.get_decision_display(),
        at=at,
        who=approval.by,
        role=approval.role,
        in_place=approval.in_place,
        reason=approval.reason,
        sha256=approval.sha256,
        matches=approval.sha256 == now,
    )
