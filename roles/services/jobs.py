"""Job descriptions: drafted, edited and published (and then frozen)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from roles.access import Reach
from roles.contents import FIELDS
from roles.models import (
    Duty,
    JobDescription,
    JobDescriptionVersion,
    LeadershipRole,
    Responsibility,
)
from roles.services import renderings
from roles.services.acknowledging import ask_holders
from roles.services.audit import record
from roles.services.refusal import Refused, Stale

Status = JobDescriptionVersion.Status
CATCH_ALL = "Other duties that fit this role and that the supervisor agrees to in writing."


@dataclass(frozen=True)
class Line:
    """One responsibility as typed: its words and, if it words one, the duty's primary key."""

    text: str
    duty_id: int | None = None


@transaction.atomic
def start_draft(role: LeadershipRole, *, by: Reach) -> JobDescriptionVersion:
    """The open version of a role's job description: the one there is, or a new draft.

    A new draft starts from the published text, the first one from the role's duties.
    """
    job, _ = JobDescription.objects.get_or_create(district=by.district, role=role)
    JobDescription.objects.select_for_update(of=("self",)).get(pk=job.pk)
    opened = JobDescriptionVersion.objects.open().filter(job_description=job).first()
    if opened:
        return opened
    number = (job.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    published = JobDescriptionVersion.objects.published().filter(job_description=job).first()
    fields = {f: getattr(published, f) for f in FIELDS} if published else first_text(role)
    version = JobDescriptionVersion.objects.create(
        district=by.district,
        job_description=job,
        number=number,
        edited_by_id=by.user.pk,
        **fields,
    )
    write_lines(version, _lines_of(published) if published else first_lines(role))
    record(by, "job_description.drafted", version, title=version.title, number=number)
    return version


def first_text(role: LeadershipRole) -> dict[str, Any]:
    """The header of a first draft, out of the role's template."""
    return {
        "title": role.title,
        "summary": "",
        "reports_to": role.reports_to.title if role.reports_to else "",
        "time_share": role.time_hint,
        "required": role.required,
        "preferred": role.preferred,
        "program": _program(role),
    }


def _program(role: LeadershipRole) -> str:
    weight = role.by_approach.get(role.district.approach, "").rstrip(".")
    approach = role.district.get_approach_display().lower()
    if not weight:
        return ""
    return f"The district's approach: {approach}. For this role: {weight[0].lower()}{weight[1:]}."


def first_lines(role: LeadershipRole) -> list[Line]:
    duties = Duty.objects.current().filter(role=role)
    return [*(Line(duty.text, duty.pk) for duty in duties), Line(CATCH_ALL)]


def _lines_of(version: JobDescriptionVersion) -> list[Line]:
    return [Line(r.text, r.duty_id) for r in version.responsibilities.all()]


def write_lines(version: JobDescriptionVersion, lines: Sequence[Line]) -> None:
    own = set(
        Duty.objects.filter(role=version.job_description.role_id).values_list("pk", flat=True)
    )
    Responsibility.objects.bulk_create(
        Responsibility(
            district_id=version.district_id,
            version=version,
            duty_id=line.duty_id if line.duty_id in own else None,
            text=line.text,
            order=n,
        )
        for n, line in enumerate(lines, 1)
    )


@transaction.atomic
def save_draft(
    version: JobDescriptionVersion,
    *,
    fields: dict[str, Any],
    lines: Sequence[Line],
    seen: dt.datetime,
    by: Reach,
) -> JobDescriptionVersion:
    """Write a draft. `seen` is the `edited_at` that this person read.

    Raises Stale if someone else wrote meanwhile, Refused if the version is no draft any more.
    """
    own = JobDescriptionVersion.objects.filter(pk=version.pk)
    changed = (
        own.open()
        .filter(edited_at=seen)
        .update(**fields, edited_at=timezone.now(), edited_by_id=by.user.pk)
    )
    version.refresh_from_db()
    if not changed:
        if not version.is_open:
            raise Refused("This version is published and can no longer be changed.")
        raise Stale(f"{version.edited_by} saved this draft after you opened it.")
    version.responsibilities.all().delete()
    write_lines(version, lines)
    record(by, "job_description.edited", version, title=version.title, number=version.number)
    return version


@transaction.atomic
def publish(version: JobDescriptionVersion, *, by: Reach, seen: dt.datetime | None = None) -> bool:
    """Freeze a draft and put it in force; owe its PDF and the request to acknowledge it.

    True if this call did it, False if the version was not open any more. `seen` is the `edited_at`
    of the text that this person checked: raises Stale if someone wrote since.
    """
    others = JobDescriptionVersion.objects.filter(job_description=version.job_description_id)
    held = others.open().select_for_update(of=("self",)).filter(pk=version.pk).first()
    if held is None:
        return False
    if seen is not None and held.edited_at != seen:
        raise Stale("The draft was changed after you opened this page.")
    others.published().update(status=Status.SUPERSEDED)
    others.filter(pk=version.pk).update(
        status=Status.PUBLISHED,
        published_at=timezone.now(),
        published_by_id=by.user.pk,
        review_on=by.district.today() + JobDescriptionVersion.REVIEW_AFTER,
    )
    version.refresh_from_db()
    renderings.owe(version)
    ask_holders(version, by=by)
    record(by, "job_description.published", version, title=version.title, number=version.number)
    return True
