"""Acknowledging a job description: holders are asked, and say that they have read it."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Greatest, TruncDate

from roles.access import Reach
from roles.models import (
    Acknowledgement,
    Assignment,
    District,
    JobDescriptionVersion,
    User,
)
from roles.models.jobs import AcknowledgementQuerySet
from roles.models.leadership import AssignmentQuerySet
from roles.services.audit import record
from roles.services.notices import withdraw
from roles.services.refusal import Refused

Status = JobDescriptionVersion.Status
KIND = "acknowledgement"  # the source of notices: see `roles.services.reminding`


def holders(version: JobDescriptionVersion, day: dt.date) -> list[Assignment]:
    """The assignments in force at positions that this job description covers."""
    role = version.job_description.role_id
    found = Assignment.objects.filter(position__role=role, district=version.district_id)
    return list(found.in_force(day).select_related("holder", "position__school"))


def asked(assignments: AssignmentQuerySet, district: District, day: dt.date) -> AssignmentQuerySet:
    """Of these assignments those in force at positions with a published job description.

    Each says `version_pk`, and `asked_on`: the district's day on which the version came into force,
    the holder began or was asked anew, whichever is latest; and `has_read`.
    """
    version = "position__role__job_descriptions__versions"  # at most one of them is published
    read = Acknowledgement.objects.filter(
        assignment=OuterRef("pk"), version__status=Status.PUBLISHED
    )
    lapsed = Acknowledgement.every.filter(
        assignment=OuterRef("pk"), version__status=Status.PUBLISHED, lapses_on__lte=day
    )
    anew = Subquery(lapsed.order_by("-lapses_on").values("lapses_on")[:1])
    covered = assignments.in_force(day).filter(**{f"{version}__status": Status.PUBLISHED})
    return covered.annotate(
        version_pk=F(f"{version}__pk"),
        asked_on=Greatest(
            TruncDate(f"{version}__published_at", tzinfo=district.zone), "starts_on", anew
        ),
        has_read=Exists(read),
    )


def subject_of(version_pk: int, holder_pk: int) -> str:
    """What a notice calls a version that waits for one person."""
    return f"{KIND}:{version_pk}:{holder_pk}"


def held_by(version: JobDescriptionVersion, user: User, day: dt.date) -> list[Assignment]:
    """The same, of one person alone."""
    found = Assignment.objects.filter(
        position__role=version.job_description.role_id, district=version.district_id, holder=user
    )
    return list(found.in_force(day))


@transaction.atomic
def acknowledge(version: JobDescriptionVersion, *, by: Reach) -> bool:
    """The person behind `by` has read what is expected of them. True if it was new.

    Raises Refused if they hold no position that this version covers, or it is not in force.
    """
    if version.status != Status.PUBLISHED:
        raise Refused("Only the published version can be acknowledged.")
    mine = [a for a in holders(version, by.district.today()) if a.holder_id == by.user.pk]
    if not mine:
        raise Refused("You hold no position that this job description covers.")
    new = False
    for assignment in mine:
        _, created = Acknowledgement.objects.get_or_create(
            district=by.district, version=version, assignment=assignment
        )
        new = new or created
    if new:
        withdraw(by.district, subject_of(version.pk, by.user.pk))
        record(by, "job_description.acknowledged", version, title=version.title)
    return new


def to_read_anew(district: District, first_day: dt.date) -> AcknowledgementQuerySet:
    """What was acknowledged before a school year begins, of texts in force, by people who still
    hold the position on its first day.
    """
    begins = dt.datetime.combine(first_day, dt.time.min, tzinfo=district.zone)
    stays = Q(assignment__ends_on=None) | Q(assignment__ends_on__gte=first_day)
    found: AcknowledgementQuerySet = Acknowledgement.objects.filter(
        stays, district=district, version__status=Status.PUBLISHED, lapses_on=None, at__lt=begins
    )
    return found


@transaction.atomic
def ask_anew(first_day: dt.date, *, by: Reach) -> int:
    """From the first day of a school year on, ask everyone to read their job description again.

    Returns how many acknowledgements lapse that day, or today if it has passed. Twice adds nothing.
    """
    day = max(first_day, by.district.today())
    asked_again: int = to_read_anew(by.district, first_day).update(lapses_on=day)
    if asked_again:
        record(
            by,
            "job_description.asked_anew",
            by.district,
            people=asked_again,
            day=day.isoformat(),
        )
    return asked_again
