"""Acknowledging a job description: holders are asked, and say that they have read it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Greatest, TruncDate
from django.urls import reverse

from roles.access import Reach
from roles.models import (
    Acknowledgement,
    Assignment,
    District,
    JobDescriptionVersion,
    Letter,
    OwedStatus,
    User,
)
from roles.models.leadership import AssignmentQuerySet
from roles.services import letters
from roles.services.audit import record
from roles.services.refusal import Refused

Status = JobDescriptionVersion.Status


def holders(version: JobDescriptionVersion, day: dt.date) -> list[Assignment]:
    """The assignments in force at positions that this job description covers."""
    role = version.job_description.role_id
    found = Assignment.objects.filter(position__role=role, district=version.district_id)
    return list(found.in_force(day).select_related("holder", "position__school"))


def asked(assignments: AssignmentQuerySet, district: District, day: dt.date) -> AssignmentQuerySet:
    """Of these assignments those in force at positions with a published job description.

    Each says `version_pk`, and `asked_on`: the district's day on which the version came into force
    or the holder began, whichever is later; and `has_read`.
    """
    version = "position__role__job_descriptions__versions"  # at most one of them is published
    read = Acknowledgement.objects.filter(
        assignment=OuterRef("pk"), version__status=Status.PUBLISHED
    )
    covered = assignments.in_force(day).filter(**{f"{version}__status": Status.PUBLISHED})
    return covered.annotate(
        version_pk=F(f"{version}__pk"),
        asked_on=Greatest(TruncDate(f"{version}__published_at", tzinfo=district.zone), "starts_on"),
        has_read=Exists(read),
    )


def ask_key(version_pk: int, assignment_pk: int) -> str:
    return f"acknowledge:{version_pk}:{assignment_pk}"


def held_by(version: JobDescriptionVersion, user: User, day: dt.date) -> list[Assignment]:
    """The same, of one person alone."""
    found = Assignment.objects.filter(
        position__role=version.job_description.role_id, district=version.district_id, holder=user
    )
    return list(found.in_force(day))


def ask_holders(version: JobDescriptionVersion, *, by: Reach) -> None:
    """Ask everyone who holds a position that a version just published covers, but its publisher."""
    for assignment in holders(version, by.district.today()):
        if assignment.holder_id != by.user.pk:
            ask(version, assignment, by.district)


@transaction.atomic
def ask_new_holder(assignment: Assignment, *, by: Reach) -> bool:
    """Ask someone who takes up a position to read its published job description.

    False if there is nothing published, the person's account is closed, or they start later: then
    the round of their first days asks.
    """
    if assignment.starts_on > by.district.today() or not assignment.holder.is_active:
        return False
    job = JobDescriptionVersion.objects.published().filter(
        district=by.district, job_description__role=assignment.position.role_id
    )
    version = job.select_related("job_description").first()
    if version is None:
        return False
    ask(version, assignment, by.district)
    return True


def ask(version: JobDescriptionVersion, assignment: Assignment, district: District) -> None:
    """Owe the one letter that tells this holder of this version, unless their account is closed."""
    if not assignment.holder.is_active:
        return
    words = letter_words(version, assignment, district)
    letters.write(
        district=district,
        key=ask_key(version.pk, assignment.pk),
        to=assignment.holder.email,
        subject=f"Read and acknowledge your job description: {version.title}",
        template="roles/acknowledge",
        words=words,
    )


def letter_words(
    version: JobDescriptionVersion, assignment: Assignment, district: District
) -> dict[str, Any]:
    """What the letters about a version say: the texts, the holder and the page's address."""
    path = reverse("roles:version", kwargs={"district": district.slug, "pk": version.pk})
    return {
        "version": version,
        "district": district,
        "holder": assignment.holder,
        "url": settings.SITE_URL.rstrip("/") + path,
    }


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
        _take_back(version, mine[0])
        record(by, "job_description.acknowledged", version, title=version.title)
    return new


def _take_back(version: JobDescriptionVersion, assignment: Assignment) -> None:
    """Drop what no worker has begun to send: it asks for what is done."""
    Letter.objects.filter(
        district=version.district_id,
        key__startswith=f"acknowledge:{version.pk}:",
        to=assignment.holder.email,
        status=OwedStatus.WAITING,
    ).delete()
