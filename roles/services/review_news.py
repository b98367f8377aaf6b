"""What approvers and authors of a job description are told on its way, as lines of a letter.

Who is asked to decide hears by `roles.services.review_notices`.
"""

from __future__ import annotations

import textwrap
from collections.abc import Collection
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from roles.access import Reach
from roles.comparing import compare
from roles.models import (
    Approval,
    AuditEvent,
    District,
    JobDescriptionVersion,
    Membership,
    Review,
    User,
)
from roles.notices import Line, News, number
from roles.services import notices
from roles.services.review_notices import asked, waiting

WROTE = ("job_description.drafted", "job_description.edited", "job_description.sent")
REASON = 300  # characters of a reason in a letter; the page has all of it


class Changed(News):
    """Who approved another text of a version: "review_changed:<their approval>", while the new one
    is in review and does not wait on themselves.
    """

    kind = "review_changed"

    def still(self, district: District, subjects: Collection[str]) -> dict[str, Line]:
        """At most 6 queries."""
        found = Approval.objects.filter(district=district, pk__in=map(number, subjects))
        given = {row.pk: row for row in found.select_related("role", "review__version")}
        stops = _now_waiting(district, {row.review.version_id for row in given.values()})
        people = asked(district, list(stops.values())) if stops else {}
        lines = {}
        for row in given.values():
            stop = stops.get(row.review.version_id)
            if stop is None or row.sha256 == stop.review.sha256:
                continue
            if row.by_id not in {who.person for who in people[stop.pk]}:
                lines[f"{self.kind}:{row.pk}"] = _changed_line(district, row, stop)
        return lines


class Returned(News):
    """The authors of a text that came back: "review_returned:<the approval>", until it is sent
    again.
    """

    kind = "review_returned"

    def still(self, district: District, subjects: Collection[str]) -> dict[str, Line]:
        """1 query."""
        later = Review.objects.filter(
            version=OuterRef("review__version"), number__gt=OuterRef("review__number")
        )
        found = Approval.objects.filter(
            ~Exists(later),
            district=district,
            pk__in=map(number, subjects),
            decision=Approval.Decision.RETURNED,
            review__version__status=JobDescriptionVersion.Status.DRAFT,
        )
        rows = found.select_related("by", "role", "review__version").defer("review__content")
        return {f"{self.kind}:{row.pk}": _returned_line(district, row) for row in rows}


def _now_waiting(district: District, versions: Collection[int]) -> dict[int, Any]:
    """By version, the stop at which its running review waits, with its text. One query."""
    stops = waiting(district).filter(review__version__in=versions).defer(None)
    return {stop.review.version_id: stop for stop in stops}


def _changed_line(district: District, earlier: Any, stop: Any) -> Line:
    version, day = earlier.review.version, timezone.localdate(earlier.at, district.zone)
    said = compare(earlier.review.content, stop.review.content).in_words
    return Line(
        title=f"{version.title} job description",
        path=reverse("roles:version-review", args=[district.slug, version.pk]),
        verb="Changed since you approved it",
        words=(
            f"You approved version {version.number} as {earlier.role} on"
            f" {date_format(day, 'M j')}. Changed since: {said}. Its review starts over and waits"
            f" on {stop.role}. You need do nothing; you hear of it when it reaches you."
        ),
        why="your approval no longer counts for this text",
    )


def _returned_line(district: District, row: Any) -> Line:
    version = row.review.version
    reason = textwrap.shorten(row.reason, REASON, placeholder=" \u2026")
    return Line(
        title=f"{version.title} job description",
        path=reverse("roles:version", args=[district.slug, version.pk]),
        verb="Returned to you",
        words=f"{row.by} returned version {version.number} as {row.role}: \u201c{reason}\u201d",
        why="you wrote it or sent it for review",
    )


def tell_earlier(review: Review, *, by: Reach) -> None:
    """Tell those who approved another text of this version which parts changed.

    Whoever is asked right now reads it where they are asked.
    """
    for earlier in earlier_approvals(review).values():
        if earlier.by is not None:
            subject = f"{Changed.kind}:{earlier.pk}"
            again = str(review.pk)
            notices.tell(by.district, earlier.by, Changed.kind, subject, again=again)


def tell_authors(approval: Approval, *, by: Reach) -> None:
    """The text is back with its authors, and why."""
    for person in _authors(approval.review):
        subject = f"{Returned.kind}:{approval.pk}"
        notices.tell(by.district, person, Returned.kind, subject)


def earlier_approvals(review: Review) -> dict[int, Approval]:
    """What each person (primary key) approved last of this version on an earlier trip, where it was
    another text.
    """
    given = Approval.objects.filter(
        district=review.district_id,
        review__version=review.version_id,
        review__number__lt=review.number,
        decision=Approval.Decision.APPROVED,
    )
    rows = given.select_related("by").order_by("at")
    last = {row.by_id: row for row in rows if row.by_id is not None}
    return {person: row for person, row in last.items() if row.sha256 != review.sha256}


def _authors(review: Review) -> list[User]:
    """Who wrote this version, as the audit trail tells, and who sent it."""
    events = AuditEvent.objects.filter(
        district=review.district_id,
        subject=review.version._meta.label_lower,
        subject_pk=str(review.version_id),
        verb__in=WROTE,
    )
    actors = events.values_list("actor", flat=True)
    wrote = {pk for pk in (review.version.edited_by_id, *actors) if pk} | {review.sent_by_id}
    inside = Membership.objects.filter(district=review.district_id).values("user")
    return list(User.objects.filter(is_active=True, pk__in=wrote).filter(pk__in=inside))
