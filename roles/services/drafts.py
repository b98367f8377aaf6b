"""Drafts of job descriptions: started, written by one or several people, discarded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from roles.access import Reach
from roles.contents import FIELDS
from roles.merging import Line
from roles.models import (
    AuditEvent,
    Duty,
    JobDescription,
    JobDescriptionVersion,
    LeadershipRole,
    Responsibility,
)
from roles.services.audit import record
from roles.services.refusal import Refused, Stale

Status = JobDescriptionVersion.Status
CATCH_ALL = "Other duties that fit this role and that the supervisor agrees to in writing."
SITTING = dt.timedelta(minutes=30)


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


def open_number(role: LeadershipRole) -> int | None:
    """The number of the version of this role's job description that is being written, if any."""
    opened = JobDescriptionVersion.objects.open().filter(job_description__role=role)
    return opened.values_list("number", flat=True).first()


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
    """Give a version these lines in this order. A line that names a row of it keeps that row."""
    own = set(
        Duty.objects.filter(role=version.job_description.role_id).values_list("pk", flat=True)
    )
    there = {row.pk: row for row in version.responsibilities.all()}
    rows = []
    for n, line in enumerate(lines, 1):
        known = there.pop(line.pk, None) if line.pk else None
        row = known or Responsibility(district_id=version.district_id, version=version)
        row.duty_id = line.duty_id if line.duty_id in own else None
        row.text, row.order = line.text, n
        rows.append(row)
    version.responsibilities.filter(pk__in=there).delete()
    kept = [row for row in rows if row.pk]
    Responsibility.objects.bulk_update(kept, ["duty", "text", "order"])
    Responsibility.objects.bulk_create(row for row in rows if not row.pk)


@transaction.atomic
def save_draft(
    version: JobDescriptionVersion,
    *,
    fields: dict[str, Any],
    lines: Sequence[Line],
    seen: dt.datetime,
    by: Reach,
) -> JobDescriptionVersion:
    """Write a draft; a text that says the same is left alone. `seen` is the `edited_at` that this
    person read.

    Raises Stale if someone else wrote meanwhile, Refused if the version is no draft any more.
    """
    held = hold(version)
    version.refresh_from_db()
    if held is None and version.is_open:
        raise Refused("This version is in review. Changing it starts the review anew.")
    if held is None:
        raise Refused("This version is published and can no longer be changed.")
    if held.edited_at != seen:
        raise Stale(f"{version.edited_by} saved this draft after you opened it.")
    if _says_the_same(held, fields, lines):
        return version
    now = timezone.now()
    itself = JobDescriptionVersion.objects.filter(pk=version.pk)
    itself.update(**fields, edited_at=now, edited_by_id=by.user.pk)
    version.refresh_from_db()
    write_lines(version, lines)
    _record_sitting(version, now, by)
    return version


def hold(version: JobDescriptionVersion) -> JobDescriptionVersion | None:
    """Lock the version's row for this transaction; None if it is no draft any more."""
    drafts = JobDescriptionVersion.objects.filter(pk=version.pk, status=Status.DRAFT)
    return drafts.select_for_update(of=("self",)).first()


def _says_the_same(
    held: JobDescriptionVersion, fields: dict[str, Any], lines: Sequence[Line]
) -> bool:
    return [line.says for line in _lines_of(held)] == [line.says for line in lines] and all(
        getattr(held, name) == value for name, value in fields.items()
    )


def _record_sitting(version: JobDescriptionVersion, now: dt.datetime, by: Reach) -> None:
    """One audit row for a person's stretch of autosaves, not one for each pause in typing."""
    verb = "job_description.edited"
    label = version._meta.label_lower
    recent = AuditEvent.objects.filter(district_id=version.district_id, at__gt=now - SITTING)
    last = recent.filter(subject=label, subject_pk=str(version.pk)).first()
    if last is None or (last.verb, last.actor_id) != (verb, by.user.pk):
        record(by, verb, version, title=version.title, number=version.number)


@transaction.atomic
def discard(version: JobDescriptionVersion, *, by: Reach) -> bool:
    """Throw a draft away; what is published stays. True if this call did it, False if it is gone.

    Raises Refused if the version is in review or published.
    """
    rows = JobDescriptionVersion.objects.filter(pk=version.pk)
    held = rows.select_for_update(of=("self",)).first()
    if held is None:
        return False
    if held.status == Status.IN_REVIEW:
        raise Refused("This version is in review. Take it back first, then discard it.")
    if held.status != Status.DRAFT:
        raise Refused("A published version stays.")
    record(by, "job_description.discarded", held, title=held.title, number=held.number)
    rows.delete()
    JobDescription.objects.filter(pk=held.job_description_id, versions=None).delete()
    return True
