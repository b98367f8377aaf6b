"""Letters about a review: to whom it waits on, to its authors, to earlier approvers."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from roles.access import Reach
from roles.capabilities import CATALOGUE, Capability
from roles.comparing import Comparison, compare
from roles.models import Approval, Assignment, AuditEvent, District, Membership, Review, User
from roles.services import letters

WROTE = ("job_description.drafted", "job_description.edited", "job_description.sent")


def ask(review: Review, *, by: Reach) -> None:
    """Write to whoever decides at the stop that waits now."""
    approval = _waiting(review)
    people, vacant = _deciders(approval, by)
    for person in people:
        earlier = earlier_approvals(review).get(person.pk)
        _write(
            "review_asked",
            f"review-asked:{approval.pk}:{person.pk}",
            f"Approve: {review.content['title']} job description",
            person,
            approval,
            by,
            vacant=vacant,
            changes=_changes(earlier, review) if earlier else None,
        )


def tell_earlier(review: Review, *, by: Reach) -> None:
    """Tell those who approved another text of this version what changed, word by word.

    Whoever is asked right now reads it in that letter.
    """
    approval = _waiting(review)
    asked = {person.pk for person in _deciders(approval, by)[0]}
    for earlier in earlier_approvals(review).values():
        if earlier.by is None or earlier.by_id in asked or earlier.sha256 == review.sha256:
            continue
        _write(
            "review_changed",
            f"review-changed:{review.pk}:{earlier.by_id}",
            f"Changed since you approved it: {review.content['title']} job description",
            earlier.by,
            approval,
            by,
            earlier=earlier,
            changes=_changes(earlier, review),
        )


def tell_authors(approval: Approval, *, by: Reach) -> None:
    """The text is back with its authors, and why."""
    review = approval.review
    for person in _authors(review):
        _write(
            "review_returned",
            f"review-returned:{approval.pk}:{person.pk}",
            f"Returned to you: {review.content['title']} job description",
            person,
            approval,
            by,
            decider=by.user,
        )


def earlier_approvals(review: Review) -> dict[int, Approval]:
    """What each person (primary key) approved last of this version on an earlier trip."""
    given = Approval.objects.filter(
        district=review.district_id,
        review__version=review.version_id,
        review__number__lt=review.number,
        decision=Approval.Decision.APPROVED,
    )
    rows = given.select_related("by", "role", "review").order_by("at")
    return {row.by_id: row for row in rows if row.by_id is not None}


def _waiting(review: Review) -> Approval:
    waiting = review.approvals.filter(decision=Approval.Decision.WAITING)
    return waiting.select_related("role", "review__version")[0]


def _changes(earlier: Approval, review: Review) -> Comparison:
    return compare(earlier.review.content, review.content)


def _deciders(approval: Approval, by: Reach) -> tuple[list[User], bool]:
    """Who decides at a stop today, and whether it is because nobody holds its role."""
    day = by.district.today()
    seats = Assignment.objects.filter(district=by.district, position__role=approval.role_id)
    holders = User.objects.filter(is_active=True, pk__in=seats.in_force(day).values("holder"))
    if holders:
        return list(holders), False
    return list(publishers(by.district)), True


def publishers(district: District) -> QuerySet[User]:
    """Who decides in place of a role that nobody holds: whoever may publish."""
    publishes = [
        level
        for level, spec in CATALOGUE.items()
        if Capability.JOB_DESCRIPTION_PUBLISH in spec.grants
    ]
    found = Membership.objects.filter(district=district, level__in=publishes)
    return User.objects.filter(is_active=True, pk__in=found.values("user"))


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


def _write(
    name: str, key: str, subject: str, to: User, approval: Approval, by: Reach, **more: Any
) -> None:
    version = approval.review.version
    page = "roles:version" if name == "review_returned" else "roles:version-review"
    path = reverse(page, kwargs={"district": by.district.slug, "pk": version.pk})
    context = {
        "district": by.district,
        "version": version,
        "title": approval.review.content["title"],
        "approval": approval,
        "review": approval.review,
        "person": to,
        "url": settings.SITE_URL + path,
        **more,
    }
    letters.write(
        district=by.district,
        key=key,
        to=to.email,
        subject=subject,
        template=f"roles/{name}",
        words=context,
    )
